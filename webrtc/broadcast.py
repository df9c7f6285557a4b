"""The one capture of a monitor, and the one encoding of each of its rungs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from webrtc.pace import NOTHING, Pace
from webrtc.rungs import FULL, Rung
from webrtc.source import Area, Frame, ScreenSource
from webrtc.thumbnail import Image, Thumbnail

if TYPE_CHECKING:
    from webrtc.rung_video import RungVideo, VideoFrame

HEARTBEAT_S = 2.0
"""A rung sends at least this often: browsers ask for a keyframe when nothing comes for 3 s."""
KEYFRAME_GAP_S = 0.5
"""Least time between two keyframes of a rung, whoever asks."""
_INPUT_EFFECT_S = 0.006
"""An application has usually drawn what a key does after this time."""
_HURRY_S = 0.5
"""How long after an input event frames may come at the hurried rate."""
_FRESH_S = 0.020
"""How long a frame that was held back by the rate waits for a newer picture."""
_SETTLE_S = 0.002
"""Programs draw in several steps; the first report of a change comes before the last step."""
_RETRY_S = 1.0
"""Wait after a screen could not be captured."""
_IDLE_S = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Demand:
    """What of a monitor is wanted now. No rung and no gap: nothing."""

    rungs: frozenset[Rung] = frozenset()
    pictures_s: float | None = None
    """Least time between JPEG pictures; None: none wanted."""


class Audience(Protocol):
    """Where a broadcast's output goes. Called in the broadcast's thread; must return at once."""

    def take_video(self, rung: Rung, frame: VideoFrame) -> None:
        """One encoded frame of a rung."""
        ...

    def take_picture(self, width: int, height: int, jpeg: bytes) -> None:
        """One JPEG picture."""
        ...

    def capture_failed(self, detail: str) -> None:
        """The screen could not be captured; it is tried again."""
        ...


@dataclass
class _Orders:
    """What other threads ask of the capture thread; guarded by the broadcast's lock."""

    demand: Demand = field(default_factory=Demand)
    keyframes: set[Rung] = field(default_factory=set)
    picture: bool = False
    bitrates: dict[Rung, int] = field(default_factory=dict)
    hurry_until_s: float = float("-inf")
    look_at_s: float = float("inf")
    closing: bool = False

    def copy(self) -> _Orders:
        return _Orders(
            self.demand,
            set(self.keyframes),
            self.picture,
            dict(self.bitrates),
            self.hurry_until_s,
            self.look_at_s,
            self.closing,
        )


