"""Capture of one X11 monitor: told by XDamage when to look, and where."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mss
import numpy as np
from mss.exception import ScreenShotError
from numpy.typing import NDArray
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError
from Xlib.ext import damage

from endpoint.platform.x11_monitors import is_monitor_event, read_monitors, select_monitor_events
from endpoint.platform.x11_pointer import X11Pointer
from webrtc.pace import NOTHING, union
from webrtc.source import Area, Frame

_POLL_S = 0.22
"""How often to look where the server does not report damage."""
_DOUBT_S = 1.5
"""After so long without damage a picture is compared all the same, for servers that forget."""


@contextmanager
def _screen_errors() -> Iterator[None]:
    try:
        yield
    except (ConnectionClosedError, DisplayError, XError, ScreenShotError) as error:
        raise OSError(f"the screen cannot be captured: {error}") from None


class X11Screen:
    """A `ScreenSource` for one monitor, with the pointer drawn in.

    Only what was damaged is fetched, into one picture that is kept: a frame's bytes are valid
    until the next `grab`. A still screen costs nothing but the events that never come. When the
    monitors change, the monitor with the same number is followed to its new place and size.
    """

    def __init__(self, display: str | None, monitor: int) -> None:
        self._number = monitor
        self._waker = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._shots: mss.MSS | None = None
        self._damaged: Area = NOTHING
        self._damage_event = -1
        self._rearranged = False
        self._reported = False
        self._checked_s = float("-inf")
        try:
            with _screen_errors():
                self._display = Display(display)
                self._display.set_error_handler(_ignore)
                self._name = display
                self._damage = self._follow_damage()
                self._pointer = X11Pointer(self._display)
                select_monitor_events(self._display)
                self._arrange()
        except OSError:
            os.close(self._waker)
            raise

    def wait(self, timeout_s: float) -> bool:
        """Wait until something of this monitor changed, `wake` is called or the time is over."""
        with _screen_errors():
            self._subtract()
            if self._damage is None:
                self._sleep(min(timeout_s, _POLL_S))
                return True
            deadline = time.monotonic() + timeout_s
            while True:
                if self._read_events():
                    return True
                left = deadline - time.monotonic()
                if left <= 0 or self._sleep(left):
                    return False

    def wake(self) -> None:
        """End a `wait` at once; callable from any thread."""
        os.eventfd_write(self._waker, 1)

    def grab(self) -> Frame:
        """The picture now, and the area in which it differs from the one before."""
        with _screen_errors():
            captured_s = time.monotonic()
            self._read_events()
            if captured_s - self._checked_s > (_DOUBT_S if self._damage else 0):
                self._damaged = (0, 0, self._width, self._height)
                self._rearranged = True  # some servers rearrange monitors without a word
            if self._rearranged and self._find() != self._place:
                self._arrange()
            self._rearranged = False
            self._subtract()
            changed = self._refresh(captured_s)
            return Frame(
                self._data, self._width, self._height, self._width * 4, captured_s, changed
            )

    def close(self) -> None:
        """Let go of the display."""
        try:
            self._display.close()
        except (ConnectionClosedError, DisplayError):
            return
        finally:
            if self._shots is not None:
                self._shots.close()
            os.close(self._waker)

    # --- damage ------------------------------------------------------------------------------

    def _follow_damage(self) -> int | None:
        if not self._display.has_extension("DAMAGE"):
            return None
        self._display.damage_query_version()
        self._damage_event = self._display.extension_event.DamageNotify
        root = self._display.screen().root
        return int(root.damage_create(damage.DamageReportBoundingBox))

    def _read_events(self) -> bool:
        """Take what the server said; whether this monitor may look different now."""
        news = False
        while self._display.pending_events():
            event: Any = self._display.next_event()
            if event.type == self._damage_event:
                self._reported = True
                area = self._clip(
                    event.area.x - self._left,
                    event.area.y - self._top,
                    event.area.width,
                    event.area.height,
                )
                if area != NOTHING:
                    self._damaged = union(self._damaged, area) or area
                    news = True
            elif self._pointer.take_event(event):
                news = True
            elif is_monitor_event(self._display, event.type):
                self._rearranged = news = True
        return news

    def _subtract(self) -> None:
        """Have the server report again what is damaged from now on."""
        if self._reported and self._damage is not None:
            self._reported = False
            self._display.damage_subtract(self._damage)
            # The picture is fetched on another connection: not before this one was served.
            self._display.sync()

    def _sleep(self, timeout_s: float) -> bool:
        """Wait for the server or `wake`; whether it was `wake`."""
        self._display.flush()
        ready, _, _ = select.select([self._display, self._waker], [], [], timeout_s)
        if self._waker in ready:
            os.eventfd_read(self._waker)
            return True
        return False

    # --- pictures ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Find the monitor, and begin with an empty picture of its size."""
        self._place = self._find()
        self._left, self._top, self._width, self._height = self._place
        self._data = bytearray(self._width * self._height * 4)
        self._picture: NDArray[np.uint8] = np.frombuffer(self._data, np.uint8).reshape(
            self._height, self._width, 4
        )
        if self._shots is not None:
            self._shots.close()
        self._shots = mss.MSS(display=self._name)
        self._drawn = NOTHING
        self._damaged = (0, 0, self._width, self._height)
        self._fresh = True
        self._reported = True
        self._checked_s = float("-inf")

    def _find(self) -> Area:
        """Where the monitor with this number is; the primary one's place if there is none."""
        monitors = read_monitors(self._display)
        found = next((one for one in monitors if one.id == self._number), monitors[0])
        return (found.x, found.y, found.width, found.height)

    def _refresh(self, now: float) -> Area | None:
        """Fetch what may have changed, draw the pointer; the area that differs."""
        damaged, self._damaged = self._damaged, NOTHING
        if damaged[2:] == (self._width, self._height):
            self._checked_s = now
        moved = self._pointer.read()
        changed: Area | None = NOTHING
        redraw = moved or _overlap(damaged, self._drawn)
        if redraw and self._drawn != NOTHING:
            self._fetch(self._drawn)
            changed = self._drawn
        if damaged != NOTHING and self._fetch(damaged):
            changed = union(changed, damaged)
        if redraw or self._fresh:
            x, y, width, height = self._pointer.area
            self._drawn = self._clip(x - self._left, y - self._top, width, height)
            if self._drawn != NOTHING:
                if moved and not self._fresh:
                    self._fetch(self._drawn)
                self._pointer.draw(self._picture, self._left, self._top)
                changed = union(changed, self._drawn)
        if self._fresh:
            self._fresh = False
            return None
        return changed

    def _fetch(self, area: Area) -> bool:
        """Bring an area up to date, without the pointer; whether it differs from before."""
        assert self._shots is not None
        x, y, width, height = area
        shot = self._shots.grab(
            {"left": self._left + x, "top": self._top + y, "width": width, "height": height}
        )
        new = np.frombuffer(shot.raw, np.uint32).reshape(height, width)
        old = self._picture.view(np.uint32)[y : y + height, x : x + width, 0]
        if np.array_equal(new, old):
            return False
        old[:] = new
        return True

    def _clip(self, x: int, y: int, width: int, height: int) -> Area:
        """The part of an area that lies on this monitor; `NOTHING` when there is none."""
        left, top = max(0, x), max(0, y)
        right, bottom = min(self._width, x + width), min(self._height, y + height)
        return (left, top, right - left, bottom - top) if right > left and bottom > top else NOTHING


def _overlap(one: Area, other: Area) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _ignore(*_: object) -> None:
    """Errors of requests without an answer: a window is gone, a monitor was unplugged."""
