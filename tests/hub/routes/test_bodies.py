import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ApiError
from hub.routes.bodies import plain_line


@given(st.text(max_size=100))
def test_a_kept_name_is_one_visible_line_and_stays_as_it_is(text: str) -> None:
    if not any(character.isprintable() and character != " " for character in text):
        with pytest.raises(ApiError, match="visible"):
            plain_line(text)
        return
    line = plain_line(text)
    assert line == plain_line(line)
    assert line == line.strip() != ""
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  7B \t Maths\n", "7B Maths"),
        ("<b>Bobby'); DROP TABLE</b>", "<b>Bobby'); DROP TABLE</b>"),
        ("Zoe\u0301 O’Neill", "Zoé O’Neill"),
        ("Мария 李 雅", "Мария 李 雅"),
        ("admin\u202etxt", "admin txt"),
    ],
)
def test_names_of_every_script_are_kept_and_tricks_are_not(text: str, kept: str) -> None:
    assert plain_line(text) == kept
