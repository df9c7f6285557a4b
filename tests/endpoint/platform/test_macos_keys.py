"""Keys of macOS: the pure part of a driver that is not run here."""

from endpoint.platform.macos_keys import (
    COMMAND,
    KEY_CODES,
    MODIFIERS,
    SHIFT,
    flags_of,
    is_text,
)
from tests.endpoint.platform.test_windows_keys import KEYBOARD


def test_every_key_of_a_keyboard_is_known_and_no_two_are_the_same() -> None:
    assert set(KEY_CODES) >= KEYBOARD
    assert len(set(KEY_CODES.values())) == len(KEY_CODES)
    assert set(MODIFIERS) <= set(KEY_CODES)


def test_held_modifiers_mark_every_event() -> None:
    assert flags_of(frozenset()) == 0
    assert flags_of(frozenset({"ShiftLeft", "ShiftRight", "KeyA"})) == SHIFT
    assert flags_of(frozenset({"MetaLeft", "ShiftLeft"})) == SHIFT | COMMAND


def test_characters_are_typed_as_text_unless_a_shortcut_is_pressed() -> None:
    assert is_text("é", frozenset({"AltLeft"}))
    assert not is_text("c", frozenset({"MetaLeft"}))
    assert not is_text("Enter", frozenset())
