"""What a shard has to store reaches the archivist in order, once it can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from actors.effects import Commit, Keep
from actors.ports import RecordRefused, ShardUnavailable
from actors.recorder import Recorder
from store.lives import Fenced
from store.records import DeviceEvent, Record
from tests.actors.cast import NOW_MS, SITE, TRUST


def event(seq: int) -> DeviceEvent:
    return DeviceEvent(TRUST, SITE, "pc-1", "e1", seq, "signed_on", "amy", "", NOW_MS, NOW_MS)


def keeps(*seqs: int) -> list[Commit | Keep]:
    return [Keep(event(seq), ("key", "e1", seq)) for seq in seqs]


@dataclass
class World:
    """An archivist that can be away, and what a recorder says."""

    written: list[int] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)
    states: list[bool] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    error: Exception | None = None
    probes: int = 0
    hangs: bool = False

    async def commit(self, records: Sequence[Record]) -> None:
        self.probes += not records
        while self.hangs:
            await asyncio.sleep(0.01)
        if self.error:
            raise self.error
        seqs = [record.seq for record in records if isinstance(record, DeviceEvent)]
        self.written += [seq for seq in seqs if seq not in {*self.refused, *self.written}]
        if self.refused.intersection(seqs):
            raise RecordRefused("some")

    def heard(self, records: Sequence[Commit | Keep]) -> None:
        self.stored += [r.record.seq for r in records if isinstance(r.record, DeviceEvent)]


@asynccontextmanager
async def running(world: World, *, probing: bool = False) -> AsyncIterator[Recorder]:
    recorder = Recorder(
        "pool-0",
        world.commit,
        on_stored=world.heard,
        on_change=world.states.append,
        wants_probe=lambda: probing,
    )
    async with asyncio.TaskGroup() as group:
        task = group.create_task(recorder.run())
        yield recorder
        task.cancel()


async def eventually(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_records_are_stored_in_order_and_said_to_be() -> None:
    world = World()
    async with running(world) as recorder:
        recorder.take(keeps(1, 2))
        recorder.take(keeps(3))
        await eventually(lambda: world.stored == [1, 2, 3])
        assert world.written == [1, 2, 3]
        assert recorder.waiting == 0
        assert recorder.age_s == 0


async def test_while_the_database_is_away_nothing_is_lost_and_nothing_said_to_be_stored() -> None:
    world = World(error=ShardUnavailable("away"))
    async with running(world) as recorder:
        recorder.take(keeps(1))
        await eventually(lambda: world.states == [False])
        recorder.take(keeps(2))
        assert recorder.waiting == 2
        assert recorder.age_s > 0
        assert world.stored == []
        world.error = None
        await eventually(lambda: world.stored == [1, 2])
        assert world.states == [False, True]


async def test_a_record_that_can_never_be_stored_refuses_its_command_alone() -> None:
    world = World(refused={3})
    async with running(world) as recorder:
        recorder.take([Commit(event(seq)) for seq in range(1, 8)])
        async with asyncio.timeout(10):
            assert [await recorder.stored_by([n]) for n in range(1, 8)] == [
                n != 3 for n in range(1, 8)
            ]
        assert world.stored == list(range(1, 8)), "the device must not send it for ever"
        assert world.written == [1, 2, 4, 5, 6, 7]


async def test_an_idle_shard_notices_that_nothing_could_be_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("actors.recorder.PROBE_S", 0.05)
    world = World()
    async with running(world, probing=True):
        await eventually(lambda: world.probes > 1)
        assert world.states == []
        world.error = ShardUnavailable("away")
        await eventually(lambda: world.states == [False])
        world.error = None
        await eventually(lambda: world.states == [False, True])


async def test_a_commit_that_does_not_come_back_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("actors.recorder.LATE_S", 0.1)
    world = World(hangs=True)
    async with running(world) as recorder:
        recorder.take(keeps(1))
        await eventually(lambda: world.states == [False])
        world.hangs = False
        await eventually(lambda: world.states == [False, True])


async def test_nobody_is_asked_while_nobody_needs_to_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.recorder.PROBE_S", 0.01)
    world = World()
    async with running(world):
        await asyncio.sleep(0.1)
    assert world.probes == 0


async def test_a_life_that_is_over_ends() -> None:
    world = World(error=Fenced("life 1 is over"))
    recorder = Recorder(
        "pool-0",
        world.commit,
        on_stored=world.heard,
        on_change=world.states.append,
        wants_probe=lambda: False,
    )
    recorder.take(keeps(1))
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(recorder.run(), 10)
    assert caught.group_contains(Fenced)
    assert world.stored == []
