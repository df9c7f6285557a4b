"""Input into a Mac's desktop by Quartz events. Not yet tested on macOS."""

from __future__ import annotations

import sys
from typing import Any

from endpoint.platform.macos_keys import KEY_CODES, flags_of, is_text

assert sys.platform == "darwin"

import Quartz

_DOWN_UP_DRAG = {
    1: (Quartz.kCGEventLeftMouseDown, Quartz.kCGEventLeftMouseUp, Quartz.kCGEventLeftMouseDragged),
    3: (
        Quartz.kCGEventRightMouseDown,
        Quartz.kCGEventRightMouseUp,
        Quartz.kCGEventRightMouseDragged,
    ),
}
_OTHER = (
    Quartz.kCGEventOtherMouseDown,
    Quartz.kCGEventOtherMouseUp,
    Quartz.kCGEventOtherMouseDragged,
)
_NUMBERS = {1: 0, 3: 1, 2: 2, 4: 3, 5: 4}
"""Buttons as macOS counts them."""


class MacInput:
    """An `InputSink`; raises `OSError` without the permission "Accessibility"."""

    def __init__(self) -> None:
        if not Quartz.CGPreflightPostEventAccess():
            raise OSError("macOS gave no permission to control this computer (Accessibility)")
        self._place = (0.0, 0.0)
        self._keys: dict[str, str] = {}
        self._buttons: set[int] = set()

    def move(self, x: int, y: int) -> None:
        """Put the pointer here; with a button held this drags."""
        self._place = (float(x), float(y))
        held = next(iter(self._buttons), None)
        kind = Quartz.kCGEventMouseMoved if held is None else _kinds(held)[2]
        self._post_mouse(kind, held or 1)

    def button(self, button: int, down: bool) -> None:
        """Press or release a button."""
        press, release, _ = _kinds(button)
        self._post_mouse(press if down else release, button)
        (self._buttons.add if down else self._buttons.discard)(button)

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel; macOS counts up and left as positive."""
        _post(
            Quartz.CGEventCreateScrollWheelEvent(None, Quartz.kCGScrollEventUnitLine, 2, -dy, -dx)
        )

    def key(self, code: str, key: str, down: bool) -> None:
        """Type a character, or press the key named by `code`."""
        if not down:
            self._release(code)
        elif is_text(key, frozenset(self._keys)):
            self._keys[code] = key
            self._post_key(code, key, True)
        elif code in KEY_CODES:
            self._keys[code] = ""
            self._post_key(code, "", True)

    def release_all(self) -> None:
        """Let go of everything that is held through this sink."""
        for code in list(self._keys):
            self._release(code)
        for button in list(self._buttons):
            self.button(button, False)

    def block_local(self, blocked: bool) -> None:
        """Not possible: macOS lets no program take the keyboard from its user for good."""
        if blocked:
            raise OSError("macOS lets no program take away the pupil's keyboard and mouse")

    def close(self) -> None:
        """Release everything."""
        self.release_all()

    def _release(self, code: str) -> None:
        text = self._keys.pop(code, None)
        if text is not None:
            self._post_key(code, text, False)

    def _post_key(self, code: str, text: str, down: bool) -> None:
        event = Quartz.CGEventCreateKeyboardEvent(None, KEY_CODES.get(code, 0), down)
        Quartz.CGEventSetFlags(event, 0 if text else flags_of(frozenset(self._keys)))
        if text:
            units = len(text.encode("utf-16-le")) // 2
            Quartz.CGEventKeyboardSetUnicodeString(event, units, text)
        _post(event)

    def _post_mouse(self, kind: int, button: int) -> None:
        number = _NUMBERS[button]
        _post(Quartz.CGEventCreateMouseEvent(None, kind, self._place, number))


def _kinds(button: int) -> tuple[int, int, int]:
    return _DOWN_UP_DRAG.get(button, _OTHER)


def _post(event: Any) -> None:
    Quartz.CGEventPost(Quartz.kCGHIDEventTap, event)
