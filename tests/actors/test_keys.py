import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.keys import Key, Kind, lesson_topic

parts = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,20}\Z")


@given(parts, parts, st.sampled_from(Kind), parts)
def test_a_key_written_down_is_read_back_as_the_same_key(
    trust: str, site: str, kind: Kind, id_: str
) -> None:
    key = Key(trust, site, kind, id_)
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "a/b/c", "a/b/device/c/d", "a/b/teapot/c"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any of them will do)
        Key.parse(text)


def test_the_same_lesson_id_in_another_trust_or_site_is_another_topic() -> None:
    topics = {lesson_topic(t, s, "l1") for t in ("oak", "elm") for s in ("hill", "dale")}
    assert len(topics) == 4
