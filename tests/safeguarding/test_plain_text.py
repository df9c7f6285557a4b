import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.plain_text import plain


@given(st.text(), st.integers(0, 50))
def test_what_comes_out_can_be_printed_and_is_no_longer_than_allowed(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) == min(len(text), limit)
    assert shown.isprintable()
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in shown)
    assert plain(shown, limit) == shown


@given(st.text(alphabet=st.characters(categories=("L", "N", "P"), codec="latin-1")))
def test_ordinary_writing_stays_as_it_is(text: str) -> None:
    ordinary = text.replace("\u00ad", "")
    assert plain(ordinary, 1000) == ordinary


@pytest.mark.parametrize("text", ["Ciarán", "日本語", "نص عربي", "שלום", "👩", "a<b>&c"])
def test_writing_of_every_kind_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "hidden",
    ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\x00", "\x1b", "\n", "\u2028",
     "\u3164", "\u115f", "\u1160", "\uffa0", "\u034f", "\u2800"],
)  # fmt: skip
def test_what_cannot_be_seen_becomes_a_space(hidden: str) -> None:
    assert plain(f"a{hidden}b") == "a b"
