"""Input into a Windows desktop by SendInput. Not yet tested on Windows."""

from __future__ import annotations

import ctypes
import sys

from endpoint.platform.windows_keys import EXTENDED, VIRTUAL_KEYS, is_text, utf16_units

assert sys.platform == "win32"

from endpoint.platform.windows_user32 import (
    INPUT_KEYBOARD,
    INPUT_MOUSE,
    KEYEVENTF_EXTENDEDKEY,
    KEYEVENTF_KEYUP,
    KEYEVENTF_UNICODE,
    MOUSEEVENTF_ABSOLUTE,
    MOUSEEVENTF_HWHEEL,
    MOUSEEVENTF_MOVE,
    MOUSEEVENTF_VIRTUALDESK,
    MOUSEEVENTF_WHEEL,
    Input,
    InputUnion,
    KeyboardInput,
    MouseInput,
    user32,
)

_BUTTONS = {1: (0x0002, 0x0004, 0), 2: (0x0020, 0x0040, 0), 3: (0x0008, 0x0010, 0),
            4: (0x0080, 0x0100, 1), 5: (0x0080, 0x0100, 2)}  # fmt: skip
_NOTCH = 120
_SM_XVIRTUALSCREEN = 76


class WindowsInput:
    """An `InputSink`. Raises `OSError` when Windows takes an event from nobody (locked desktop)."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._buttons: set[int] = set()
        self._blocked = False

    def move(self, x: int, y: int) -> None:
        """Put the pointer here."""
        left, top, width, height = (
            user32.GetSystemMetrics(_SM_XVIRTUALSCREEN + at) for at in range(4)
        )
        flags = MOUSEEVENTF_MOVE | MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK
        _mouse(
            round((x - left) * 65_535 / max(1, width - 1)),
            round((y - top) * 65_535 / max(1, height - 1)),
            flags,
        )

    def button(self, button: int, down: bool) -> None:
        """Press or release a button."""
        press, release, data = _BUTTONS[button]
        _mouse(0, 0, press if down else release, data)
        (self._buttons.add if down else self._buttons.discard)(button)

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel; Windows counts up and right as positive."""
        if dy:
            _mouse(0, 0, MOUSEEVENTF_WHEEL, -dy * _NOTCH)
        if dx:
            _mouse(0, 0, MOUSEEVENTF_HWHEEL, dx * _NOTCH)

    def key(self, code: str, key: str, down: bool) -> None:
        """Type a character, or press the key named by `code`."""
        if not down:
            self._release(code)
        elif is_text(code, key, frozenset(self._keys)):
            self._keys[code] = key
            for unit in utf16_units(key):
                _keyboard(0, unit, KEYEVENTF_UNICODE)
        elif code in VIRTUAL_KEYS:
            self._keys[code] = ""
            _keyboard(VIRTUAL_KEYS[code], 0, KEYEVENTF_EXTENDEDKEY if code in EXTENDED else 0)

    def release_all(self) -> None:
        """Let go of everything that is held through this sink."""
        for code in list(self._keys):
            self._release(code)
        for button in list(self._buttons):
            self.button(button, False)

    def block_local(self, blocked: bool) -> None:
        """Take the pupil's input away (BlockInput: elevated processes only), or give it back."""
        if blocked != self._blocked and not user32.BlockInput(blocked):
            raise ctypes.WinError(ctypes.get_last_error())
        self._blocked = blocked

    def close(self) -> None:
        """Release everything and give the pupil's input back."""
        self.release_all()
        self.block_local(False)

    def _release(self, code: str) -> None:
        text = self._keys.pop(code, None)
        if text is None:
            return
        if text:
            for unit in utf16_units(text):
                _keyboard(0, unit, KEYEVENTF_UNICODE | KEYEVENTF_KEYUP)
        else:
            extended = KEYEVENTF_EXTENDEDKEY if code in EXTENDED else 0
            _keyboard(VIRTUAL_KEYS[code], 0, extended | KEYEVENTF_KEYUP)


def _mouse(dx: int, dy: int, flags: int, data: int = 0) -> None:
    event = MouseInput(dx, dy, data & 0xFFFFFFFF, flags, 0, 0)
    _send(Input(INPUT_MOUSE, InputUnion(mi=event)))


def _keyboard(virtual_key: int, scan: int, flags: int) -> None:
    event = KeyboardInput(virtual_key, scan, flags, 0, 0)
    _send(Input(INPUT_KEYBOARD, InputUnion(ki=event)))


def _send(event: Input) -> None:
    if user32.SendInput(1, ctypes.byref(event), ctypes.sizeof(Input)) != 1:
        raise ctypes.WinError(ctypes.get_last_error())
