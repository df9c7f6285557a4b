import pytest
from sqlmodel import col, func, select

from store.engine import Store
from store.models import SignIn
from store.people import add_person
from store.sessions import (
    AGE_LIMIT_MS,
    IDLE_LIMIT_MS,
    SEEN_STEP_MS,
    end_session,
    find_session,
    start_session,
)

NOW_MS = 1_800_000_000_000


@pytest.fixture(autouse=True)
def _session(store: Store) -> None:
    with store.writing() as session:
        add_person(session, "oak", "p1", "ada", "Ada", NOW_MS)
    start_session(store, b"t", "oak", "p1", NOW_MS)


def test_a_session_names_its_person(store: Store) -> None:
    found = find_session(store, b"t", NOW_MS)
    assert found is not None
    assert (found.trust, found.id) == ("oak", "p1")
    assert find_session(store, b"other", NOW_MS) is None


def test_a_session_ends_after_eight_idle_hours(store: Store) -> None:
    assert find_session(store, b"t", NOW_MS + IDLE_LIMIT_MS) is None
    assert find_session(store, b"t", NOW_MS + IDLE_LIMIT_MS - 1) is not None


def test_use_prolongs_a_session_but_not_beyond_a_day(store: Store) -> None:
    at = NOW_MS
    while (at := at + IDLE_LIMIT_MS - 1) < NOW_MS + AGE_LIMIT_MS:
        assert find_session(store, b"t", at) is not None
    assert find_session(store, b"t", NOW_MS + AGE_LIMIT_MS - 1) is not None
    assert find_session(store, b"t", NOW_MS + AGE_LIMIT_MS) is None


def test_use_is_written_down_at_most_once_a_minute(store: Store) -> None:
    def seen() -> int:
        with store.reading() as session:
            return session.exec(select(SignIn.seen_at_ms)).one()

    find_session(store, b"t", NOW_MS + SEEN_STEP_MS - 1)
    assert seen() == NOW_MS
    find_session(store, b"t", NOW_MS + SEEN_STEP_MS)
    assert seen() == NOW_MS + SEEN_STEP_MS


def test_an_ended_session_is_gone(store: Store) -> None:
    end_session(store, b"t")
    end_session(store, b"t")
    assert find_session(store, b"t", NOW_MS) is None


def test_sessions_that_are_over_are_forgotten(store: Store) -> None:
    start_session(store, b"later", "oak", "p1", NOW_MS + AGE_LIMIT_MS)
    with store.reading() as session:
        assert session.exec(select(func.count(col(SignIn.person)))).one() == 1
