"""Text and phrases brought to one form, so that they can be compared letter by letter.

The form of a text is what its code points are folded to, one by one: so the place of every folded
letter in the text can be found again, and is looked for only where something was found.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from string import ascii_letters, digits

BLANK = " "

APOSTROPHES = "'’‘ʼ＇`´′"
"""Dropped: "don't" and "dont" are one word."""

_LETTERS = {
    # Letters that people leave the mark off, and that Unicode does not take apart.
    **{"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "þ": "th", "æ": "ae", "œ": "oe"},
    # One letter of Arabic and Urdu in the forms that different keyboards type.
    **{"ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ة": "ه"},
}
_DROPPED_CLASSES = frozenset({1, *range(10, 37), *range(200, 241)})
"""Combining classes of accents and of Hebrew and Arabic vowel points; the vowel signs of the
scripts of India and of Thai belong to the word and stay."""
_DROPPED = frozenset(
    {
        "\u0640",  # Arabic tatweel
        *(chr(code) for code in range(0x1F3FB, 0x1F400)),  # skin tones
        *(chr(code) for code in range(0xFE00, 0xFE10)),  # variation selectors
        *(chr(code) for code in range(0xE0100, 0xE01F0)),
        *APOSTROPHES,
    }
)
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0x20000, 0x3FFFF),
)

_ascii = bytes.maketrans(
    bytes(range(128)),
    bytes(
        ord(chr(code).lower()) if chr(code) in ascii_letters + digits else ord(BLANK)
        for code in range(128)
    ),
)


@cache
def fold_letter(letter: str) -> str:
    """What one code point becomes: nothing, letters and digits, or blanks around a sign."""
    if letter in _DROPPED:
        return ""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    return "".join(_fold_part(part) for part in plain)


class _Folds(dict[int, str]):
    """For `str.translate`: filled with what texts really hold."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold_letter(chr(code))
        return folded


_folds = _Folds()


def fold(text: str) -> str:
    """The text in the form in which it is compared, its words parted by single blanks.

    Small letters without accents, digits of any script as 0-9, each emoji a word of its own; no
    punctuation, no invisible characters. Texts that differ only in Unicode's composition fold
    to the same.
    """
    if text.isascii():
        folded = text.encode().translate(_ascii, b"'`").decode()
    else:
        folded = text.translate(_folds)
    return BLANK.join(folded.split())


def origins(text: str) -> list[int]:
    """For each character of `fold(text)`: the index in `text` that it comes from.

    A blank comes from the first character that made it.
    """
    places: list[int] = []
    blank_at: int | None = None
    for index, letter in enumerate(text):
        for part in _folds[ord(letter)]:
            if part == BLANK:
                if places and blank_at is None:
                    blank_at = index
                continue
            if blank_at is not None:
                places.append(blank_at)
                blank_at = None
            places.append(index)
    return places


def is_unspaced(text: str) -> bool:
    """Whether the text is of a script that does not part its words by blanks."""
    return any(first <= ord(letter) <= last for letter in text for first, last in _UNSPACED)


def _fold_part(part: str) -> str:
    if part in _DROPPED:
        return ""
    category = unicodedata.category(part)
    if category == "Cf" or (
        category in ("Mn", "Me") and unicodedata.combining(part) in _DROPPED_CLASSES
    ):
        return ""
    if category == "Me":
        return ""
    if category == "Nd":
        return str(unicodedata.digit(part))
    if category[0] in "LMN":
        return _LETTERS.get(part, part)
    if category in ("So", "Sk") and ord(part) > 0x2000:
        return BLANK + part + BLANK
    return BLANK
