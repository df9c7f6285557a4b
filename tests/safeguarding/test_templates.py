"""A template stands for exactly the phrases that a reader sees in it."""

from __future__ import annotations

import pytest

from safeguarding.templates import expand


@pytest.mark.parametrize(
    ("template", "forms"),
    [
        ("hurt myself", ["hurt myself"]),
        ("(i am|im) sad", ["i am sad", "im sad"]),
        ("(really |)sad", ["really sad", "sad"]),
        ("a (b (c|d)|e)", ["a b c", "a b d", "a e"]),
        ("{me} (and|or) {me}", ["i and i", "i and me", "i or i", "i or me",
                                "me and i", "me and me", "me or i", "me or me"]),
        ("(a|a)", ["a"]),
    ],
)  # fmt: skip
def test_every_phrase_is_given_once(template: str, forms: list[str]) -> None:
    assert expand(template, {"me": ["i", "me"]}) == forms


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("(a", "not closed"),
        ("a)", "not opened"),
        ("a|b", "brackets"),
        ("{who}", "no list"),
        ("{me", "brace"),
        ("(a|b|c|d|e|f|g)" * 5, "more than"),
    ],
)
def test_a_slip_of_the_pen_is_named(template: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        expand(template, {"me": ["i"]})
