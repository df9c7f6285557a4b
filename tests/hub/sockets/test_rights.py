"""What consoles may do, looked up for many at once, from a real store."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.sockets.rights import Asked, Rights, look_up, rights_desk
from safeguarding.permissions import Grant, Role
from store.engine import Store, open_store
from store.lessons import LessonStarted, StoredLesson
from store.people import set_roles
from store.sessions import end_session
from store.writing import write_records
from tests.hub.sockets import school
from tests.hub.sockets.school import SITE, START_MS, TRUST, session_hash


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    school.fill(store)
    return store


def test_each_gets_the_answer_to_its_own_question(store: Store) -> None:
    _start(store, "maths", "khan")
    khan, bell, stranger = look_up(
        store,
        [
            Asked(session_hash("khan"), ("maths", "art")),
            Asked(session_hash("bell"), ("maths",)),
            Asked(b"nobody's", ("maths",)),
        ],
        START_MS,
    )
    assert khan.principal is not None
    assert khan.principal.person == "khan"
    assert khan.lessons == {"maths"}
    assert bell.principal is not None
    assert bell.lessons == frozenset()
    assert stranger == Rights(None)


async def test_those_who_ask_together_are_answered_as_things_are_then(store: Store) -> None:
    desk = rights_desk(store, lambda: START_MS)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(desk.ask(Asked(session_hash("khan"), ())))
        second = group.create_task(desk.ask(Asked(session_hash("bell"), ())))
        await asyncio.sleep(0)
        end_session(store, session_hash("bell"))
        third = group.create_task(desk.ask(Asked(session_hash("khan"), ()), is_urgent=True))
    assert first.result().principal is not None
    assert second.result().principal is None
    assert third.result() == first.result()


async def test_one_that_gives_up_harms_no_other(store: Store) -> None:
    desk = rights_desk(store, lambda: START_MS)
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(desk.ask(Asked(session_hash("khan"), ())))
        other = group.create_task(desk.ask(Asked(session_hash("khan"), ()), is_urgent=True))
        await asyncio.sleep(0)
        gone.cancel()
    assert other.result().principal is not None
    assert (await desk.ask(Asked(session_hash("bell"), ()), is_urgent=True)).principal is not None


def test_roles_are_those_of_the_moment(store: Store) -> None:
    with store.writing() as session:
        set_roles(session, TRUST, "khan", [Grant(Role.TECHNICIAN, SITE)])
    _start(store, "maths", "bell")
    [rights] = look_up(store, [Asked(session_hash("khan"), ("maths",))], START_MS)
    assert rights.principal is not None
    assert [grant.role for grant in rights.principal.grants] == [Role.TECHNICIAN]
    assert rights.lessons == frozenset()


def _start(store: Store, lesson: str, teacher: str) -> None:
    stored = StoredLesson(
        TRUST, SITE, lesson, "7b", "7B", (), (), ((teacher, teacher),), START_MS, ()
    )
    write_records(store, [LessonStarted(stored)])
