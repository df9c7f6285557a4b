from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from actors.keys import Key, Kind
from actors.ports import (
    Answer,
    Attached,
    Delivered,
    Detach,
    Done,
    FrameItem,
    Item,
    Refusal,
    ShardUnavailable,
)
from hub.sockets import lane as lane_module
from hub.sockets.lane import Lane

LIMIT_S = 20
DEVICE = Key("t", "s", Kind.DEVICE, "d")


class ShardInMemory:
    """Takes batches; each waits while `gate` is closed. The answer to a command is its session."""

    def __init__(self) -> None:
        self.batches: list[list[Item]] = []
        self.tries = 0
        self.in_flight = 0
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.lives = 0
        self.deadly: set[Item] = set()
        self.outcomes: list[Delivered] = []
        self.set_aside: list[Item] = []

    async def deliver(self, items: list[Item]) -> Delivered:
        self.tries += 1
        self.in_flight += 1
        assert self.in_flight == 1
        try:
            await self.gate.wait()
            if self.failures:
                self.failures -= 1
                raise ShardUnavailable("restarting")
            if self.deadly.intersection(items):
                self.lives += 1
                raise ShardUnavailable("died")
            self.batches.append(list(items))
        finally:
            self.in_flight -= 1
        answers: tuple[Answer, ...] = tuple(
            Attached(item.session) if isinstance(item, Detach) else Done()
            for item in items
            if not isinstance(item, tuple)
        )
        received = {item[1]: item[3] for item in items if isinstance(item, tuple)}
        return Delivered(received=received, faults=(), answers=answers)

    async def ask_life(self) -> str:
        return str(self.lives)

    @property
    def taken(self) -> list[Item]:
        return [item for batch in self.batches for item in batch]


def frame(seq: int, size: int = 1) -> FrameItem:
    return (str(DEVICE), 1, "window_changed", seq, bytes(size))


def command(number: int) -> Detach:
    return Detach(DEVICE, "hub", number, False)


@pytest.fixture
def shard() -> ShardInMemory:
    return ShardInMemory()


@asynccontextmanager
async def running(shard: ShardInMemory) -> AsyncIterator[Lane]:
    lane = Lane(
        "pool-0",
        shard.deliver,
        shard.outcomes.append,
        ask_life=shard.ask_life,
        set_aside=shard.set_aside.append,
    )
    lane.life = str(shard.lives)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(lane.run())
        yield lane
        task.cancel()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not condition():
            await asyncio.sleep(0.005)


async def test_frames_and_commands_arrive_in_the_order_of_the_calls(shard: ShardInMemory) -> None:
    async with running(shard) as lane:
        for seq in range(1, 50):
            lane.put(frame(seq))
            lane.tell(command(seq))
            if seq % 10 == 0:
                await asyncio.sleep(0.01)
        await until(lambda: len(shard.taken) == 98)
    expected = [item for seq in range(1, 50) for item in (frame(seq), command(seq))]
    assert shard.taken == expected


async def test_while_a_batch_is_under_way_the_next_one_gathers(shard: ShardInMemory) -> None:
    shard.gate.clear()
    async with running(shard) as lane:
        lane.put(frame(1))
        await until(lambda: shard.tries == 1)
        for seq in range(2, 12):
            lane.put(frame(seq))
        assert lane.depth == 10
        shard.gate.set()
        await until(lambda: len(shard.taken) == 11)
    assert [len(batch) for batch in shard.batches] == [1, 10]


async def test_each_command_gets_its_own_answer(shard: ShardInMemory) -> None:
    async with running(shard) as lane:
        lane.put(frame(1))
        answers = await asyncio.gather(*(lane.ask(command(number)) for number in range(5)))
    assert answers == [Attached(number) for number in range(5)]


async def test_a_batch_is_brought_until_the_shard_takes_it(shard: ShardInMemory) -> None:
    shard.failures = 2
    async with running(shard) as lane:
        lane.put(frame(1))
        assert await lane.ask(command(7)) == Attached(7)
    assert shard.taken == [frame(1), command(7)]
    assert shard.tries == 3


async def test_a_command_whose_asker_gave_up_is_not_brought(shard: ShardInMemory) -> None:
    shard.failures = 1
    shard.gate.clear()
    async with running(shard) as lane:
        lane.put(frame(1))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await lane.ask(command(1))
        lane.put(frame(2))
        shard.gate.set()
        assert await lane.ask(command(2)) == Attached(2)
    assert shard.taken == [frame(1), frame(2), command(2)]


async def test_too_much_that_waits_is_said_and_so_is_room(
    shard: ShardInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "PENDING_ITEMS", 3)
    monkeypatch.setattr(lane_module, "PENDING_BYTES", 1000)
    shard.gate.clear()
    has_room = asyncio.Event()
    async with running(shard) as lane:
        lane.put(frame(1))
        await until(lambda: shard.tries == 1)
        assert [lane.put(frame(seq)) for seq in range(2, 6)] == [True, True, True, False]
        lane.when_room(has_room.set)
        await asyncio.sleep(0.02)
        assert not has_room.is_set()
        shard.gate.set()
        async with asyncio.timeout(LIMIT_S):
            await has_room.wait()
        await until(lambda: lane.depth == 0)
        assert not lane.put(frame(6, size=2000))


# --- what the shard dies of --------------------------------------------------------------------


async def test_a_frame_of_which_the_shard_dies_is_set_aside_and_the_others_go_on(
    shard: ShardInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "RETRY_S", 0.001)
    poison = frame(5)
    shard.deadly.add(poison)
    async with running(shard) as lane, asyncio.timeout(LIMIT_S):
        for seq in range(1, 9):
            lane.put(frame(seq))
        assert await lane.ask(command(7)) == Attached(7)
        lane.put(frame(9))
        assert await lane.ask(command(8)) == Attached(8)
    numbers = [item[3] for item in shard.taken if isinstance(item, tuple)]
    assert numbers == [1, 2, 3, 4, 6, 7, 8, 9]
    assert shard.set_aside == [poison]
    assert shard.lives == 3
    faults = [fault for outcome in shard.outcomes for fault in outcome.faults]
    assert [(fault.session, fault.seq) for fault in faults] == [(1, 5)]


async def test_a_command_of_which_the_shard_dies_is_refused(
    shard: ShardInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "RETRY_S", 0.001)
    shard.deadly.add(command(6))
    async with running(shard) as lane, asyncio.timeout(LIMIT_S):
        answers = await asyncio.gather(*(lane.ask(command(number)) for number in (5, 6, 7)))
    assert answers[0] == Attached(5)
    assert isinstance(answers[1], Refusal)
    assert answers[2] == Attached(7)
    assert shard.set_aside == [command(6)]


async def test_a_shard_that_is_only_away_sets_nothing_aside(
    shard: ShardInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "RETRY_S", 0.001)
    shard.failures = 20
    async with running(shard) as lane, asyncio.timeout(LIMIT_S):
        lane.put(frame(1))
        assert await lane.ask(command(1)) == Attached(1)
    assert shard.set_aside == []
    assert len(shard.batches) == 1
