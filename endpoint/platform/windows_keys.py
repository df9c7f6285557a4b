"""Keys of Windows by the browser's `KeyboardEvent.code`, and characters as UTF-16. Pure."""

from __future__ import annotations

VIRTUAL_KEYS: dict[str, int] = {
    **{f"Key{letter}": ord(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{f"Digit{digit}": ord(digit) for digit in "0123456789"},
    **{f"Numpad{digit}": 0x60 + int(digit) for digit in "0123456789"},
    **{f"F{number}": 0x6F + number for number in range(1, 25)},
    "Backspace": 0x08,
    "Tab": 0x09,
    "Enter": 0x0D,
    "NumpadEnter": 0x0D,
    "Pause": 0x13,
    "CapsLock": 0x14,
    "Escape": 0x1B,
    "Space": 0x20,
    "PageUp": 0x21,
    "PageDown": 0x22,
    "End": 0x23,
    "Home": 0x24,
    "ArrowLeft": 0x25,
    "ArrowUp": 0x26,
    "ArrowRight": 0x27,
    "ArrowDown": 0x28,
    "PrintScreen": 0x2C,
    "Insert": 0x2D,
    "Delete": 0x2E,
    "MetaLeft": 0x5B,
    "MetaRight": 0x5C,
    "ContextMenu": 0x5D,
    "NumpadMultiply": 0x6A,
    "NumpadAdd": 0x6B,
    "NumpadSubtract": 0x6D,
    "NumpadDecimal": 0x6E,
    "NumpadDivide": 0x6F,
    "NumLock": 0x90,
    "ScrollLock": 0x91,
    "ShiftLeft": 0xA0,
    "ShiftRight": 0xA1,
    "ControlLeft": 0xA2,
    "ControlRight": 0xA3,
    "AltLeft": 0xA4,
    "AltRight": 0xA5,
    "Semicolon": 0xBA,
    "Equal": 0xBB,
    "Comma": 0xBC,
    "Minus": 0xBD,
    "Period": 0xBE,
    "Slash": 0xBF,
    "Backquote": 0xC0,
    "BracketLeft": 0xDB,
    "Backslash": 0xDC,
    "BracketRight": 0xDD,
    "Quote": 0xDE,
    "IntlBackslash": 0xE2,
}
"""Virtual-key codes (winuser.h)."""

EXTENDED = frozenset(
    {
        "NumpadEnter", "NumpadDivide", "NumLock", "PrintScreen", "ContextMenu",
        "ControlRight", "AltRight", "MetaLeft", "MetaRight",
        "Insert", "Delete", "Home", "End", "PageUp", "PageDown",
        "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown",
    }
)  # fmt: skip
"""Keys whose events must carry the extended flag, so that they are not those of the number pad."""

SHORTCUT_KEYS = frozenset({"ControlLeft", "ControlRight", "AltLeft", "MetaLeft", "MetaRight"})
"""While one of these is down a character is pressed as a key, not typed as text."""


def utf16_units(text: str) -> list[int]:
    """The code units of a text, as `SendInput` takes them one by one."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


def is_text(code: str, key: str, held: frozenset[str]) -> bool:
    """Whether a key is to be typed as its character, whatever the keyboard's layout is."""
    return len(key) == 1 and not held & SHORTCUT_KEYS and code not in ("Enter", "Tab", "Space")
