"""What is being typed into one field, matched as it grows, across batches and corrections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from safeguarding.folding import is_unspaced
from safeguarding.matching import Match

BACKSPACE = "\b"
"""Stands for one letter taken back, in what is fed."""
TAIL = 160
"""Letters kept: enough for the longest phrase spelt out, and for what a reader needs around it."""
WINDOW = 100
"""Letters before a batch that are looked at again with it."""

Find = Callable[[str], Sequence[Match]]


@dataclass(frozen=True, slots=True)
class TypedMatch:
    """A match in typed text: `before`, the words that matched, and what was typed `after` so far.

    `place` counts the letters from where the field's session began.
    """

    match: Match
    place: int
    before: str
    written: str
    after: str


class TypingTail:
    """One field's typing, from focus to leaving it.

    Guarantees: a phrase is given once for each place where it was typed, as soon as its last word
    has ended and no harmless longer phrase can come of it any more; also when it was corrected
    meanwhile or came in many batches. What was typed and then deleted counts: it was typed.
    `held` says whether a phrase is one that a longer harmless one could still cover.
    """

    def __init__(self, find: Find, is_held: Callable[[str], bool]) -> None:
        self._find = find
        self._is_held = is_held
        self._tail = ""
        self._begins_at = 0
        self._given: set[tuple[str, int]] = set()

    @property
    def tail(self) -> str:
        """The end of what stands in the field now, at most `TAIL` letters."""
        return self._tail

    def feed(self, typed: str) -> list[TypedMatch]:
        """Some more was typed, with `BACKSPACE` for each letter taken back."""
        found: list[TypedMatch] = []
        seen = 0
        for at, part in enumerate(typed.split(BACKSPACE)):
            if at:
                # What is about to be taken back was there: look at it before it goes.
                found += self._look(seen, is_over=False)
                seen = 0
                self._tail = self._tail[:-1]
            self._tail += part
            seen += len(part)
        found += self._look(seen, is_over=False)
        self._forget()
        return found

    def end(self) -> list[TypedMatch]:
        """The field was left, sent or idle: its last word has ended."""
        found = self._look(0, is_over=True)
        self._forget()
        return found

    def _look(self, new: int, *, is_over: bool) -> list[TypedMatch]:
        if not (is_over or _ends_a_word(self._tail[-new:] if new else "")):
            return []
        text_end = len(self._tail) if is_over else _last_end(self._tail)
        start = _word_start(self._tail, len(self._tail) - WINDOW - new)
        text = self._tail[start:text_end]
        found = []
        for match in self._find(text):
            place = self._begins_at + start + match.start
            key = match.phrase.id, place
            is_last = not text[match.end :].strip()
            if key in self._given or (is_last and not is_over and self._is_held(match.phrase.id)):
                continue
            self._given.add(key)
            found.append(
                TypedMatch(
                    match,
                    place,
                    self._tail[: start + match.start],
                    text[match.start : match.end],
                    self._tail[start + match.end :],
                )
            )
        return found

    def _forget(self) -> None:
        surplus = len(self._tail) - TAIL
        if surplus <= 0:
            return
        self._tail = self._tail[surplus:]
        self._begins_at += surplus
        self._given = {key for key in self._given if key[1] >= self._begins_at - TAIL}


def _is_letter(sign: str) -> bool:
    return sign.isalnum() and not is_unspaced(sign)


def _ends_a_word(new: str) -> bool:
    """Whether what is new holds anything that ends a word, or is of a script without blanks."""
    return any(not _is_letter(sign) for sign in new)


def _last_end(text: str) -> int:
    """Where the last unfinished word begins."""
    end = len(text)
    while end and _is_letter(text[end - 1]):
        end -= 1
    return end


def _word_start(text: str, at: int) -> int:
    """The first place from `at` on where a word begins."""
    if at <= 0:
        return 0
    while at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at]):
        at += 1
    return at
