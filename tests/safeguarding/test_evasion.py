"""Words that were written so that they are not found are read as they were meant."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safeguarding.evasion import collapsed, is_meant, may_hide, skeleton
from safeguarding.folding import fold


def hides(text: str) -> bool:
    return may_hide(text, fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "k1ll", "sh!t", "$hit", "@ss", "suicid3", "kiiill", "k i l l", "k.i.l.l", "k - i - l - l",
        "kіll", "ᴋill", "🅺🅸🅻🅻", "ККК k", "naïve k1ll",
    ],
)  # fmt: skip
def test_a_text_that_may_hide_something_is_looked_at_twice(text: str) -> None:
    assert hides(text)


@pytest.mark.parametrize(
    "text",
    ["what is on today", "year 10 maths", "I am a pupil", "12:30", "good grief", "życie", "привет"],
)
def test_an_ordinary_text_is_not(text: str) -> None:
    assert not hides(text)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("k1ll", "k1ll"),
        ("$h!t", "sh1t"),
        ("kiII", "ki11"),
        ("kіll", "kill"),
        ("k i l l me", "kill me"),
        ("K.I.L.L!", "kill"),
        ("tom@home", "tomahome"),
        ("2026", "2026"),
        ("привет", "привет"),
        ("kill!!!", "kill"),
        ("don't", "dont"),
        ("naïve d0g", "naive dog"),
    ],
)
def test_words_are_read_as_they_were_meant(text: str, letters: str) -> None:
    assert " ".join(word.letters for word in skeleton(text).words) == letters


@pytest.mark.parametrize(
    ("wanted", "written", "meant"),
    [
        ("god", "good", False),
        ("god", "goood", True),
        ("good", "goood", True),
        ("good", "god", False),
        ("kill", "k1ll", True),
        ("kill", "ki11", True),
        ("kill", "kiiiilll", True),
        ("kill", "kilil", False),
        ("kill", "kil", False),
        ("cali", "call", False),
    ],
)
def test_letters_drawn_out_are_told_from_other_words(
    wanted: str, written: str, meant: bool
) -> None:
    assert is_meant(wanted, written) is meant


@given(st.text(max_size=60))
def test_a_skeleton_fits_its_words(text: str) -> None:
    bones = skeleton(text)
    for word, start in zip(bones.words, bones.starts, strict=True):
        part = collapsed(word.letters)
        assert bones.text[start - 1 : start + len(part) + 1] == f" {part} "
        assert 0 <= word.start < word.end <= len(text)
        if word.spelt:
            assert len(word.spelt) == len(word.letters)


@example("aI")
@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_the_quick_way_for_ascii_reads_the_same_words(text: str) -> None:
    quick = [word.letters for word in skeleton(text).words]
    slow = [word.letters for word in skeleton(text + " né").words]
    assert slow == [*quick, "ne"]
