"""The one writer, on a real database file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from actors.archivist import Archivist
from actors.ports import RecordRefused, ShardUnavailable
from store.engine import Store, open_store
from store.lessons import LessonEnded, LessonStarted, StoredLesson, running_lessons
from tests.actors.school import fill

LESSON = StoredLesson("oak", "hill", "l1", "7b", "7B", ("pc-1",), (), (("khan", "Ms Khan"),), 1, ())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    fill(store)
    yield store
    store.close()


def lessons(store: Store) -> list[str]:
    return sorted(lesson.id for lesson in running_lessons(store))


async def test_a_record_is_on_disk_when_commit_returns(store: Store) -> None:
    await Archivist(store).commit([LessonStarted(LESSON)])
    assert lessons(store) == ["l1"]


async def test_many_at_once_are_all_stored_in_order(store: Store) -> None:
    archivist = Archivist(store)
    async with asyncio.TaskGroup() as group:
        for number in range(50):
            lesson = replace(LESSON, id=f"l{number:02}")
            group.create_task(archivist.commit([LessonStarted(lesson)]))
            if number % 2:
                ended = LessonEnded("oak", "hill", lesson.id, 2)
                group.create_task(archivist.commit([ended]))
    assert lessons(store) == [f"l{number:02}" for number in range(0, 50, 2)]


async def test_a_record_that_cannot_be_stored_harms_nobody_else(store: Store) -> None:
    archivist = Archivist(store)
    never = LessonEnded("oak", "hill", "never", 2)
    outcomes = await asyncio.gather(
        archivist.commit([LessonStarted(LESSON)]),
        archivist.commit([never]),
        archivist.commit([LessonStarted(replace(LESSON, id="l2"))]),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), RecordRefused, type(None)]
    assert lessons(store) == ["l1", "l2"]


async def test_a_database_that_cannot_be_written_is_a_reason_to_try_again(store: Store) -> None:
    archivist = Archivist(store)
    with store.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE lessons RENAME TO hidden")
    with pytest.raises(ShardUnavailable):
        await archivist.commit([LessonStarted(LESSON)])
    with store.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO lessons")
    await archivist.commit([LessonStarted(LESSON)])
    assert lessons(store) == ["l1"]


async def test_one_who_gives_up_in_the_midst_holds_up_nobody_else(store: Store) -> None:
    archivist = Archivist(store)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(archivist.commit([LessonStarted(LESSON)]))
        second = group.create_task(archivist.commit([LessonStarted(replace(LESSON, id="l2"))]))
        await asyncio.sleep(0)
        first.cancel()
        async with asyncio.timeout(10):
            await second
    assert "l2" in lessons(store)
