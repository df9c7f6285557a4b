"""What the media code asks of whoever can capture a screen and inject input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wire.messages import Monitor

Area = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a monitor: BGRA, four bytes a pixel, `stride` bytes a row."""

    data: bytes | bytearray | memoryview
    """A buffer that is filled again must be the same object each time: two objects are compared."""
    width: int
    height: int
    stride: int
    captured_s: float
    """Monotonic seconds at which the capture began."""
    changed: Area | None = None
    """Everything outside this area is as it was in the frame before; None: not known."""


class ScreenSource(Protocol):
    """Capture of one monitor, used from one thread."""

    def wait(self, timeout_s: float) -> bool:
        """Wait until the screen may have changed; False when the time ran out without a change.

        Where the system does not report damage this returns True after at most `timeout_s`.
        """
        ...

    def wake(self) -> None:
        """End a `wait` at once; callable from any thread."""
        ...

    def grab(self) -> Frame:
        """The picture now; raises `OSError` when the screen cannot be captured."""
        ...

    def close(self) -> None:
        """Let go of the screen."""
        ...


class InputSink(Protocol):
    """Injection of input into the desktop. Positions are pixels of the whole desktop."""

    def move(self, x: int, y: int) -> None:
        """Put the pointer here."""
        ...

    def button(self, button: int, down: bool) -> None:
        """Press or release a button: 1 left, 2 middle, 3 right."""
        ...

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel by notches; positive is right and down."""
        ...

    def key(self, code: str, key: str, down: bool) -> None:
        """Press or release a key, named as in the browser's KeyboardEvent."""
        ...

    def release_all(self) -> None:
        """Let go of every key and button that is held through this sink."""
        ...

    def block_local(self, blocked: bool) -> None:
        """Take the pupil's own keyboard and pointer away, or give them back.

        Raises `OSError` where that is not possible. Ends by itself when this process dies.
        """
        ...

    def close(self) -> None:
        """Release everything, give the pupil's input back, and let go."""
        ...


class MediaDrivers(Protocol):
    """What live screens and remote control ask of the operating system."""

    def screens(self) -> Sequence[Monitor]:
        """All monitors, the primary first."""
        ...

    def open_screen(self, monitor: int) -> ScreenSource:
        """Capture of one monitor; raises `OSError` when it cannot be captured."""
        ...

    def open_input(self) -> InputSink:
        """Injection of input; raises `OSError` where that is not possible."""
        ...
