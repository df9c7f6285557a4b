"""One shard as this hub uses it: the lane to it, the reading back, and its lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from actors.ports import Delivered, Reading, ShardPort, ShardUnavailable
from hub.sockets.lane import Lane

READ_S = 10.0
RETRY_S = 0.1

_log = structlog.get_logger(__name__)


class ShardLink:
    """Reads a shard by cursor and tells of everything in order.

    `on_new_life` is called when the shard began a new life, or lost what this hub had not read:
    then devices have to be attached and lessons followed again.
    """

    def __init__(
        self,
        shard: ShardPort,
        hub: str,
        *,
        on_delivered: Callable[[Delivered], None],
        on_reading: Callable[[ShardLink, Reading], None],
        on_new_life: Callable[[ShardLink], None],
    ) -> None:
        self.shard = shard
        self.epoch = ""
        self.cursor = 0
        self.lane = Lane(shard, on_delivered)
        self._hub = hub
        self._on_reading = on_reading
        self._on_new_life = on_new_life
        self._topics: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Bring batches and read until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.lane.run())
            group.create_task(self._read())

    async def follow(self, topics: frozenset[str]) -> None:
        """Read these lesson topics from now on, also in the shard's later lives.

        Returns when the shard knows; waits while it is out of reach.
        """
        self._topics = topics
        while True:
            try:
                return await self.shard.follow(self._hub, self._topics)
            except ShardUnavailable:
                await asyncio.sleep(RETRY_S)

    @property
    def topics(self) -> frozenset[str]:
        """The lesson topics that this hub reads here."""
        return self._topics

    async def _read(self) -> None:
        while True:
            try:
                reading = await self.shard.read(self._hub, self.epoch, self.cursor, READ_S)
            except ShardUnavailable:
                await asyncio.sleep(RETRY_S)
                continue
            is_first = not self.epoch
            is_new = reading.gap and not is_first
            self.epoch, self.cursor = reading.epoch, reading.cursor
            if is_new:
                _log.warning("shard_began_new_life", shard=self.shard.name)
                await self.follow(self._topics)
                self._on_new_life(self)
            self._on_reading(self, reading)
