"""Finds a library's phrases in texts, in the order: boundary, harmless cover, company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import ahocorasick

from safeguarding.evasion import (
    Skeleton,
    Word,
    collapsed,
    is_meant,
    may_hide,
    skeleton,
)
from safeguarding.folding import BLANK, fold, is_unspaced, origins
from safeguarding.phrases import AllowPhrase, Category, Company, Library, Overlay, Phrase

JOINED_LETTERS = 7
"""Letters that a phrase without its blanks must have to be looked for as one word."""

Way = Literal["plain", "hidden", "joined"]
"""How a phrase was written: as it is, so that it is hard to find, or as one word."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that stands in a text and counts.

    `start` and `end` are places in the original text. `rule` says why it counts: "alone", or
    what stood near it. `note` is what a reader should know, and changed nothing.
    """

    phrase: Phrase
    severity: int
    start: int
    end: int
    way: Way
    rule: str
    version: str
    note: str = ""


@dataclass(slots=True)
class _Table:
    """Patterns to entries, for one fold."""

    entries: dict[str, list[int]] = field(default_factory=dict)
    automaton: ahocorasick.Automaton | None = None

    def add(self, text: str, entry: int) -> None:
        self.entries.setdefault(text, []).append(entry)

    def build(self) -> None:
        if not self.entries:
            return
        self.automaton = ahocorasick.Automaton()
        for text, ids in self.entries.items():
            self.automaton.add_word(text, (tuple(ids), len(text)))
        self.automaton.make_automaton()


class PhraseTable:
    """The phrases of one list, ready to be scanned for. Immutable once made."""

    def __init__(
        self, version: str, phrases: Sequence[Phrase], allowed: Sequence[AllowPhrase]
    ) -> None:
        self.version = version
        self.entries: tuple[Phrase | AllowPhrase, ...] = (*phrases, *allowed)
        self._plain = _Table()
        self._hidden = _Table()
        self._joined: dict[str, list[int]] = {}
        self._joined_hidden: dict[str, list[int]] = {}
        self._meant: list[str] = []
        for number, entry in enumerate(self.entries):
            self._add(number, fold(entry.text))
        self._plain.build()
        self._hidden.build()
        self._joined_words = self._joined.keys()

    def _add(self, number: int, folded: str) -> None:
        if not folded:
            raise ValueError(f"{self.entries[number].id}: nothing is left of the phrase")
        self._meant.append(folded)
        if is_unspaced(folded):
            self._plain.add(folded, number)
            return
        self._plain.add(f" {folded} ", number)
        self._hidden.add(f" {collapsed(folded)} ", number)
        joined = folded.replace(BLANK, "")
        if BLANK in folded and len(joined) >= JOINED_LETTERS:
            self._joined.setdefault(joined, []).append(number)
            self._joined_hidden.setdefault(collapsed(joined), []).append(number)

    def scan(self, padded: str, words: Sequence[str]) -> list[tuple[int, int, int, Way]]:
        """(entry, start, end, way) in a folded text with a blank at each end."""
        found: list[tuple[int, int, int, Way]] = []
        automaton = self._plain.automaton
        if automaton is None:
            return found
        for last, (numbers, length) in automaton.iter(padded):
            start = last + 1 - length
            end = last + 1
            if padded[start] == BLANK:
                start, end = start + 1, end - 1
            found += [(number, start, end, "plain") for number in numbers]
        if not self._joined_words.isdisjoint(words):
            at = 1
            for word in words:
                for number in self._joined.get(word, ()):
                    found.append((number, at, at + len(word), "joined"))
                at += len(word) + 1
        return found

    def scan_hidden(self, bones: Skeleton) -> list[tuple[int, int, int]]:
        """(entry, start, end) with places in the original text, each verified."""
        found: list[tuple[int, int, int]] = []
        automaton = self._hidden.automaton
        if automaton is None:
            return found
        for last, (numbers, length) in automaton.iter(bones.text):
            words = bones.between(last + 2 - length, last)
            written = BLANK.join(word.letters for word in words)
            found += [
                (number, words[0].start, words[-1].end)
                for number in numbers
                if is_meant(self._meant[number], written)
            ]
        for word in bones.words:
            if word.spelt:
                found += self._spelt(word)
        return found

    def _spelt(self, word: Word) -> Iterable[tuple[int, int, int]]:
        # A word of one letter before or after may have been joined with what was spelt.
        size = len(word.letters)
        for start, end in ((0, size), (1, size), (0, size - 1)):
            written = word.letters[start:end]
            for number in self._joined_hidden.get(collapsed(written), ()):
                if is_meant(self._meant[number].replace(BLANK, ""), written):
                    yield number, word.spelt[start], word.spelt[end - 1] + 1


class Matcher:
    """Finds what counts in a text, with a library and any overlays over it.

    Guarantees: whole words only (scripts without blanks: anywhere); the places given are those of
    the original text; a phrase wholly within a harmless one does not count; a phrase that asks
    for company counts only in company. Overlays hold for the calls that name them.
    """

    def __init__(self, library: Library, persons: Iterable[str] = ()) -> None:
        self.version = library.version
        self._base = PhraseTable(library.version, library.phrases, library.allowed)
        self._persons = frozenset(fold(word) for word in persons)

    def overlay(self, overlay: Overlay) -> Overlaid:
        """An overlay, ready to be named in `find`."""
        return Overlaid(
            PhraseTable(overlay.version, overlay.added, overlay.allowed),
            overlay.removed,
            dict(overlay.severities),
        )

    def find(self, text: str, overlays: Sequence[Overlaid] = ()) -> list[Match]:
        """What counts in a text, in the order in which it stands there."""
        folded = fold(text)
        padded = f" {folded} "
        words = folded.split(BLANK)
        tables = [self._base, *(overlay.table for overlay in overlays)]
        plain = [(table, hit) for table in tables for hit in table.scan(padded, words)]
        bones = skeleton(text) if plain or may_hide(text, folded) else None
        hidden = (
            [(table, hit) for table in tables for hit in table.scan_hidden(bones)] if bones else []
        )
        if not (plain or hidden):
            return []
        return _Judgement(self, text, padded, overlays).matches(plain, hidden)

    @property
    def persons(self) -> frozenset[str]:
        """Words for the writer, the reader and others, folded."""
        return self._persons


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A trust's or a site's changes, ready for scanning."""

    table: PhraseTable
    removed: frozenset[str]
    severities: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """A hit in the original text, and the word of the text at which it begins and ends."""

    entry: Phrase | AllowPhrase
    version: str
    start: int
    end: int
    first_word: int
    last_word: int
    way: Way


