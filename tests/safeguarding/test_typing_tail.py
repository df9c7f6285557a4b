"""Typing is matched as it happens: once for each place, whatever the batches and corrections."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.matching import Matcher
from safeguarding.phrases import AllowPhrase, Category, Company, Library, Phrase
from safeguarding.typing_tail import BACKSPACE, TAIL, TypingTail

PHRASES = tuple(
    Phrase(text, text, "en", Category.SUICIDE, 4, company=company)
    for text, company in (
        ("kill myself", Company.ALONE),
        ("want to die", Company.ALONE),
        ("ass", Company.ALONE),
        ("killer", Company.ALONE),
        ("hurt", Company.PERSON),
        ("死にたい", Company.ALONE),
    )
)
MATCHER = Matcher(
    Library("1", PHRASES, (AllowPhrase("w", "killer whale", "en", "an animal"),)), ["you"]
)


def tail() -> TypingTail:
    return TypingTail(MATCHER.find, lambda phrase: phrase == "killer")


def typed(*batches: str, ends: bool = True) -> list[str]:
    field = tail()
    found = [match.match.phrase.id for batch in batches for match in field.feed(batch)]
    return found + ([match.match.phrase.id for match in field.end()] if ends else [])


@pytest.mark.parametrize(
    ("batches", "ids"),
    [
        (["I want to ki", "ll mys", "elf", " now"], ["kill myself"]),
        (["k", "i", "l", "l", " ", "m", "y", "s", "e", "l", "f", "."], ["kill myself"]),
        (["assign", "ment"], []),
        (["a", "ss"], ["ass"]),
        (["kill mysefl", BACKSPACE * 2 + "lf "], ["kill myself"]),
        (["kill myself " + BACKSPACE * 12 + "nothing"], ["kill myself"]),
        (["want to die, ", "want to die"], ["want to die"] * 2),
        (["killer ", "whale"], []),
        (["killer ", "film"], ["killer"]),
        (["killer"], ["killer"]),
        (["hurt ", "you "], ["hurt"]),
        (["k1ll ", "mys3lf "], ["kill myself"]),
        (["死に", "たい"], ["死にたい"]),
        (["kill mys" + BACKSPACE * 100 + "hello "], []),
    ],
)
def test_what_is_typed_is_found_once(batches: list[str], ids: list[str]) -> None:
    assert typed(*batches) == ids


def test_a_phrase_is_given_as_soon_as_its_last_word_ended() -> None:
    assert typed("kill myself", ends=False) == []
    assert typed("kill myself", " ", ends=False) == ["kill myself"]
    assert typed("killer ", ends=False) == []


def test_what_stands_around_it_is_told() -> None:
    (match,) = tail().feed("oh I want to die today ")
    assert (match.before, match.written, match.after) == ("oh I ", "want to die", " today ")
    assert match.place == 5


def test_what_is_kept_is_bounded() -> None:
    field = tail()
    for _ in range(500):
        field.feed("want to die and a few more words ")
    assert len(field.tail) == TAIL
    assert len(field._given) < 20


@given(st.text(alphabet="abc \b'é死", max_size=400), st.integers(0, 2**32))
def test_any_typing_is_taken(text: str, seed: int) -> None:
    rng, field = random.Random(seed), tail()
    while text:
        size = rng.randrange(1, 13)
        field.feed(text[:size])
        text = text[size:]
    field.end()


@given(st.integers(0, 2**32))
def test_batches_and_slips_find_what_the_finished_text_holds(seed: int) -> None:
    """The oracle: one look at all that was typed, after corrections."""
    rng = random.Random(seed)
    words = ["kill", "myself", "want", "to", "die", "ass", "the", "class", "you", "whale", "so"]
    text = " ".join(rng.choice(words) for _ in range(60)) + " "
    keys = ""
    for letter in text:
        if letter != " " and rng.random() < 0.04:
            keys += "x" + BACKSPACE
        keys += letter
    field, found = tail(), []
    while keys:
        size = rng.randrange(1, 13)
        found += field.feed(keys[:size])
        keys = keys[size:]
    found += field.end()
    wanted = sorted((m.start, m.phrase.id) for m in MATCHER.find(text))
    assert sorted((m.place, m.match.phrase.id) for m in found) == wanted
