"""The link to a shard gives what the shard has to say in order and once, over its lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from actors.log import Log
from actors.ports import Attached, Delivered, Item, Reading, ShardUnavailable
from hub.sockets.shard_link import ShardLink
from tests.actors.cast import attach
from tests.hub.sockets.clients import eventually

HUB = "hub-1"


@dataclass
class LoggingShard:
    """A shard that has a log and nothing else."""

    name: str = "pool-0"
    log: Log = field(default_factory=lambda: Log("life-1"))
    topics: frozenset[str] = frozenset()
    away: int = 0
    loses_answers: int = 0
    given: int = 0

    async def deliver(self, hub: str, epoch: str, after: int, items: Sequence[Item]) -> Delivered:
        if self.away:
            self.away -= 1
            raise ShardUnavailable("away")
        reading = self._give(hub, epoch, after)
        if self.loses_answers:
            self.loses_answers -= 1
            raise ShardUnavailable("the answer is lost")
        return Delivered({}, (), tuple(Attached(0) for _ in items), reading)

    async def stats(self) -> SimpleNamespace:
        return SimpleNamespace(epoch=self.log.epoch)

    async def follow(self, hub: str, topics: frozenset[str]) -> None:
        self.topics = topics

    async def read(self, hub: str, epoch: str, after: int, wait_s: float) -> Reading:
        until_s = asyncio.get_running_loop().time() + min(wait_s, 0.2)
        while asyncio.get_running_loop().time() < until_s:
            start = max(after, self.given) if epoch == self.log.epoch else after
            if self.log.has_news(hub, epoch, start, self.topics):
                break
            await asyncio.sleep(0.005)
        return self._give(hub, epoch, after)

    def _give(self, hub: str, epoch: str, after: int) -> Reading:
        start = max(after, self.given) if epoch == self.log.epoch else after
        reading = self.log.read(hub, epoch, start, self.topics)
        self.given = reading.cursor
        return reading


@dataclass
class Ears:
    """What the hub heard."""

    sessions: list[int] = field(default_factory=list)
    lives: int = 0

    def reading(self, _link: ShardLink, reading: Reading) -> None:
        self.sessions += [session for session, _ in reading.devices]

    def new_life(self, _link: ShardLink) -> None:
        self.lives += 1


@asynccontextmanager
async def linked(shard: LoggingShard) -> AsyncIterator[tuple[ShardLink, Ears]]:
    ears = Ears()
    link = ShardLink(
        shard,  # type: ignore[arg-type]
        HUB,
        on_delivered=lambda _: None,
        on_reading=ears.reading,
        on_new_life=ears.new_life,
        set_aside=lambda _: None,
    )
    async with asyncio.TaskGroup() as group:
        task = group.create_task(link.run())
        yield link, ears
        task.cancel()


async def test_everything_is_heard_once_and_in_order_whichever_way_it_comes() -> None:
    shard = LoggingShard()
    async with linked(shard) as (link, ears):
        await link.follow(frozenset())
        for number in range(100):
            shard.log.for_device(HUB, number, b"frame")
            if number % 3 == 0:
                await link.lane.ask(attach())
            if number % 7 == 0:
                await asyncio.sleep(0.01)
        await eventually(lambda: len(ears.sessions) == 100)
        assert ears.sessions == list(range(100))
        assert ears.lives == 0


async def test_what_was_there_before_the_hub_concerns_it_not() -> None:
    shard = LoggingShard()
    shard.log.for_device(HUB, 1, b"frame")
    async with linked(shard) as (link, ears):
        await link.follow(frozenset())
        shard.log.for_device(HUB, 2, b"frame")
        await eventually(lambda: ears.sessions == [2])


async def test_to_follow_is_to_read_everything_from_then_on() -> None:
    shard = LoggingShard()
    async with linked(shard) as (link, ears):
        await link.follow(frozenset({"t1"}))
        assert shard.topics == {"t1"}
        assert link._epoch == "life-1", "reading has begun before anybody is told that it follows"
        assert ears.lives == 0


async def test_a_new_life_is_noticed_once_and_heard_from_then_on() -> None:
    shard = LoggingShard()
    async with linked(shard) as (link, ears):
        await link.follow(frozenset())
        shard.log.for_device(HUB, 1, b"frame")
        await eventually(lambda: ears.sessions == [1])
        shard.log, shard.given = Log("life-2"), 0
        await eventually(lambda: ears.lives == 1)
        shard.log.for_device(HUB, 2, b"frame")
        await link.lane.ask(attach())
        await eventually(lambda: ears.sessions == [1, 2])
        assert ears.lives == 1


async def test_an_answer_that_got_lost_is_taken_for_a_new_life() -> None:
    """What it held cannot be had again, so everything is told anew."""
    shard = LoggingShard()
    async with linked(shard) as (link, ears):
        await link.follow(frozenset())
        shard.loses_answers = 1
        shard.log.for_device(HUB, 1, b"frame")
        await link.lane.ask(attach())
        await eventually(lambda: ears.lives >= 1 or ears.sessions == [1])


@pytest.mark.parametrize("away", [1, 3])
async def test_a_batch_is_brought_until_it_is_taken(away: int) -> None:
    shard = LoggingShard(away=away)
    async with linked(shard) as (link, _), asyncio.timeout(10):
        assert await link.lane.ask(attach()) == Attached(0)
        assert shard.away == 0


async def test_a_command_whose_asker_gave_up_is_not_brought_later() -> None:
    shard = LoggingShard(away=10_000)
    async with linked(shard) as (link, _):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await link.lane.ask(attach())
        taken: list[int] = []
        whole = shard.deliver

        async def deliver(hub: str, epoch: str, after: int, items: Sequence[Item]) -> Delivered:
            taken.append(len(items))
            return await whole(hub, epoch, after, items)

        shard.deliver = deliver  # type: ignore[method-assign]
        shard.away = 0
        await eventually(lambda: taken)
        assert taken[0] == 0
