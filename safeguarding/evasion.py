"""The second look at a text: for words that were written so that they are not found.

Letters of other alphabets that look alike, digits and signs for letters, letters drawn out, and
letters written one by one are brought to one skeleton. Many harmless words share a skeleton, so
whatever is found in it is verified on the letters before they were collapsed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

from safeguarding.folding import BLANK, fold_letter

LONGEST_SPELT = 64
"""Single letters that are joined to one word at most."""

_ANY_STROKE = "1"
"""Stands for a sign that may be an i or an l: 1, ! and |, and a capital I among small letters."""
_STROKES = "il" + _ANY_STROKE
_ONE_CLASS = str.maketrans("l" + _ANY_STROKE, "ii")
"""i and l are one letter of the skeleton; `is_meant` tells them apart where they were letters."""
_SIGNS = {
    **{
        "0": "o",
        "1": _ANY_STROKE,
        "2": "z",
        "3": "e",
        "4": "a",
        "5": "s",
        "6": "g",
        "7": "t",
        "8": "b",
    },
    **{
        "9": "g",
        "@": "a",
        "$": "s",
        "!": _ANY_STROKE,
        "|": _ANY_STROKE,
        "+": "t",
        "€": "e",
        "£": "i",
        "¡": _ANY_STROKE,
    },
}


def _read_confusables() -> dict[str, str]:
    lines = (files("safeguarding") / "library" / "confusables.txt").read_text("utf-8").splitlines()
    rows = (line.split(" ", 1) for line in lines if not line.startswith("#"))
    return {sign: letter for letter, signs in rows for sign in signs}


_confusables = _read_confusables()
_LETTER, _SIGN, _LEADING, _LOOKALIKE, _PICTURE, _OTHER = "a", "1", "2", "x", "p", "."


def _kind(sign: str) -> str:
    if sign in _confusables:
        return _LOOKALIKE if sign.isalpha() else _PICTURE
    if sign in "@$":
        return _LEADING
    if sign in _SIGNS:
        return _SIGN
    folded = fold_letter(sign)
    return _LETTER if folded.isascii() and folded.isalpha() else _OTHER


class _Kinds(dict[int, str]):
    """For `str.translate`: what each code point may be part of."""

    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(chr(code))
        return kind


_kinds = _Kinds()
_ascii_kinds = bytes(ord(_kind(chr(code))) for code in range(128)) + bytes(128)
_mixed = re.compile("a1a|1a1a|a2a|2aa|aa1(?![12a])")
_drawn_out = re.compile(r"([^\W\d_])\1\1")
_capital_i = re.compile("(?<=[a-z])I+")
_run = re.compile(r"([^\W\d])\1+")
_ascii_token = re.compile(r"[a-z0-9@$!|+'`]+")
_as_letters = str.maketrans(
    {**{sign: letter for sign, letter in _SIGNS.items() if sign.isascii()}, "'": "", "`": ""}
)
_spelt = re.compile(r" \w \w \w ")
_single = bytes.maketrans(bytes(range(97, 123)) + bytes(range(48, 58)), b"a" * 26 + b"1" * 10)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was meant: its letters, and its place in the original text.

    `spelt` has the place of each letter if they were written one by one, or drawn out so.
    """

    letters: str
    start: int
    end: int
    spelt: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A text's words, look-alikes folded and repeats collapsed, with a blank before and after each.

    `starts` are the places in `text` at which the words begin.
    """

    text: str
    words: list[Word]
    starts: list[int]

    def between(self, start: int, end: int) -> list[Word]:
        """The words of a stretch of `text` that begins and ends with a word."""
        return self.words[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def may_hide(text: str, folded: str) -> bool:
    """Whether a second look at a text is worth its time; `folded` is its fold.

    Asks for a sign between letters, a letter drawn out, letters one by one, or two alphabets in
    one word. Cheap, because every text is asked.
    """
    if text.isascii():
        kinds = text.encode().translate(_ascii_kinds)
        if (b"1" in kinds or b"2" in kinds) and _mixed.search(kinds.decode()):
            return True
        plain = folded.encode()
        return _has_triple(plain) or b" a a a " in b" %b " % plain.translate(_single)
    kinds_ = text.translate(_kinds)
    return (
        "ax" in kinds_
        or "xa" in kinds_
        or "pp" in kinds_
        or _mixed.search(kinds_) is not None
        or _drawn_out.search(folded) is not None
        or _spelt.search(f" {folded} ") is not None
    )


def _has_triple(folded: bytes) -> bool:
    """Whether a byte stands three times in a row, found for all places at once."""
    number = int.from_bytes(folded)
    pairs = number ^ (number >> 8)
    return 0 in (pairs | (pairs >> 8)).to_bytes(len(folded))


def skeleton(text: str) -> Skeleton:
    """The skeleton of a text."""
    text = _capital_i.sub(_strokes, text)
    words = _join_spelt(_ascii_words(text) if text.isascii() else _words(text))
    starts = []
    parts = []
    at = 1
    for word in words:
        part = collapsed(word.letters)
        starts.append(at)
        parts.append(part)
        at += len(part) + 1
    return Skeleton(f" {BLANK.join(parts)} ", words, starts)


def collapsed(letters: str) -> str:
    """Letters in the skeleton: those that are drawn alike as one, each run of one as one."""
    return _run.sub(r"\1", letters.translate(_ONE_CLASS))


def is_meant(wanted: str, written: str) -> bool:
    """Whether what was written is the wanted word or words; both collapse alike.

    "goood" is "god" or "good", and "good" is never "god"; "k1ll" is "kill", and "call" is never
    "cail".
    """
    if wanted == written:
        return True
    runs = zip(groupby(wanted, _drawn), groupby(written, _drawn), strict=True)
    return all(_is_run("".join(few), "".join(many)) for (_, few), (_, many) in runs)


def _drawn(letter: str) -> str:
    return "i" if letter in _STROKES else letter


def _is_run(few: str, many: str) -> bool:
    if len(many) != len(few) and len(many) < max(3, len(few)):
        return False
    return _ANY_STROKE in many or _run.sub(r"\1", few) == _run.sub(r"\1", many)


def _strokes(capitals: re.Match[str]) -> str:
    return _ANY_STROKE * len(capitals.group())


def _ascii_words(text: str) -> list[Word]:
    words = []
    for token in _ascii_token.finditer(text.lower()):
        written = token.group()
        if written.isalpha():
            letters = written
        else:
            bare = written.strip("'`!|+")
            if any(map(str.isalpha, bare)):
                letters = bare.translate(_as_letters)
            else:
                letters = "".join(filter(str.isdigit, bare))
            if not letters:
                continue
            start = token.start() + written.index(bare)
            words.append(Word(letters, start, start + len(bare)))
            continue
        words.append(Word(letters, *token.span()))
    return words


def _words(text: str) -> list[Word]:
    """As `_ascii_words`, for any alphabet."""
    words: list[Word] = []
    letters: list[tuple[str, int]] = []

    def end() -> None:
        while letters and letters[-1][0] in "!|+¡":
            letters.pop()
        while letters and letters[0][0] in "!|+¡":
            letters.pop(0)
        if letters:
            words.append(_read(letters))
        letters.clear()

    for index, sign in enumerate(text):
        if sign in _SIGNS:
            letters.append((sign, index))
            continue
        for part in fold_letter(sign):
            if part != BLANK and (part.isalnum() or part in _confusables):
                letters.append((part, index))
            else:
                end()
    end()
    return [word for word in words if word.letters]


def _read(letters: list[tuple[str, int]]) -> Word:
    """A word with its signs read as letters, if it has letters; else its digits."""
    start, end = letters[0][1], letters[-1][1] + 1
    parts = [part for part, _ in letters]
    if not any(part.isalpha() or part in _confusables for part in parts):
        return Word("".join(part for part in parts if part.isdigit()), start, end)
    # A word of one alphabet is what it is; a mixed one, or one of pictures, is meant as Latin.
    is_latin = any(part.isascii() and part.isalpha() for part in parts)
    is_pictured = not any(part.isalpha() for part in parts)
    read = "".join(
        _SIGNS.get(part) or (_confusables.get(part, part) if is_latin or is_pictured else part)
        for part in parts
    )
    return Word(read, start, end)


def _join_spelt(words: list[Word]) -> list[Word]:
    joined: list[Word] = []
    single: list[Word] = []

    def flush() -> None:
        if len(single) < 3:
            joined.extend(single)
        else:
            letters = "".join(word.letters for word in single)
            places = tuple(word.start for word in single for _ in word.letters)
            joined.append(Word(letters, single[0].start, single[-1].end, places))
        single.clear()

    for word in words:
        if len(single) == LONGEST_SPELT:
            flush()
        if not word.letters.isdigit() and word.letters == word.letters[0] * len(word.letters):
            single.append(word)
        else:
            flush()
            joined.append(word)
    flush()
    return joined
