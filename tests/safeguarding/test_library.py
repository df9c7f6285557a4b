"""The project's own library can be used, and holds to its own rules."""

from __future__ import annotations

import functools

import pytest

from safeguarding.folding import BLANK, fold
from safeguarding.libraries import LoadedLibrary, own_library
from safeguarding.matching import Matcher
from safeguarding.phrases import Company

load = functools.cache(own_library)


@functools.cache
def matcher() -> Matcher:
    loaded: LoadedLibrary = load()
    return Matcher(loaded.library, loaded.persons)


def test_every_phrase_is_found_in_itself_or_asks_for_company() -> None:
    for phrase in load().library.phrases:
        if phrase.company is Company.ALONE and not phrase.near:
            found = matcher().find(phrase.text)
            assert phrase.id in [match.phrase.id for match in found], phrase.text


def test_a_single_short_word_never_stands_alone_below_an_alarm() -> None:
    for phrase in load().library.phrases:
        folded = fold(phrase.text)
        if BLANK not in folded and phrase.company is Company.ALONE and not phrase.near:
            assert phrase.severity >= 3, phrase.text


@pytest.mark.parametrize(
    "text",
    [
        "Looking up cliffs",
        "suicide squad is great",
        "Juliet's suicide in Romeo and Juliet",
        "how to die in minecraft",
        "i want to die laughing",
        "the suicide rate rose",
    ],
)
def test_harmless_lines_are_left_alone(text: str) -> None:
    assert matcher().find(text) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("i want to die by jumping off the cliff", 5),
        ("k1ll y0urself", 4),
        ("my friend wants to kill herself", 5),
        ("how many paracetamol to die", 5),
        ("how to die", 4),
    ],
)
def test_lines_that_need_an_adult_are_found(text: str, severity: int) -> None:
    assert max(match.severity for match in matcher().find(text)) == severity
