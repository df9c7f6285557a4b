"""Phrases are found as whole words, as they stand in the text, and count only in company."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.matching import Matcher
from safeguarding.phrases import AllowPhrase, Category, Company, Library, Overlay, Phrase


def phrase(id_: str, text: str, category: str = "suicide", severity: int = 4, **more: object):
    return Phrase(id_, text, "en", Category(category), severity, **more)  # type: ignore[arg-type]


PHRASES = (
    phrase("myself", "kill myself", severity=5),
    phrase("kill", "kill", "violence", 3, company=Company.PERSON, negators=("not", "dont")),
    phrase("god", "god", "hate", 2),
    phrase("die", "want to die"),
    phrase("knife", "knife", "weapons", 3, company=Company.SAME),
    phrase("gun", "gun", "weapons", 3, company=Company.SAME),
    phrase("shoot", "shoot", "violence", 3, near=("school", "teacher"), distance=3),
    phrase("bridge", "bridge", "suicide", 3, company=Company.ANY),
    phrase("ja", "死にたい"),
    phrase("ass", "ass", "bullying", 2),
)
ALLOWED = (
    AllowPhrase("whale", "killer whale", "en", "an animal"),
    AllowPhrase("signal", "kill 9", "en", "ends a process"),
    AllowPhrase("photo", "photo shoot", "en", "photography"),
    AllowPhrase("oh", "god save", "en", "a song", near=("king", "queen")),
)
MATCHER = Matcher(Library("1", PHRASES, ALLOWED), ["I", "me", "my", "you", "him"])


def found(text: str) -> list[str]:
    return [match.phrase.id for match in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("I want to kill myself", ["kill", "myself"]),
        ("assess the class, grape", []),
        ("killer whale", []),
        ("kill -9 and you", []),
        ("kill the process", []),
        ("kill you", ["kill"]),
        ("knife only", []),
        ("knife and gun", ["knife", "gun"]),
        ("knife and knife", []),
        ("a photo shoot at school", []),
        ("shoot up the school", ["shoot"]),
        ("shoot a film in the old town hall and then at school", []),
        ("god save the king", []),
        ("god save us", ["god"]),
        ("a bridge", []),
        ("a bridge, want to die", ["bridge", "die"]),
        ("bla 死にたい bla", ["ja"]),
        ("", []),
    ],
)
def test_what_counts(text: str, ids: list[str]) -> None:
    assert found(text) == ids


@pytest.mark.parametrize(
    ("text", "written", "way"),
    [
        ("İ ß want to DIE", "want to DIE", "plain"),
        ("x k\u200bill\u00a0myself.", "k\u200bill\u00a0myself", "plain"),
        ("oh k1ll mys3lf!", "k1ll mys3lf", "hidden"),
        ("k i l l  m y s e l f", "k i l l  m y s e l f", "hidden"),
        ("I k i l l m y s e l f", "k i l l m y s e l f", "hidden"),
        ("kіll myself", "kіll myself", "hidden"),
        ("kiiiill mysellllf", "kiiiill mysellllf", "hidden"),
        ("ﬁne #KillMyself", "KillMyself", "joined"),
        ("🔪 kill myself", "kill myself", "plain"),
    ],
)
def test_the_places_are_those_of_the_original_text(text: str, written: str, way: str) -> None:
    (match,) = (m for m in MATCHER.find(text) if m.phrase.id in ("myself", "die"))
    assert text[match.start : match.end] == written
    assert match.way == way


def test_a_hidden_phrase_is_found_beside_a_plain_one() -> None:
    assert found("want to die, k1ll myself") == ["die", "myself"]


def test_a_rule_and_a_negation_are_told() -> None:
    (match,) = MATCHER.find("I would not kill a fly")
    assert match.rule == "with “i”"
    assert match.note == "“not” stands before it"


def test_good_is_not_god() -> None:
    assert found("good good goood") == ["god"]


class TestOverlay:
    ADDED = MATCHER.overlay(
        Overlay(
            "site-2",
            added=(phrase("local", "the old quarry", severity=4),),
            allowed=(AllowPhrase("band", "kill myself slowly", "en", "a band of this town"),),
            removed=frozenset({"die"}),
            severities=(("god", 4),),
        )
    )

    def test_added_phrases_are_found_only_with_it(self) -> None:
        text = "meet at the old quarry"
        assert [m.version for m in MATCHER.find(text, (self.ADDED,))] == ["site-2"]
        assert MATCHER.find(text) == []

    def test_phrases_are_switched_off_and_weigh_otherwise(self) -> None:
        assert MATCHER.find("want to die", (self.ADDED,)) == []
        assert [m.severity for m in MATCHER.find("god", (self.ADDED,))] == [4]
        assert [m.severity for m in MATCHER.find("god")] == [2]

    def test_its_harmless_phrases_cover_those_of_the_library(self) -> None:
        assert "myself" not in [
            m.phrase.id for m in MATCHER.find("kill myself slowly", (self.ADDED,))
        ]


@given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    for match in MATCHER.find(text):
        assert 0 <= match.start < match.end <= len(text)


def test_a_megabyte_without_a_blank_is_taken() -> None:
    assert MATCHER.find("1a" * 2**19) == []


def test_a_phrase_of_which_nothing_is_left_is_refused() -> None:
    with pytest.raises(ValueError, match="dots"):
        Matcher(Library("1", (phrase("dots", "..."),)))
