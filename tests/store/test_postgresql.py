"""What only PostgreSQL does, on a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from actors.archivist import Archivist
from actors.ports import RecordRefused, ShardUnavailable
from store.dead_letters import dead_letters
from store.engine import Store, StoreConflict, StoreUnavailable, open_store
from store.events import events_of_site
from store.records import Act, DeviceEvent, Record
from store.sites import list_sites
from store.writing import write_records
from tests.postgresql import Server
from tests.store.conftest import fill

pytestmark = pytest.mark.slow

EVENT = DeviceEvent("oak", "hill", "pc1", "e1", 1, "signed_on", "ali", "", 1, 2)
ACT = Act("oak", "hill", "a1", 1, "p1", "Ada", "lesson_started", "l1")


@pytest.fixture
def url(postgresql: Server, postgresql_template: str) -> str:
    return postgresql.url(postgresql.new_database(postgresql_template))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    fill(store)
    yield store
    store.close()


def test_a_commit_waits_for_the_disk_and_nothing_waits_for_ever(store: Store) -> None:
    names = "synchronous_commit", "fsync", "lock_timeout", "idle_in_transaction_session_timeout"
    with store.reading() as session:
        connection = session.connection()
        found = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]
    assert found == ["on", "on", "30s", "1min"]


def test_a_writer_that_never_ends_is_a_reason_to_try_again(url: str, store: Store) -> None:
    hasty = open_store(f"{url}&options=-c%20lock_timeout%3D200ms")
    with store.writing() as session:
        session.connection()
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            write_records(hasty, [EVENT])
    write_records(hasty, [EVENT])
    hasty.close()


@pytest.mark.parametrize(
    "never",
    [
        replace(EVENT, detail="a\0b"),
        replace(EVENT, user="\0"),
        replace(ACT, person_name="Ada\0"),
        replace(EVENT, kind="k" * 65),
    ],
)
async def test_text_that_it_refuses_is_kept_as_a_dead_letter(store: Store, never: Record) -> None:
    with pytest.raises(StoreConflict):
        write_records(store, [never])
    with pytest.raises(RecordRefused):
        await Archivist(store, lambda: 5.0).commit([replace(EVENT, seq=7), never])
    assert [stored.event.seq for stored in events_of_site(store, "oak", "hill")] == [7]
    [(_, letter)] = dead_letters(store)
    assert letter.kind == type(never).__name__


def test_connections_that_the_server_ended_are_replaced_unnoticed(
    store: Store, postgresql: Server
) -> None:
    list_sites(store)
    postgresql.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'formroom'"
    )
    assert len(list_sites(store)) == 3
    write_records(store, [EVENT])


async def test_nothing_that_was_acknowledged_is_lost_when_the_server_is_killed(
    mortal_postgresql: Server,
) -> None:
    server = mortal_postgresql
    store = open_store(server.url(server.new_database()))
    fill(store)
    archivist = Archivist(store, lambda: 5.0)
    acknowledged: list[int] = []
    failed: list[float] = []
    done = False

    async def send(first: int) -> None:
        seq = first
        while not done:
            batch = [replace(EVENT, seq=seq + 4 * offset) for offset in range(10)]
            try:
                await archivist.commit(batch)
            except ShardUnavailable:
                failed.append(time.monotonic())
                await asyncio.sleep(0.02)
                continue
            acknowledged.extend(event.seq for event in batch)
            seq += 40

    async with asyncio.TaskGroup() as group:
        for first in range(4):
            group.create_task(send(first))
        for round_ in range(5):
            await asyncio.sleep(0.15 + 0.07 * round_)
            server.kill()
            before = len(failed)
            while len(failed) == before:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(server.start)
            count = len(acknowledged)
            async with asyncio.timeout(30):
                while len(acknowledged) == count:
                    await asyncio.sleep(0.01)
        done = True
    stored = [stored.event.seq for stored in events_of_site(store, "oak", "hill", limit=10**6)]
    store.close()
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)
    assert len(acknowledged) == len(set(acknowledged)) >= 50