class _Judgement:
    """One text, and which of the phrases in it count."""

    def __init__(
        self,
        matcher: Matcher,
        text: str,
        padded: str,
        overlays: Sequence[Overlaid],
    ) -> None:
        self._matcher = matcher
        self._padded = padded
        self._overlays = overlays
        self._words = padded.split(BLANK)[1:-1]
        self._places = origins(text)

    def matches(
        self,
        plain: list[tuple[PhraseTable, tuple[int, int, int, Way]]],
        hidden: list[tuple[PhraseTable, tuple[int, int, int]]],
    ) -> list[Match]:
        removed = frozenset[str]().union(*(overlay.removed for overlay in self._overlays))
        found = [self._plain(table, *hit) for table, hit in plain]
        known = {(f.entry.id, f.start) for f in found}
        found += [
            self._hidden(table, *hit)
            for table, hit in hidden
            if (table.entries[hit[0]].id, hit[1]) not in known
        ]
        found = [f for f in found if f.entry.id not in removed]
        covers = [f for f in found if isinstance(f.entry, AllowPhrase) and self._holds(f)]
        risks = [
            f
            for f in found
            if isinstance(f.entry, Phrase)
            and not any(c.start <= f.start and f.end <= c.end for c in covers)
        ]
        matches = [match for f in risks if (match := self._judge(f, risks))]
        return sorted(matches, key=lambda match: (match.start, match.end, match.phrase.id))

    def _plain(self, table: PhraseTable, number: int, start: int, end: int, way: Way) -> _Found:
        first = self._padded.count(BLANK, 0, start + 1) - 1
        last = first + self._padded.count(BLANK, start, end)
        return _Found(
            table.entries[number],
            table.version,
            self._places[start - 1],
            self._places[end - 2] + 1,
            first,
            last,
            way,
        )

    def _hidden(self, table: PhraseTable, number: int, start: int, end: int) -> _Found:
        first, last = self._word_at(start), self._word_at(end - 1)
        entry = table.entries[number]
        return _Found(entry, table.version, start, end, first, last, "hidden")

    def _word_at(self, place: int) -> int:
        """The number of the folded text's word that holds a place of the original text."""
        before = 0
        for index, origin in enumerate(self._places):
            if origin > place:
                break
            before = index
        return self._padded.count(BLANK, 0, before + 2) - 1

    def _holds(self, found: _Found) -> bool:
        entry = found.entry
        return not entry.near or bool(self._near_word(found, entry.near, entry.distance))

    def _judge(self, found: _Found, risks: list[_Found]) -> Match | None:
        phrase = found.entry
        assert isinstance(phrase, Phrase)
        rule = self._company(found, phrase, risks)
        if not rule:
            return None
        if phrase.near:
            near = self._near_word(found, phrase.near, phrase.distance)
            if not near:
                return None
            rule = f"{rule}; near “{near}”"
        severity = phrase.severity
        for overlay in self._overlays:
            severity = overlay.severities.get(phrase.id, severity)
        negator = self._negator(found, phrase)
        note = f"“{negator}” stands before it" if negator else ""
        return Match(phrase, severity, found.start, found.end, found.way, rule, found.version, note)

    def _company(self, found: _Found, phrase: Phrase, risks: list[_Found]) -> str:
        if phrase.company is Company.ALONE:
            return "alone"
        if phrase.company is Company.PERSON:
            person = self._near_word(found, self._matcher.persons, phrase.distance)
            return f"with “{person}”" if person else ""
        for other in risks:
            if other.first_word <= found.last_word and found.first_word <= other.last_word:
                continue
            gap = max(found.first_word - other.last_word, other.first_word - found.last_word)
            if gap > phrase.distance or other.entry.id == phrase.id:
                continue
            if phrase.company is Company.ANY or _category(other) is phrase.category:
                return f"with “{other.entry.text}”"
        return ""

    def _near_word(self, found: _Found, wanted: Iterable[str], distance: int) -> str:
        """The nearest of these folded words or phrases within reach, outside the hit; or ""."""
        first = max(0, found.first_word - distance)
        before = self._words[first : found.first_word]
        after = self._words[found.last_word + 1 : found.last_word + 1 + distance]
        singles = wanted if isinstance(wanted, frozenset) else frozenset(wanted)
        for word in (*reversed(before), *after):
            if word in singles:
                return word
        around = (f" {BLANK.join(before)} ", f" {BLANK.join(after)} ")
        return next(
            (w for w in singles if BLANK in w and any(f" {w} " in side for side in around)), ""
        )

    def _negator(self, found: _Found, phrase: Phrase) -> str:
        before = self._words[max(0, found.first_word - 3) : found.first_word]
        return next((word for word in reversed(before) if word in phrase.negators), "")


def _category(found: _Found) -> Category | None:
    return found.entry.category if isinstance(found.entry, Phrase) else None
