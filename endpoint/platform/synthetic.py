"""A desktop that does not exist, behind the same interface as a real one.

`SyntheticDesktop` is what the agent's core asks; `SyntheticDrivers` is what the media code asks.
Both look at one `Pupil`. Drawing libraries are loaded when somebody looks.
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Sequence

from endpoint.platform.port import Account, Window
from endpoint.simulation.pupil import HEIGHT, WIDTH, Pupil
from endpoint.simulation.topics import PUPILS
from webrtc.source import Frame, InputSink, ScreenSource
from wire.messages import IncompleteReason, Monitor

_MONITOR = Monitor(id=0, name="Screen", x=0, y=0, width=WIDTH, height=HEIGHT, primary=True)
_LOOK_S = 1 / 20
_SHORTCUT_KEYS = frozenset({"Control", "Alt", "Meta"})


def seed_of(device: str) -> int:
    """The seed of a device: the number at the end of its name, else one made of its letters."""
    number = re.search(r"(\d+)$", device)
    return int(number[1]) if number else zlib.crc32(device.encode())


def account_of(seed: int) -> Account:
    """Who sits at the device with this seed; seeds 1 to 30 are a whole class."""
    turn, place = divmod(max(seed, 1) - 1, len(PUPILS))
    user, name = PUPILS[place]
    return Account(f"{user}{turn + 1}", f"{name} {turn + 1}") if turn else Account(user, name)


class SyntheticDesktop:
    """The desktop of a simulated pupil, as the agent's core sees it."""

    name = "synthetic"
    can_control = True
    can_block_input = True

    def __init__(self, pupil: Pupil) -> None:
        self._pupil = pupil

    def active_window(self) -> Window:
        """The window that has the keyboard now."""
        task = self._pupil.task()
        return Window(task.application, task.title)

    def idle_s(self) -> float:
        """Seconds since the last key or pointer event of anybody."""
        return self._pupil.idle_s()

    def monitors(self) -> tuple[Monitor, ...]:
        """The one monitor."""
        return (_MONITOR,)

    def account(self) -> Account:
        """Who is signed on."""
        return account_of(self._pupil.seed)

    def incomplete(self) -> tuple[IncompleteReason, ...]:
        """Nothing is ever hidden here."""
        return ()

    def fileno(self) -> int | None:
        """There is no descriptor: poll."""
        return None

    def drain(self) -> bool:
        """Nothing to read; the pupil must be looked at again."""
        return True

    def close(self) -> None:
        """Nothing to let go of."""


class SyntheticScreen:
    """Capture of the screen that is drawn when it is grabbed, and only where it changed."""

    def __init__(self, pupil: Pupil) -> None:
        from endpoint.simulation.drawing import Drawing, signature

        self._pupil = pupil
        self._signature = signature
        self._drawing = Drawing(pupil.seed, account_of(pupil.seed).name)
        self._drawn: object = None
        self._woken = threading.Event()

    def wait(self, timeout_s: float) -> bool:
        """Wait for a change of what would be drawn; looks twenty times a second."""
        deadline = self._pupil.clock() + timeout_s
        while True:
            if self._signature(self._pupil.moment()) != self._drawn:
                return True
            left_s = deadline - self._pupil.clock()
            if left_s <= 0:
                return False
            if self._woken.wait(min(left_s, _LOOK_S)):
                self._woken.clear()
                return self._signature(self._pupil.moment()) != self._drawn

    def wake(self) -> None:
        """End a `wait` at once; callable from any thread."""
        self._woken.set()

    def grab(self) -> Frame:
        """The picture now; its bytes stay valid until the next `grab`."""
        captured_s = self._pupil.clock()
        moment = self._pupil.moment()
        data = self._drawing.draw(moment)
        self._drawn = self._signature(moment)
        return Frame(data, WIDTH, HEIGHT, WIDTH * 4, captured_s)

    def close(self) -> None:
        """Nothing to let go of."""


class SyntheticInput:
    """Input that the simulated pupil's desktop visibly takes."""

    def __init__(self, pupil: Pupil) -> None:
        self._pupil = pupil
        self._buttons: set[int] = set()
        self._shortcuts: set[str] = set()

    def move(self, x: int, y: int) -> None:
        """Put the pointer here."""
        self._pupil.move(x, y)

    def button(self, button: int, down: bool) -> None:
        """Press or release a button."""
        (self._buttons.add if down else self._buttons.discard)(button)
        self._pupil.press(button, down)

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel; only down and up do something."""
        self._pupil.scroll(dy)

    def key(self, code: str, key: str, down: bool) -> None:
        """Press or release a key; shortcuts do nothing."""
        if key in _SHORTCUT_KEYS:
            (self._shortcuts.add if down else self._shortcuts.discard)(key)
        elif down and not self._shortcuts:
            typed = {"Enter": "\n", "Backspace": "\b"}.get(key, key)
            if len(typed) == 1:
                self._pupil.type(typed)

    def release_all(self) -> None:
        """Let go of every key and button that is held."""
        for button in sorted(self._buttons):
            self._pupil.press(button, False)
        self._buttons.clear()
        self._shortcuts.clear()

    def block_local(self, blocked: bool) -> None:
        """The pupil's own input stops: time stands still in its script."""
        self._pupil.block(blocked)

    def close(self) -> None:
        """Release everything and give the pupil's input back."""
        self.release_all()
        self.block_local(False)


class SyntheticDrivers:
    """What the media code asks of a simulated pupil's PC."""

    def __init__(self, pupil: Pupil) -> None:
        self._pupil = pupil

    def screens(self) -> Sequence[Monitor]:
        """The one monitor."""
        return (_MONITOR,)

    def open_screen(self, monitor: int) -> ScreenSource:
        """Capture of the monitor; raises `OSError` for any other than 0."""
        if monitor != 0:
            raise OSError(f"there is no monitor {monitor}")
        return SyntheticScreen(self._pupil)

    def open_input(self) -> InputSink:
        """Input into the simulated desktop."""
        return SyntheticInput(self._pupil)
