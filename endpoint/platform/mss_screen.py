"""Capture of one monitor with mss, for systems that report no damage here (Windows, macOS)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import mss
from mss.exception import ScreenShotError

from webrtc.source import Frame
from wire.messages import Monitor


class MssScreen:
    """A `ScreenSource`. The monitor with the same number is followed to its new place and size."""

    def __init__(self, monitor: int, monitors: Callable[[], tuple[Monitor, ...]]) -> None:
        self._number = monitor
        self._monitors = monitors
        self._woken = threading.Event()
        self._shots: mss.MSS | None = None

    def wait(self, timeout_s: float) -> bool:
        """Wait until `wake` or the time is over: the screen may always have changed."""
        self._woken.wait(timeout_s)
        self._woken.clear()
        return True

    def wake(self) -> None:
        """End a `wait` at once; callable from any thread."""
        self._woken.set()

    def grab(self) -> Frame:
        """The picture now; raises `OSError` when there is none."""
        captured_s = time.monotonic()
        area = self._area()
        try:
            self._shots = self._shots or mss.MSS()  # made in the thread that captures
            shot = self._shots.grab(area)
        except ScreenShotError as error:
            raise OSError(f"the screen cannot be captured: {error}") from None
        return Frame(shot.raw, shot.width, shot.height, shot.width * 4, captured_s)

    def close(self) -> None:
        """Let go of the screen."""
        if self._shots is not None:
            self._shots.close()
            self._shots = None

    def _area(self) -> dict[str, int]:
        for one in self._monitors():
            if one.id == self._number:
                return {"left": one.x, "top": one.y, "width": one.width, "height": one.height}
        raise OSError(f"there is no monitor {self._number}")
