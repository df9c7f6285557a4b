"""One device's screens, for all who may look: what is captured, encoded, sent and obeyed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from webrtc.broadcast import Broadcast, Demand
from webrtc.control_channel import RemoteHands
from webrtc.ice_settings import IceSettings
from webrtc.media_port import Emit
from webrtc.rungs import Rung, rung_of
from webrtc.source import MediaDrivers
from wire.messages import EventReported, Message, Monitor, Picture, Viewer, ViewerSignal

if TYPE_CHECKING:
    from webrtc.peer import Peer
    from webrtc.rung_video import VideoFrame

_MONITORS_S = 1.0
"""How long the list of monitors is taken to be true."""
_MOST_SIGNALS = 256
"""Signals that may wait; more than that is a flood, and is dropped."""
_FIRST_PICTURE_S = 0.5
"""How long the libraries for connections wait, so that a first picture is not delayed."""

_log = logging.getLogger(__name__)


class ScreenHost:
    """Serves the screens of one device; a `webrtc.media_port.MediaPort`.

    Guarantees: nothing is captured while nobody looks; each rung of a monitor is encoded once
    for all its viewers; a viewer who is not in the list has no connection and no hands; only
    modes share and control move anything; every key and button is let go, and the pupil's own
    input given back, as soon as control ends or its channel closes.
    """

    def __init__(
        self,
        drivers: MediaDrivers,
        emit: Emit,
        *,
        now_ms: Callable[[], int],
        ice: IceSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._drivers = drivers
        self._emit = emit
        self._now_ms = now_ms
        self._ice = ice or IceSettings()
        self._clock = clock
        self._viewers: dict[str, Viewer] = {}
        self._peers: dict[str, Peer] = {}
        self._broadcasts: dict[int, Broadcast] = {}
        self._hands = RemoteHands(drivers.open_input)
        self._controllers: frozenset[str] = frozenset()
        self._monitors: tuple[Monitor, ...] = ()
        self._monitors_s = float("-inf")
        self._signals: asyncio.Queue[ViewerSignal] = asyncio.Queue(_MOST_SIGNALS)
        self._looked_at = asyncio.Event()
        self._first_picture = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = asyncio.Event()
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Serve until `close`; once."""
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                worker = tasks.create_task(self._take_signals())
                self._follow()
                await self._closing.wait()
                worker.cancel()
                self._viewers = {}
                self._follow()
        finally:
            self._tasks = None
            self._hands.close()
            broadcasts = list(self._broadcasts.values())
            self._broadcasts.clear()
            for broadcast in broadcasts:
                broadcast.close()
            for broadcast in broadcasts:
                await asyncio.to_thread(broadcast.join)
            self._closed.set()

    def set_viewers(self, viewers: tuple[Viewer, ...]) -> None:
        """Replace the list of those who may look; whoever is missing is let go at once."""
        before, self._viewers = self._viewers, {viewer.id: viewer for viewer in viewers}
        if self._tasks is None or self._closing.is_set():
            return
        self._follow()
        for viewer in viewers:
            known = before.get(viewer.id)
            if viewer.pictures_ms and (
                known is None or not known.pictures_ms or known.monitor != viewer.monitor
            ):
                broadcast = self._broadcasts.get(self._monitor_of(viewer).id)
                if broadcast is not None:
                    broadcast.ask_picture()

    def signal(self, signal: ViewerSignal) -> None:
        """Take a viewer's signalling; that of a viewer who is not in the list is ignored."""
        try:
            self._signals.put_nowait(signal)
        except asyncio.QueueFull:
            _log.warning("too many signals at once; one of %s is dropped", signal.viewer)

    async def close(self) -> None:
        """Let every viewer go, give back input and screens, and end `run`."""
        self._closing.set()
        if self._tasks is not None:
            await self._closed.wait()

    # What peers tell.

    def peer_controls(self, peer: Peer, message: Message) -> None:
        """A viewer moved, clicked or typed; obeyed only in modes share and control."""
        viewer = self._viewers.get(peer.viewer)
        if viewer is None or viewer.id not in self._controllers:
            return
        monitor = self._monitor_of(viewer)
        self._hands.apply(message, monitor)
        broadcast = self._broadcasts.get(monitor.id)
        if broadcast is not None:
            broadcast.expect_change()

    def peer_holds_keys(self, peer: Peer, held: bool) -> None:
        """A viewer's reliable channel opened, or closed."""
        self._follow_control()

    def peer_asks_keyframe(self, peer: Peer) -> None:
        """A viewer cannot go on without a keyframe."""
        viewer = self._viewers.get(peer.viewer)
        if viewer is not None:
            broadcast = self._broadcasts.get(self._monitor_of(viewer).id)
            if broadcast is not None:
                broadcast.ask_keyframe(peer.rung)

    def peer_steers(self, peer: Peer) -> None:
        """A viewer's path takes more or less; the narrowest of a rung's viewers counts."""
        viewer = self._viewers.get(peer.viewer)
        if viewer is None:
            return
        monitor = self._monitor_of(viewer).id
        narrowest = min(
            other.steering.bitrate for other in self._peers_of(monitor) if other.rung is peer.rung
        )
        broadcast = self._broadcasts.get(monitor)
        if broadcast is not None:
            broadcast.steer(peer.rung, narrowest)

    # What is derived from the viewers.

    def _follow(self) -> None:
        """Bring peers, broadcasts and control in line with the viewers."""
        if self._viewers:
            self._looked_at.set()
        for peer in list(self._peers.values()):
            viewer = self._viewers.get(peer.viewer)
            if viewer is None:
                del self._peers[peer.viewer]
                peer.close("this viewer may no longer look")
        self._follow_control()
        self._follow_demand()
        for peer in self._peers.values():
            peer.use(rung_of(self._viewers[peer.viewer].mode))

    def _follow_control(self) -> None:
        controllers = frozenset(
            viewer.id
            for viewer in self._viewers.values()
            if viewer.mode in ("share", "control") and self._has_keys(viewer.id)
        )
        if self._controllers - controllers:
            self._hands.let_go()
        self._controllers = controllers
        self._hands.block(any(self._viewers[viewer].mode == "control" for viewer in controllers))
        if controllers:
            self._hands.open()
        else:
            self._hands.close()

    def _has_keys(self, viewer: str) -> bool:
        peer = self._peers.get(viewer)
        return peer is not None and peer.has_keys

    def _follow_demand(self) -> None:
        demands = self._demands()
        for monitor in [monitor for monitor in self._broadcasts if monitor not in demands]:
            broadcast = self._broadcasts.pop(monitor)
            broadcast.close()
            self._spawn_join(broadcast)
        for monitor, demand in demands.items():
            broadcast = self._broadcasts.get(monitor) or self._begin(monitor)
            broadcast.want(demand)

    def _demands(self) -> dict[int, Demand]:
        rungs: dict[int, set[Rung]] = {}
        gaps: dict[int, list[float]] = {}
        for viewer in self._viewers.values():
            monitor = self._monitor_of(viewer).id
            wanted = rungs.setdefault(monitor, set())
            if viewer.id in self._peers:
                wanted.add(rung_of(viewer.mode))
            if viewer.pictures_ms:
                gaps.setdefault(monitor, []).append(viewer.pictures_ms / 1000)
        return {
            monitor: Demand(frozenset(wanted), min(gaps[monitor]) if monitor in gaps else None)
            for monitor, wanted in rungs.items()
            if wanted or monitor in gaps
        }

    def _begin(self, monitor: int) -> Broadcast:
        broadcast = Broadcast(
            lambda: self._drivers.open_screen(monitor),
            _Audience(self, monitor),
            self._clock,
            str(monitor),
        )
        self._broadcasts[monitor] = broadcast
        broadcast.start()
        return broadcast

    def _spawn_join(self, broadcast: Broadcast) -> None:
        assert self._tasks is not None
        self._tasks.create_task(asyncio.to_thread(broadcast.join))

    def _monitor_of(self, viewer: Viewer) -> Monitor:
        """The monitor that a viewer looks at; the primary one if that is gone."""
        now = self._clock()
        if now - self._monitors_s > _MONITORS_S:
            self._monitors_s = now
            try:
                self._monitors = tuple(self._drivers.screens()) or self._monitors
            except OSError as error:
                _log.warning("the monitors cannot be listed: %s", error)
        for monitor in self._monitors:
            if monitor.id == viewer.monitor:
                return monitor
        return self._monitors[0] if self._monitors else _NO_MONITOR

    def _peers_of(self, monitor: int) -> list[Peer]:
        return [
            peer
            for peer in self._peers.values()
            if self._monitor_of(self._viewers[peer.viewer]).id == monitor
        ]

    # Signalling.

    async def _take_signals(self) -> None:
        await self._looked_at.wait()
        if any(viewer.pictures_ms for viewer in self._viewers.values()):
            try:
                async with asyncio.timeout(_FIRST_PICTURE_S):
                    await self._first_picture.wait()
            except TimeoutError:
                _log.info("no first picture within %g s", _FIRST_PICTURE_S)
        await asyncio.to_thread(_load_peer)
        while True:
            signal = await self._signals.get()
            if signal.viewer in self._viewers:
                self._take_signal(signal)

    def _take_signal(self, signal: ViewerSignal) -> None:
        peer = self._peers.get(signal.viewer)
        match signal.kind:
            case "offer":
                if peer is not None and peer.connection > signal.connection:
                    return
                self._connect(signal)
            case "candidate":
                if peer is not None and peer.connection == signal.connection:
                    peer.add_candidate(signal.candidate, signal.mid)
            case "bye":
                if peer is not None and peer.connection == signal.connection:
                    peer.close(None)

    def _connect(self, signal: ViewerSignal) -> None:
        from webrtc.peer import Peer

        old = self._peers.pop(signal.viewer, None)
        if old is not None:
            old.close("replaced by a newer connection")
        rung = rung_of(self._viewers[signal.viewer].mode)
        peer = Peer(
            signal.viewer, signal.connection, rung, self, self._emit, self._ice, self._clock
        )
        self._peers[signal.viewer] = peer
        assert self._tasks is not None
        self._tasks.create_task(self._serve(peer, signal.sdp))
        self._follow_demand()
        self.peer_asks_keyframe(peer)

    async def _serve(self, peer: Peer, offer: str) -> None:
        await peer.run(offer)
        if self._peers.get(peer.viewer) is peer:
            del self._peers[peer.viewer]
            self._follow_control()
            self._follow_demand()

    # What the broadcasts deliver; on the event loop.

    def _deliver_video(self, monitor: int, rung: Rung, frame: VideoFrame) -> None:
        peers = self._peers_of(monitor)
        if not peers:
            return
        from webrtc.aiortc_hooks import pack

        payloads = pack(frame)
        for peer in peers:
            peer.put(rung, payloads, frame.is_keyframe)

    def _deliver_picture(self, monitor: int, width: int, height: int, jpeg: bytes) -> None:
        self._first_picture.set()
        if any(viewer.pictures_ms for viewer in self._viewers.values()):
            self._emit(Picture(monitor, width, height, jpeg, self._now_ms()))

    def _tell_failure(self, detail: str) -> None:
        self._emit(EventReported("capture_failed", self._now_ms(), detail=detail[:2000]))


_NO_MONITOR = Monitor(id=0, name="", x=0, y=0, width=0, height=0)


class _Audience:
    """Hands a broadcast's output from its thread to the event loop."""

    def __init__(self, host: ScreenHost, monitor: int) -> None:
        self._host = host
        self._monitor = monitor

    def take_video(self, rung: Rung, frame: VideoFrame) -> None:
        self._call(self._host._deliver_video, self._monitor, rung, frame)

    def take_picture(self, width: int, height: int, jpeg: bytes) -> None:
        self._call(self._host._deliver_picture, self._monitor, width, height, jpeg)

    def capture_failed(self, detail: str) -> None:
        self._call(self._host._tell_failure, detail)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        loop = self._host._loop
        assert loop is not None
        try:
            loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            _log.debug("the event loop is closed; a frame is dropped")


def _load_peer() -> None:
    """Load the libraries for connections: some tenths of a second, so in a thread."""
    import webrtc.peer  # noqa: F401