class Broadcast:
    """Captures one monitor in a thread of its own while anything of it is wanted.

    Guarantees: a frame is captured at once when the screen reports a change, no faster than the
    rung allows; unchanged pictures are not encoded; each rung is encoded once however many look.
    A screen that cannot be captured is tried again every second. Every method may be called from
    any thread and returns at once, except `join`.
    """

    def __init__(
        self,
        open_screen: Callable[[], ScreenSource],
        audience: Audience,
        clock: Callable[[], float],
        name: str = "",
    ) -> None:
        self._open_screen = open_screen
        self._audience = audience
        self._clock = clock
        self._lock = threading.Lock()
        self._orders = _Orders()
        self._poked = threading.Event()
        self._source: ScreenSource | None = None
        self._thread = threading.Thread(target=self._run, name=f"broadcast {name}", daemon=True)
        self._before: bytes | bytearray | memoryview | None = None
        self._image: Image = np.zeros((0, 0, 4), np.uint8)
        self._thumbnail = Thumbnail(2, 2)
        self._thumbnail_pace = Pace()
        self._picture_pace = Pace()
        self._paces: dict[Rung, Pace] = {}
        self._videos: dict[Rung, RungVideo] = {}

    def start(self) -> None:
        """Begin; called once."""
        self._thread.start()

    def want(self, demand: Demand) -> None:
        """Replace what is wanted; a rung that is new begins with a keyframe at once."""
        with self._lock:
            if demand == self._orders.demand:
                return
            self._orders.demand = demand
        self._poke()

    def ask_keyframe(self, rung: Rung) -> None:
        """Make the rung's next frame a keyframe, and send it soon even if nothing changes."""
        with self._lock:
            self._orders.keyframes.add(rung)
        self._poke()

    def ask_picture(self) -> None:
        """Send a picture at once even if nothing changes."""
        with self._lock:
            self._orders.picture = True
        self._poke()

    def steer(self, rung: Rung, bitrate: int) -> None:
        """Aim at this bit rate from the next frame on."""
        with self._lock:
            self._orders.bitrates[rung] = bitrate

    def expect_change(self) -> None:
        """Somebody's input was injected: look soon, and for a moment at the hurried rate."""
        now = self._clock()
        with self._lock:
            self._orders.hurry_until_s = now + _HURRY_S
            self._orders.look_at_s = min(self._orders.look_at_s, now + _INPUT_EFFECT_S)
        self._poke()

    def close(self) -> None:
        """End the thread; nothing is delivered after `join` has returned."""
        with self._lock:
            self._orders.closing = True
        self._poke()

    def join(self, timeout_s: float = 5.0) -> None:
        """Wait until the thread has let go of the screen."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _poke(self) -> None:
        self._poked.set()
        with self._lock:  # a source that is being closed must not be woken
            if self._source is not None:
                self._source.wake()

    # What follows runs in the capture thread.

    def _run(self) -> None:
        while not self._read_orders().closing:
            try:
                source = self._open_screen()
                with self._lock:
                    self._source = source
                try:
                    self._capture(source)
                finally:
                    with self._lock:
                        self._source = None
                    source.close()
            except OSError as error:
                _log.warning("the screen cannot be captured: %s", error)
                self._audience.capture_failed(str(error))
                self._poked.clear()
                self._poked.wait(_RETRY_S)
        self._videos.clear()

    def _read_orders(self) -> _Orders:
        with self._lock:
            return self._orders.copy()

    def _capture(self, source: ScreenSource) -> None:
        self._before = None
        changed_s: float | None = self._clock()  # when the change not yet captured was seen
        while True:
            self._poked.clear()
            orders = self._read_orders()
            if orders.closing:
                return
            self._follow(orders)
            now = self._clock()
            due, forced = self._next_due(orders, changed_s is not None)
            if due > now:
                timeout = min(due - now, _IDLE_S)
                if changed_s is not None or orders.demand == Demand():
                    self._poked.wait(timeout)
                elif source.wait(timeout):
                    changed_s = self._clock()
                continue
            held_back = changed_s is not None and not forced and now - changed_s > _FRESH_S / 2
            if held_back and FULL in orders.demand.rungs:
                source.wait(_FRESH_S)
            if changed_s is not None and not forced:
                self._poked.wait(_SETTLE_S)
            self._grab(source)
            changed_s = None
            self._send(orders)

    def _follow(self, orders: _Orders) -> None:
        """Begin and end rungs as they are wanted."""
        rungs = orders.demand.rungs
        for rung in [rung for rung in self._paces if rung not in rungs]:
            del self._paces[rung]
            self._videos.pop(rung, None)
        for rung in rungs:
            self._paces.setdefault(rung, Pace())

    def _next_due(self, orders: _Orders, changed: bool) -> tuple[float, bool]:
        """When something must be captured next, and whether that is so without any change."""
        forced = float("inf")
        paced = float("inf")
        for rung, pace in self._paces.items():
            video = self._videos.get(rung)
            if video is None:
                forced = float("-inf")
            elif rung in orders.keyframes:
                forced = min(forced, video.keyframed_s + KEYFRAME_GAP_S)
            gap = _gap(rung, orders, self._clock()) if changed or pace.stale else HEARTBEAT_S
            paced = min(paced, pace.sent_s + gap)
            look_at = max(orders.look_at_s, pace.sent_s + rung.hurried_gap_s)
            paced = min(paced, look_at)
        if orders.picture:
            forced = float("-inf")
        gap_s = orders.demand.pictures_s
        if gap_s is not None and (changed or self._picture_pace.stale):
            paced = min(paced, self._picture_pace.sent_s + gap_s)
        return min(forced, paced), forced <= paced

    def _grab(self, source: ScreenSource) -> None:
        """Look at the screen and note what changed for each consumer."""
        with self._lock:
            self._orders.look_at_s = float("inf")
        frame = source.grab()
        changed = frame.changed
        if (frame.height, frame.width) != self._image.shape[:2]:
            self._resize(frame)
            changed = None
        elif changed is None and frame.data is not self._before and frame.data == self._before:
            changed = (
                NOTHING  # a source that does not say what changed, with a new buffer each time
            )
        self._before = frame.data
        self._image = (
            np.frombuffer(frame.data, np.uint8)
            .reshape(frame.height, -1)[:, : frame.width * 4]
            .reshape(frame.height, frame.width, 4)
        )
        if changed == NOTHING:
            return
        for pace in (self._thumbnail_pace, self._picture_pace, *self._paces.values()):
            pace.add(changed)

    def _resize(self, frame: Frame) -> None:
        self._thumbnail = Thumbnail(frame.width, frame.height)
        self._thumbnail_pace = Pace()
        self._videos.clear()

    def _send(self, orders: _Orders) -> None:
        now = self._clock()
        due_pictures = orders.demand.pictures_s is not None and self._picture_pace.stale
        if orders.picture or (
            due_pictures and now >= self._picture_pace.sent_s + (orders.demand.pictures_s or 0)
        ):
            self._send_picture(now)
        for rung, pace in self._paces.items():
            video = self._videos.get(rung)
            keyframe = video is None or (
                rung in orders.keyframes and now >= video.keyframed_s + KEYFRAME_GAP_S
            )
            gap = _gap(rung, orders, now) if pace.stale else HEARTBEAT_S
            if keyframe or now >= pace.sent_s + gap:
                self._send_video(rung, pace, keyframe, orders.bitrates.get(rung), now)

    def _send_picture(self, now: float) -> None:
        with self._lock:
            self._orders.picture = False
        self._picture_pace.take(now)
        self._refresh_thumbnail(now)
        thumbnail = self._thumbnail
        self._audience.take_picture(thumbnail.width, thumbnail.height, thumbnail.jpeg())

    def _send_video(
        self, rung: Rung, pace: Pace, keyframe: bool, bitrate: int | None, now: float
    ) -> None:
        changed = pace.take(now)
        image = self._image
        if rung != FULL:
            self._refresh_thumbnail(now)
            image, changed = self._thumbnail.image, self._thumbnail.reduced(changed)
        video = self._videos.get(rung)
        if video is None:
            from webrtc.rung_video import RungVideo  # loads the codecs, after the first picture

            video = RungVideo(image.shape[1], image.shape[0], rung, bitrate)
            self._videos[rung] = video
        if bitrate is not None:
            video.steer(bitrate)
        if keyframe:
            with self._lock:
                self._orders.keyframes.discard(rung)
        self._audience.take_video(rung, video.encode(image, changed, now, keyframe))

    def _refresh_thumbnail(self, now: float) -> None:
        if self._thumbnail_pace.stale:
            changed: Area | None = self._thumbnail_pace.take(now)
            self._thumbnail.update(self._image, changed)


def _gap(rung: Rung, orders: _Orders, now: float) -> float:
    return rung.hurried_gap_s if now < orders.hurry_until_s else rung.gap_s
