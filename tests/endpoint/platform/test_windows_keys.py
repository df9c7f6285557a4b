"""Keys of Windows: the pure part of a driver that is not run here."""

import pytest

from endpoint.platform.windows_keys import EXTENDED, VIRTUAL_KEYS, is_text, utf16_units

KEYBOARD = (
    {f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    | {f"Digit{digit}" for digit in "0123456789"}
    | {f"F{number}" for number in range(1, 13)}
    | {f"Arrow{way}" for way in ("Left", "Right", "Up", "Down")}
    | {f"{key}{side}" for key in ("Shift", "Control", "Alt", "Meta") for side in ("Left", "Right")}
    | {"Enter", "Tab", "Space", "Backspace", "Escape", "Delete", "Home", "End", "PageUp"}
    | {"PageDown", "Insert", "CapsLock", "Minus", "Equal", "BracketLeft", "BracketRight"}
    | {"Semicolon", "Quote", "Backquote", "Backslash", "Comma", "Period", "Slash", "IntlBackslash"}
)
"""Every key of a British keyboard that a viewer may press."""


def test_every_key_of_a_keyboard_is_known_and_no_two_are_the_same() -> None:
    assert set(VIRTUAL_KEYS) >= KEYBOARD
    codes = [VIRTUAL_KEYS[code] for code in KEYBOARD]
    assert len(set(codes)) == len(codes)
    assert all(0 < code < 0x100 for code in VIRTUAL_KEYS.values())


@pytest.mark.parametrize(
    ("code", "virtual_key"),
    [("KeyA", 0x41), ("Digit0", 0x30), ("F1", 0x70), ("F24", 0x87), ("Numpad9", 0x69)],
)
def test_computed_codes_are_those_of_winuser(code: str, virtual_key: int) -> None:
    assert VIRTUAL_KEYS[code] == virtual_key


def test_keys_that_share_a_code_with_the_number_pad_are_extended() -> None:
    assert set(VIRTUAL_KEYS) >= EXTENDED
    assert "NumpadEnter" in EXTENDED
    assert "Enter" not in EXTENDED


def test_characters_are_typed_as_text_unless_a_shortcut_is_pressed() -> None:
    assert is_text("KeyA", "ä", frozenset())
    assert is_text("KeyA", "A", frozenset({"ShiftLeft"}))
    assert not is_text("KeyC", "c", frozenset({"ControlLeft"}))
    assert not is_text("ArrowUp", "ArrowUp", frozenset())
    assert not is_text("Space", " ", frozenset())


def test_text_beyond_the_basic_plane_is_two_units() -> None:
    assert utf16_units("a€") == [0x61, 0x20AC]
    assert utf16_units("😀") == [0xD83D, 0xDE00]
