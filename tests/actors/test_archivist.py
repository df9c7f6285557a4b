"""The one writer, on a real database file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from actors.archivist import Archivist
from actors.ports import RecordRefused, ShardUnavailable
from store.dead_letters import DeadLetter, dead_letters
from store.engine import Store, open_store
from store.events import events_of_site
from store.lessons import LessonEnded, LessonStarted, StoredLesson, running_lessons
from store.lives import Fenced
from store.records import DeviceEvent, Record
from tests.actors.school import fill

LESSON = StoredLesson("oak", "hill", "l1", "7b", "7B", ("pc-1",), (), (("khan", "Ms Khan"),), 1, ())
EVENT = DeviceEvent("oak", "hill", "pc-1", "e1", 1, "signed_on", "ali", "", 1, 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    fill(store)
    yield store
    store.close()


def lessons(store: Store) -> list[str]:
    return sorted(lesson.id for lesson in running_lessons(store))


async def test_a_record_is_on_disk_when_commit_returns(store: Store) -> None:
    await Archivist(store, lambda: 5.0).commit([LessonStarted(LESSON)])
    assert lessons(store) == ["l1"]


async def test_many_at_once_are_all_stored_in_order(store: Store) -> None:
    archivist = Archivist(store, lambda: 5.0)
    async with asyncio.TaskGroup() as group:
        for number in range(50):
            lesson = replace(LESSON, id=f"l{number:02}")
            group.create_task(archivist.commit([LessonStarted(lesson)]))
            if number % 2:
                ended = LessonEnded("oak", "hill", lesson.id, 2)
                group.create_task(archivist.commit([ended]))
    assert lessons(store) == [f"l{number:02}" for number in range(0, 50, 2)]


async def test_a_record_that_cannot_be_stored_harms_nobody_else(store: Store) -> None:
    archivist = Archivist(store, lambda: 5.0)
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
    archivist = Archivist(store, lambda: 5.0)
    with store.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE lessons RENAME TO hidden")
    with pytest.raises(ShardUnavailable):
        await archivist.commit([LessonStarted(LESSON)])
    with store.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO lessons")
    await archivist.commit([LessonStarted(LESSON)])
    assert lessons(store) == ["l1"]


async def test_one_who_gives_up_in_the_midst_holds_up_nobody_else(store: Store) -> None:
    archivist = Archivist(store, lambda: 5.0)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(archivist.commit([LessonStarted(LESSON)]))
        second = group.create_task(archivist.commit([LessonStarted(replace(LESSON, id="l2"))]))
        await asyncio.sleep(0)
        first.cancel()
        async with asyncio.timeout(10):
            await second
    assert "l2" in lessons(store)


def seqs(store: Store) -> list[int]:
    return [stored.event.seq for stored in events_of_site(store, "oak", "hill", limit=10_000)]


async def test_what_can_never_be_stored_is_kept_for_a_human_and_the_rest_is_stored(
    store: Store,
) -> None:
    archivist = Archivist(store, lambda: 5.0)
    records: list[Record] = [replace(EVENT, seq=seq) for seq in range(1, 101)]
    never = LessonEnded("oak", "hill", "never", 2), replace(EVENT, seq=50, site="nowhere")
    records[30:30] = [never[0]]
    records[70:70] = [never[1]]
    for _ in range(2):
        with pytest.raises(RecordRefused, match=r"never.*nowhere"):
            await archivist.commit(records)
    assert seqs(store) == list(range(1, 101))
    kept = [letter for _, letter in dead_letters(store)]
    assert [(letter.kind, letter.site) for letter in kept] == [
        ("LessonEnded", "hill"),
        ("DeviceEvent", "nowhere"),
    ]
    assert kept[1].at_ms == 5000
    assert json.loads(kept[1].content)["seq"] == 50


async def test_an_older_life_of_a_shard_stores_nothing_more(store: Store) -> None:
    archivist = Archivist(store, lambda: 5.0)
    old = await archivist.begin_life("pool-1")
    await archivist.commit([EVENT], "pool-1", old)
    new = await archivist.begin_life("pool-1")
    outcomes = await asyncio.gather(
        archivist.commit([replace(EVENT, seq=2)], "pool-1", old),
        archivist.commit([replace(EVENT, seq=3)], "pool-1", new),
        archivist.commit([LessonEnded("oak", "hill", "never", 2)], "pool-1", old),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Fenced, type(None), Fenced]
    assert seqs(store) == [1, 3]
    assert dead_letters(store) == []


async def test_more_than_one_group_holds_is_stored_in_several(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.archivist.GROUP_RECORDS", 10)
    archivist = Archivist(store, lambda: 5.0)
    events = [replace(EVENT, seq=seq) for seq in range(1, 61)]
    await asyncio.gather(
        *(archivist.commit(events[first : first + 4]) for first in range(0, 60, 4))
    )
    assert seqs(store) == list(range(1, 61))


async def test_one_who_gives_up_while_others_are_tried_alone_leaves_nobody_waiting(
    store: Store,
) -> None:
    archivist = Archivist(store, lambda: 5.0)

    async def be_refused() -> None:
        with suppress(RecordRefused):
            await archivist.commit([LessonEnded("oak", "hill", "never", 2)])

    for delay_ms in range(10):
        async with asyncio.TaskGroup() as group:
            first = group.create_task(be_refused())
            for seq in range(8):
                event = replace(EVENT, seq=delay_ms * 8 + seq)
                group.create_task(archivist.commit([event]))
            await asyncio.sleep(delay_ms / 1000)
            first.cancel()
    assert sorted(seqs(store)) == list(range(80))


async def test_a_poisonous_frame_is_kept(store: Store) -> None:
    letter = DeadLetter("oak", "hill", "pc-1", "frame", "killed its shard three times", "80", 7)
    await Archivist(store, lambda: 5.0).keep_dead_letter(letter)
    assert [kept for _, kept in dead_letters(store)] == [letter]
