"""A shard in another process, as a hub sees it."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

from actors.cluster.calls import CALL_S, PING_S, call
from actors.ports import (
    Delivered,
    DirectoryEntry,
    Item,
    LessonEntry,
    LessonView,
    Reading,
    ShardUnavailable,
    SiteSummary,
)
from actors.stats import ShardStats


class RayShard:
    """A shard in another process, as a hub sees it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handle: Any = None

    @property
    def handle(self) -> Any:
        """The Ray actor of the present runtime; raises `ShardUnavailable` between two."""
        if self._handle is None:
            raise ShardUnavailable(f"{self.name} is not up")
        return self._handle

    @handle.setter
    def handle(self, handle: Any) -> None:
        self._handle = handle

    async def deliver(self, hub: str, epoch: str, after: int, items: Sequence[Item]) -> Delivered:
        """See `ShardPort.deliver`."""
        # Packed by ourselves: Ray's own way calls back into Python for every tuple of a batch.
        packed = pickle.dumps((hub, epoch, after, items), pickle.HIGHEST_PROTOCOL)
        delivered: Delivered = pickle.loads(
            await call(lambda: self.handle.deliver_packed.remote(packed))
        )
        return delivered

    async def follow(self, hub: str, topics: frozenset[str]) -> None:
        """See `ShardPort.follow`."""
        await call(lambda: self.handle.follow.remote(hub, topics))

    async def read(self, hub: str, epoch: str, after: int, wait_s: float) -> Reading:
        """See `ShardPort.read`."""
        reading: Reading = await call(
            lambda: self.handle.read.remote(hub, epoch, after, wait_s), CALL_S + wait_s
        )
        return reading

    async def view(self, topic: str) -> LessonView:
        """See `ShardPort.view`."""
        view: LessonView = await call(lambda: self.handle.view.remote(topic))
        return view

    async def since(self, topic: str, epoch: str, after: int) -> list[LessonEntry] | None:
        """See `ShardPort.since`."""
        entries: list[LessonEntry] | None = await call(
            lambda: self.handle.since.remote(topic, epoch, after)
        )
        return entries

    async def directory(self, trust: str, site: str) -> list[DirectoryEntry]:
        """See `ShardPort.directory`."""
        entries: list[DirectoryEntry] = await call(
            lambda: self.handle.directory.remote(trust, site)
        )
        return entries

    async def summaries(self, trust: str) -> list[SiteSummary]:
        """See `ShardPort.summaries`."""
        summaries: list[SiteSummary] = await call(lambda: self.handle.summaries.remote(trust))
        return summaries

    async def stats(self) -> ShardStats:
        """See `ShardPort.stats`."""
        stats: ShardStats = await call(lambda: self.handle.stats.remote(), PING_S)
        return stats

    async def ping(self) -> int:
        """The id of the shard's process."""
        pid: int = await call(lambda: self.handle.ping.remote(), PING_S)
        return pid
