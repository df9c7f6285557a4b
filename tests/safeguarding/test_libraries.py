"""A library is read whole or not at all, and every error in it is told."""

from __future__ import annotations

import pytest

from safeguarding.libraries import LibraryRefused, read_library
from safeguarding.phrases import Category, Company, Intent

FILE = """
language = "en"
negators = ["not", "don't"]
[persons]
words = ["I", "you"]
[lists]
me = ["i am", "i'm"]
doing = ["{me} going to", "gonna"]
[[concept]]
id = "leave"
category = "suicide"
severity = 5
intent = "planning"
company = "person"
near = ["tonight"]
review = 2027-09-01
variants = '''
{doing} (end it|leave you all)
goodbye for ever
'''
[[allow]]
reason = "a film"
variants = "end it well"
"""


def test_concepts_expand_to_phrases() -> None:
    loaded = read_library({"en.toml": FILE})
    phrases = {phrase.text: phrase for phrase in loaded.library.phrases}
    assert len(phrases) == 7
    phrase = phrases["i'm going to end it"]
    assert (phrase.category, phrase.severity, phrase.intent, phrase.company, phrase.near) == (
        Category.SUICIDE, 5, Intent.PLANNING, Company.PERSON, ("tonight",)
    )  # fmt: skip
    assert phrase.negators == ("not", "dont")
    assert phrase.review == "2027-09-01"
    assert [allowed.reason for allowed in loaded.library.allowed] == ["a film"]
    assert loaded.persons == {"i", "you"}


def test_what_a_shorter_phrase_of_the_concept_finds_is_not_looked_for_twice() -> None:
    longer = FILE.replace("goodbye for ever", "goodbye\ngoodbye for ever").replace(
        'company = "person"\nnear = ["tonight"]\n', ""
    )
    texts = [phrase.text for phrase in read_library({"en.toml": longer}).library.phrases]
    assert "goodbye" in texts
    assert "goodbye for ever" not in texts


def test_a_phrase_keeps_its_id_when_others_come() -> None:
    before = {p.text: p.id for p in read_library({"en.toml": FILE}).library.phrases}
    more = FILE.replace("goodbye for ever", "so long\ngoodbye for ever")
    after = {p.text: p.id for p in read_library({"en.toml": more}).library.phrases}
    assert before.items() < after.items()


def test_the_version_follows_the_content() -> None:
    version = read_library({"a": FILE}).library.version
    assert version == read_library({"b": FILE}).library.version
    assert version != read_library({"a": FILE.replace("a film", "a song")}).library.version


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("severity = 5", "severity = 9", "severity 9"),
        ('category = "suicide"', 'category = "sadness"', "sadness"),
        ("review = 2027-09-01", "", "'review' is missing"),
        ("review = 2027-09-01", 'review = "soon"', "soon"),
        ("company =", "compani =", "'compani' means nothing"),
        ("goodbye for ever", "(goodbye", "not closed"),
        ("goodbye for ever", "!!!", "nothing is left"),
        ('reason = "a film"', "", "'reason' is missing"),
        ('language = "en"', "", "language is missing"),
        ('language = "en"', "language =", "Invalid value"),
        ("[lists]", "[list]", "'list' means nothing"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, error: str) -> None:
    with pytest.raises(LibraryRefused) as refused:
        read_library({"en.toml": FILE.replace(old, new)})
    assert any(error in line for line in refused.value.errors)


def test_lists_and_negators_are_shared_by_the_files_of_a_language() -> None:
    head, rest = FILE.split("[[concept]]")
    loaded = read_library({"a": 'language = "en"\n[[concept]]' + rest, "b": head})
    assert len(loaded.library.phrases) == 7
    assert loaded.library.phrases[0].negators == ("not", "dont")
    with pytest.raises(LibraryRefused, match="in another file"):
        read_library({"a": FILE, "b": head})


def test_one_phrase_in_two_concepts_is_an_error() -> None:
    twice = FILE.replace("[[allow]]", "").split("[[concept]]")
    other = "[[concept]]" + twice[1].split("reason")[0].replace('"leave"', '"go"')
    with pytest.raises(LibraryRefused, match="already"):
        read_library({"en.toml": FILE + other})


def test_ten_thousand_errors_are_all_told() -> None:
    rows = "".join(
        f'[[concept]]\nid = "c{n}"\ncategory = "x"\nseverity = 1\nintent = "planning"\n'
        f'review = 2027-01-01\nvariants = "word{n}"\n'
        for n in range(10_000)
    )
    with pytest.raises(LibraryRefused) as refused:
        read_library({"en.toml": 'language = "en"\n' + rows})
    assert len(refused.value.errors) == 10_000
