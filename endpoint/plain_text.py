"""Text that other programs chose, made fit to be shown to people.

Window titles and account names come from anybody; control characters, marks that turn the
direction of the text around, and invisible ones could make a name read as another.
"""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""Invisible, but Persian words and many emoji are made with them."""


def plain_text(text: str, limit: int) -> str:
    """One line of at most `limit` characters, without control, format or unassigned ones.

    Line breaks and tabs become spaces; runs of spaces become one.
    """
    kept = "".join(_plain_character(character) for character in text[: 4 * limit])
    return " ".join(kept.split())[:limit].rstrip()


def _plain_character(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    return "" if category[0] == "C" else character
