import pytest

from safeguarding.plain_text import plain


def test_visible_text_of_every_script_is_kept() -> None:
    for text in ("Zoé O’Neill", "Мария", "李 雅", "<b>7B</b> & more", ""):
        assert plain(text) == text


@pytest.mark.parametrize("hidden", ["\n", "\x00", "\x1b", "\u202e", "\u2066", "\u200b", "\ufeff"])
def test_what_cannot_be_seen_becomes_a_space(hidden: str) -> None:
    assert plain(f"a{hidden}b") == "a b"


def test_text_is_cut_at_its_limit() -> None:
    assert plain("x" * 600) == "x" * 512
    assert plain("\n" * 600, limit=3) == "   "
