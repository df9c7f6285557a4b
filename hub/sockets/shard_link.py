"""One shard as this hub uses it: the lane to it, the reading back, and its lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from actors.ports import Delivered, Item, Reading, ShardPort, ShardUnavailable
from hub.sockets.lane import Lane

READ_S = 10.0
RETRY_S = 0.1
HELD_S = 0.5

_log = structlog.get_logger(__name__)


class ShardLink:
    """Brings batches to a shard, and takes what it has to say, in order and once.

    What comes back with a batch and what a reading waits for are parts of one log; a part that
    overtook another is held until that one came. `on_new_life` is called when the shard began a
    new life, or when this hub missed a part: then devices have to be attached again, lessons
    followed again and screens asked for again. `set_aside` is given what ends the shard's process
    again and again.
    """

    def __init__(
        self,
        shard: ShardPort,
        hub: str,
        *,
        on_delivered: Callable[[Delivered], None],
        on_reading: Callable[[ShardLink, Reading], None],
        on_new_life: Callable[[ShardLink], None],
        set_aside: Callable[[Item], None],
    ) -> None:
        self.shard = shard
        self.lane = Lane(
            shard.name,
            self._deliver,
            self._delivered,
            ask_life=self._ask_life,
            set_aside=set_aside,
        )
        self._hub = hub
        self._on_delivered = on_delivered
        self._on_reading = on_reading
        self._on_new_life = on_new_life
        self._epoch = ""
        self._cursor = 0
        self._held: dict[int, Reading] = {}
        self._begun = asyncio.Event()
        self._topics: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Bring batches and read until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read(group))

    async def follow(self, topics: frozenset[str]) -> None:
        """Read these lesson topics from now on, also in the shard's later lives.

        Returns when the shard knows; waits while it is out of reach. What is published after
        that is read.
        """
        self._topics = topics
        await self._begun.wait()
        while True:
            try:
                return await self.shard.follow(self._hub, self._topics)
            except ShardUnavailable:
                await asyncio.sleep(RETRY_S)

    @property
    def topics(self) -> frozenset[str]:
        """The lesson topics that this hub reads here."""
        return self._topics

    async def _read(self, group: asyncio.TaskGroup) -> None:
        reading = await self._first()
        self._epoch, self._cursor = reading.epoch, reading.cursor
        self.lane.life = reading.epoch
        self._begun.set()
        group.create_task(self.lane.run())
        while True:
            try:
                reading = await self.shard.read(self._hub, self._epoch, self._cursor, READ_S)
            except ShardUnavailable:
                await asyncio.sleep(RETRY_S)
                continue
            self._take(reading)
            await self._await_held()

    async def _first(self) -> Reading:
        """Where the shard's log is now: what came before concerns no socket of this hub."""
        while True:
            try:
                return await self.shard.read(self._hub, "", 0, 0.0)
            except ShardUnavailable:
                await asyncio.sleep(RETRY_S)

    async def _await_held(self) -> None:
        """Give a part that was overtaken a moment to come; without it the hub missed something."""
        if not self._held:
            return
        await asyncio.sleep(HELD_S)
        if self._held:
            newest = self._held[max(self._held)]
            self._begin_anew(replace(newest, gap=True))

    async def _deliver(self, batch: list[Item]) -> Delivered:
        return await self.shard.deliver(self._hub, self._epoch, self._cursor, batch)

    async def _ask_life(self) -> str:
        return (await self.shard.stats()).epoch

    def _delivered(self, delivered: Delivered) -> None:
        self._on_delivered(delivered)
        if delivered.reading:
            self._take(delivered.reading)

    def _take(self, reading: Reading) -> None:
        if reading.gap:
            if reading.epoch != self._epoch or reading.cursor > self._cursor:
                self._begin_anew(reading)
            return
        if reading.epoch != self._epoch or reading.cursor < self._cursor:
            return
        self._held[reading.after] = reading
        while (next_ := self._held.pop(self._cursor, None)) is not None:
            self._cursor = next_.cursor
            self._on_reading(self, next_)
            if next_.cursor == next_.after:
                break

    def _begin_anew(self, reading: Reading) -> None:
        _log.warning("shard_began_new_life", shard=self.shard.name)
        self._held.clear()
        self._epoch, self._cursor = reading.epoch, reading.cursor
        self.lane.life = reading.epoch
        self._on_new_life(self)
        self._on_reading(self, reading)
