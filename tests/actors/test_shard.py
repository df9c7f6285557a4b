"""A shard: readers that wait, records that are stored before the answer, and telling others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from actors.keys import Kind, lesson_topic
from actors.placement import Placement
from actors.ports import (
    Done,
    Lock,
    RecordRefused,
    Refusal,
    ShardUnavailable,
    StartLesson,
    Told,
    Unlock,
)
from actors.shard import Shard
from store.lessons import LessonStarted
from store.records import Act, DeviceEvent, Record
from tests.actors.cast import (
    HUB,
    KHAN,
    NOW_MS,
    SITE,
    TRUST,
    attach,
    classroom_key,
    frame,
    start_lesson,
)
from wire.messages import UserChanged, WindowChanged

TOPIC = lesson_topic(TRUST, SITE, "l1")


@dataclass
class World:
    """What is around one shard."""

    written: list[Record] = field(default_factory=list)
    told: dict[str, list[Told]] = field(default_factory=dict)
    store_failures: list[Exception] = field(default_factory=list)
    refuses: Callable[[Record], bool] = lambda _record: False
    deaf: set[str] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def commit(self, records: Sequence[Record]) -> None:
        await self.gate.wait()
        if self.store_failures:
            raise self.store_failures.pop(0)
        if any(self.refuses(record) for record in records):
            raise RecordRefused("no")
        self.written += records

    def peer(self, name: str) -> Callable[[Sequence[Told]], object]:
        async def tell(messages: Sequence[Told]) -> None:
            if name in self.deaf:
                raise ShardUnavailable(name)
            self.told.setdefault(name, []).extend(messages)

        return tell


@asynccontextmanager
async def running(world: World, placement: Placement | None = None) -> AsyncIterator[Shard]:
    placement = placement or Placement(1)
    shard = Shard(
        placement.pool_shards()[0],
        placement,
        clock_s=lambda: NOW_MS / 1000,
        running_lessons=list,
        commit=world.commit,
        peer=world.peer,  # type: ignore[arg-type]
        order_lease_s=90,
    )
    async with asyncio.TaskGroup() as group:
        task = group.create_task(shard.run())
        yield shard
        task.cancel()


@pytest.fixture
def world() -> World:
    world = World()
    world.gate.set()
    return world


async def deliver(shard: Shard, *items: object, after: int = 0) -> object:
    return await shard.deliver(HUB, shard.epoch, after, items)  # type: ignore[arg-type]


async def test_a_command_is_answered_after_its_record_is_stored(world: World) -> None:
    world.gate.clear()
    async with running(world) as shard, asyncio.TaskGroup() as group:
        asked = group.create_task(deliver(shard, start_lesson()))
        await asyncio.sleep(0.05)
        assert not asked.done()
        world.gate.set()
        delivered = await asked
        assert delivered.answers == (Done(),)  # type: ignore[attr-defined]
        assert [type(record) for record in world.written] == [LessonStarted, Act]


async def test_two_commands_are_both_answered_when_the_first_commit_had_to_be_repeated(
    world: World,
) -> None:
    world.gate.clear()
    world.store_failures.append(ShardUnavailable("the archivist restarts"))
    async with running(world) as shard, asyncio.TaskGroup() as group:
        first = group.create_task(deliver(shard, start_lesson()))
        await asyncio.sleep(0.02)
        second = group.create_task(deliver(shard, Lock(classroom_key(), KHAN, (), "", None)))
        await asyncio.sleep(0.02)
        world.gate.set()
        async with asyncio.timeout(4):
            for asked in (first, second):
                assert (await asked).answers == (Done(),)  # type: ignore[attr-defined]


async def test_a_record_that_can_never_be_stored_refuses_its_command_alone(world: World) -> None:
    world.gate.clear()
    world.refuses = lambda record: isinstance(record, LessonStarted) and record.lesson.id == "l2"
    async with running(world) as shard, asyncio.TaskGroup() as group:
        asks: list[StartLesson] = [start_lesson("l0"), start_lesson("l1"), start_lesson("l2")]
        answers = []
        for ask in asks:
            answers.append(group.create_task(deliver(shard, ask)))
            await asyncio.sleep(0.01)
        world.gate.set()
        async with asyncio.timeout(4):
            kinds = [type((await answer).answers[0]) for answer in answers]  # type: ignore[attr-defined]
        assert kinds == [Done, Done, Refusal]
        assert [r.lesson.id for r in world.written if isinstance(r, LessonStarted)] == ["l0", "l1"]


async def test_frames_do_not_wait_for_the_archivist(world: World) -> None:
    world.gate.clear()
    async with running(world) as shard, asyncio.TaskGroup() as group:
        await deliver(shard, attach())
        asked = group.create_task(deliver(shard, start_lesson()))
        await asyncio.sleep(0.01)
        async with asyncio.timeout(1):
            delivered = await deliver(shard, frame(WindowChanged("a", "b", 1), 1))
        assert delivered.received == {1: 1}  # type: ignore[attr-defined]
        world.gate.set()
        await asked


async def test_a_reader_waits_for_news_and_gets_it_once(world: World) -> None:
    async with running(world) as shard, asyncio.TaskGroup() as group:
        await deliver(shard, attach(), start_lesson())
        await shard.follow(HUB, frozenset({TOPIC}))
        cursor = (await shard.read(HUB, shard.epoch, 0, 0)).cursor
        reading = group.create_task(shard.read(HUB, shard.epoch, cursor, 5))
        await asyncio.sleep(0.02)
        assert not reading.done()
        delivered = await deliver(shard, frame(WindowChanged("a", "b", 1), 1), after=cursor)
        given = delivered.reading  # type: ignore[attr-defined]
        assert len(given.lessons) == 1
        await asyncio.sleep(0.02)
        assert not reading.done(), "the batch's answer has brought it already"
        await shard.told([(classroom_key(), object())])
        await deliver(shard, Unlock(classroom_key(), KHAN, ()), after=given.cursor)
        assert (await reading).after == given.cursor


async def test_a_reader_of_another_life_is_told_of_the_gap_at_once(world: World) -> None:
    async with running(world) as shard, asyncio.timeout(1):
        reading = await shard.read(HUB, "another life", 7, 10)
        assert reading.gap
        assert reading.epoch == shard.epoch


async def test_a_shard_that_is_down_is_told_later_and_holds_up_nobody(world: World) -> None:
    one, two = (f"device:{TRUST}:{SITE}:pc-{n}" for n in (1, 2))
    world.deaf.add(one)
    async with running(world, Placement(1, devices_per_shard=1)) as shard:
        delivered = await deliver(shard, start_lesson())
        assert delivered.answers == (Done(),)  # type: ignore[attr-defined]
        await eventually(lambda: two in world.told)
        assert one not in world.told
        world.deaf.clear()
        await eventually(lambda: one in world.told)
        assert {key.kind for key, _ in world.told[one]} == {Kind.DEVICE}


async def eventually(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_the_answer_says_so_when_nothing_could_be_stored_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.recorder.COMMIT_S", 0.05)
    world.gate.clear()
    async with running(world) as shard:
        delivered = await deliver(shard, start_lesson())
        (answer,) = delivered.answers  # type: ignore[attr-defined]
        assert isinstance(answer, Refusal)
        assert answer.detail == "This could not be stored yet."
        world.gate.set()
        await eventually(lambda: bool(world.written))


async def test_a_batch_with_what_must_be_stored_does_not_wait_and_the_log_tells_of_it(
    world: World,
) -> None:
    world.gate.clear()
    async with running(world) as shard, asyncio.timeout(10):
        frames = [frame(UserChanged("amy", 1), 1), frame(WindowChanged("a", "b", 1), 2)]
        delivered = await deliver(shard, attach(), *frames)
        assert delivered.received == {1: 0}  # type: ignore[attr-defined]
        position = delivered.reading.cursor  # type: ignore[attr-defined]
        world.gate.set()
        reading = await shard.read(HUB, shard.epoch, position, 5)
        assert reading.stored == [(1, 2)]
        assert [type(record) for record in world.written] == [DeviceEvent]
