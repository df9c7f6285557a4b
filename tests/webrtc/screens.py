"""A screen and hands for tests: what is drawn and done is plain data."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np

from webrtc.source import Area, Frame
from wire.messages import Monitor

WIDTH, HEIGHT = 640, 360


class PaintedScreen:
    """A `ScreenSource` that shows what `paint` painted, and says what changed."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.pixels = np.full((height, width, 4), 255, np.uint8)
        self.grabs = 0
        self.broken = False
        self.closed = False
        self._changed: Area | None = None
        self._news = threading.Event()
        self._lock = threading.Lock()

    def paint(self, x: int, y: int, width: int, height: int, bgr: tuple[int, int, int]) -> None:
        with self._lock:
            self.pixels[y : y + height, x : x + width, :3] = bgr
            self._changed = None if self._changed is None else (0, 0, WIDTH, HEIGHT)
            self._changed = (x, y, width, height) if self._changed == (0, 0, 0, 0) else None
        self._news.set()

    def wait(self, timeout_s: float) -> bool:
        self._news.wait(timeout_s)
        self._news.clear()
        with self._lock:
            return self._changed != (0, 0, 0, 0)

    def wake(self) -> None:
        self._news.set()

    def grab(self) -> Frame:
        if self.broken:
            raise OSError("the test broke this screen")
        with self._lock:
            self.grabs += 1
            changed, self._changed = self._changed, (0, 0, 0, 0)
            height, width = self.pixels.shape[:2]
            return Frame(self.pixels.tobytes(), width, height, width * 4, time.monotonic(), changed)

    def close(self) -> None:
        self.closed = True


class NotedHands:
    """An `InputSink` that notes what it was told."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []
        self.held: set[str] = set()
        self.blocked = False
        self.closed = False

    def move(self, x: int, y: int) -> None:
        self.done.append(("move", x, y))

    def button(self, button: int, down: bool) -> None:
        self.done.append(("button", button, down))

    def wheel(self, dx: int, dy: int) -> None:
        self.done.append(("wheel", dx, dy))

    def key(self, code: str, key: str, down: bool) -> None:
        (self.held.add if down else self.held.discard)(code)
        self.done.append(("key", code, key, down))

    def release_all(self) -> None:
        self.held.clear()
        self.done.append(("release_all",))

    def block_local(self, blocked: bool) -> None:
        self.blocked = blocked

    def close(self) -> None:
        self.release_all()
        self.blocked = False
        self.closed = True


class PaintedDrivers:
    """`MediaDrivers` over one painted screen for each monitor."""

    def __init__(self, monitors: Sequence[Monitor] | None = None) -> None:
        self.monitors = monitors or (Monitor(0, "test", 0, 0, WIDTH, HEIGHT, True),)
        self.opened: list[PaintedScreen] = []
        self.painted = {one.id: PaintedScreen(one.width, one.height) for one in self.monitors}
        self.hands = NotedHands()
        self.hands_opened = 0

    def screens(self) -> Sequence[Monitor]:
        return self.monitors

    def open_screen(self, monitor: int) -> PaintedScreen:
        self.opened.append(self.painted[monitor])
        self.painted[monitor].closed = False
        return self.painted[monitor]

    def open_input(self) -> NotedHands:
        self.hands_opened += 1
        self.hands.closed = False
        return self.hands
