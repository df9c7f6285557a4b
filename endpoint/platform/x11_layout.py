"""Which key of the pupil's keyboard layout types a character, and what to do if none does."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from Xlib import XK, X
from Xlib.display import Display

_FIRST, _LAST = 8, 255
_ALTGR_COLUMN = 4


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key, and whether Shift and AltGr have to be down with it."""

    keycode: int
    shift: bool
    altgr: bool


def keysym_of(character: str) -> int:
    """The X keysym of one character."""
    point = ord(character)
    if 0x20 <= point <= 0x7E or 0xA0 <= point <= 0xFF:
        return point
    return 0x01000000 | point


class X11Layout:
    """The keyboard map of a display.

    Characters that the layout lacks are put on keys that it does not use, in turn; `close`
    takes them off again.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._lent: OrderedDict[int, int] = OrderedDict()  # keysym to keycode
        self._spare: list[int] = []
        self._strokes: dict[int, Stroke] = {}
        self.shift = self.altgr = 0
        self.read()

    def read(self) -> None:
        """Read the map again, as after a change of layout."""
        first = max(_FIRST, self._display.display.info.min_keycode)
        rows = self._display.get_keyboard_mapping(first, _LAST - first + 1)
        lent = set(self._lent.values())
        self._spare, self._strokes = [], {}
        for keycode, row in enumerate(rows, first):
            if not any(row) and keycode not in lent:
                self._spare.append(keycode)
            columns = (0, 1, _ALTGR_COLUMN, _ALTGR_COLUMN + 1)
            for column, keysym in (
                (column, row[column]) for column in columns if column < len(row)
            ):
                if keysym and keycode not in lent:
                    stroke = Stroke(keycode, bool(column & 1), column >= _ALTGR_COLUMN)
                    self._strokes.setdefault(keysym, stroke)
        self.shift = self._display.keysym_to_keycode(XK.XK_Shift_L)
        altgr = self._display.keysym_to_keycode(XK.string_to_keysym("ISO_Level3_Shift"))
        self.altgr = altgr or 0

    def stroke(self, character: str) -> Stroke | None:
        """How to type a character; None when there is no key left for it."""
        keysym = keysym_of(character)
        found = self._strokes.get(keysym) or self._strokes.get(XK.string_to_keysym(character))
        if found is not None and not (found.altgr and not self.altgr):
            return found
        keycode = self._lent.get(keysym) or self._lend(keysym)
        return Stroke(keycode, False, False) if keycode else None

    def close(self) -> None:
        """Take back the keys that were lent; when this returns the X server has done so."""
        for keycode in self._lent.values():
            self._display.change_keyboard_mapping(keycode, [(X.NoSymbol,) * 2])
        self._lent.clear()
        self._display.sync()

    def _lend(self, keysym: int) -> int:
        if self._spare:
            keycode = self._spare.pop()
        elif self._lent:
            _, keycode = self._lent.popitem(last=False)
        else:
            return 0
        self._display.change_keyboard_mapping(keycode, [(keysym, keysym)])
        self._display.sync()
        self._lent[keysym] = keycode
        return keycode
