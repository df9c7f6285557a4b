"""The runtime in this process: for unit tests, debugging, and to say what a shard is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar

from actors.archivist import Archivist
from actors.keys import Key
from actors.placement import Placement
from actors.ports import (
    Delivered,
    DirectoryEntry,
    Health,
    Item,
    LessonEntry,
    LessonView,
    Reading,
    ShardPort,
    ShardUnavailable,
    SiteSummary,
    Told,
)
from actors.shard import Peer, Shard
from actors.stats import HubNote, RuntimeStats, ShardStats
from actors.tracing import Trace
from store.dead_letters import DeadLetter
from store.engine import Store
from store.lessons import running_lessons
from store.lives import begin_life
from store.records import Record

Result = TypeVar("Result")


class LocalShard:
    """A shard of this process as a hub sees it: in each of its lives the same object."""

    def __init__(self, name: str, shard: Shard) -> None:
        self.name = name
        self._shard = shard
        self._died = asyncio.Event()

    def begin_anew(self, shard: Shard) -> None:
        """The shard died: whoever waits for it is told so, and who comes now meets this one."""
        self._shard = shard
        self._died.set()
        self._died = asyncio.Event()

    async def deliver(self, hub: str, epoch: str, after: int, items: Sequence[Item]) -> Delivered:
        """See `ShardPort.deliver`."""
        return await self._call(self._shard.deliver(hub, epoch, after, items))

    async def follow(self, hub: str, topics: frozenset[str]) -> None:
        """See `ShardPort.follow`."""
        await self._call(self._shard.follow(hub, topics))

    async def read(self, hub: str, epoch: str, after: int, wait_s: float) -> Reading:
        """See `ShardPort.read`."""
        return await self._call(self._shard.read(hub, epoch, after, wait_s))

    async def view(self, topic: str) -> LessonView:
        """See `ShardPort.view`."""
        return await self._call(self._shard.view(topic))

    async def since(self, topic: str, epoch: str, after: int) -> list[LessonEntry] | None:
        """See `ShardPort.since`."""
        return await self._call(self._shard.since(topic, epoch, after))

    async def directory(self, trust: str, site: str) -> list[DirectoryEntry]:
        """See `ShardPort.directory`."""
        return await self._call(self._shard.directory(trust, site))

    async def summaries(self, trust: str) -> list[SiteSummary]:
        """See `ShardPort.summaries`."""
        return await self._call(self._shard.summaries(trust))

    async def stats(self) -> ShardStats:
        """See `ShardPort.stats`."""
        return await self._call(self._shard.stats())

    async def told(self, messages: Sequence[Told]) -> None:
        """See `Shard.told`."""
        await self._call(self._shard.told(messages))

    async def _call(self, call: Awaitable[Result]) -> Result:
        died = self._died
        async with asyncio.TaskGroup() as group:
            calling = group.create_task(_awaited(call))
            dying = group.create_task(died.wait())
            await asyncio.wait((calling, dying), return_when=asyncio.FIRST_COMPLETED)
            calling.cancel()
            dying.cancel()
        if calling.cancelled():
            raise ShardUnavailable(f"{self.name} died")
        return calling.result()


async def _awaited(call: Awaitable[Result]) -> Result:
    return await call


class LocalRuntime:
    """Implements `actors.ports.Runtime` without Ray: the same shards on this event loop."""

    def __init__(
        self,
        placement: Placement,
        store: Store,
        *,
        clock_s: Callable[[], float],
        order_lease_s: float = 90.0,
    ) -> None:
        self._placement = placement
        self._store = store
        self._clock_s = clock_s
        self._order_lease_s = order_lease_s
        self._archivist = Archivist(store, clock_s)
        self._shards: dict[str, LocalShard] = {}
        self._group: asyncio.TaskGroup | None = None
        self._stack = AsyncExitStack()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Bring every shard of the pool up."""
        self._group = await self._stack.enter_async_context(asyncio.TaskGroup())
        for name in self._placement.pool_shards():
            self._bring_up(name)

    async def stop(self) -> None:
        """End every shard."""
        for task in self._tasks.values():
            task.cancel()
        await self._stack.aclose()
        self._shards.clear()
        self._tasks.clear()

    def shard_for(self, key: Key) -> ShardPort:
        """The shard that houses an actor."""
        return self._shard(self._placement.shard_for(key))

    def shards_of(self, trust: str, site: str) -> tuple[ShardPort, ...]:
        """Every shard that may house an actor of a site."""
        prefix = f"device:{trust}:{site}:"
        own = sorted(name for name in self._shards if name.startswith(prefix))
        return tuple(self._shard(name) for name in (*self._placement.shards_of(trust, site), *own))

    async def health(self) -> Health:
        """Whether the shards are up."""
        return Health.WELL if self._shards else Health.GONE

    async def keep_dead_letter(self, letter: DeadLetter) -> None:
        """See `Runtime.keep_dead_letter`."""
        await self._archivist.keep_dead_letter(letter)

    async def stats(self, note: HubNote) -> RuntimeStats:
        """How shards and archivist stand."""
        shards = {name: await shard.stats() for name, shard in self._shards.items()}
        return RuntimeStats(shards, await self._archivist.stats(note))

    def kill(self, name: str) -> None:
        """Lose a shard with all it holds, as a crash would; a new life begins at once."""
        self._tasks.pop(name).cancel()
        self._bring_up(name)

    def _shard(self, name: str) -> LocalShard:
        if self._group is None:
            raise ShardUnavailable("the runtime is not running")
        return self._shards.get(name) or self._bring_up(name)

    def _bring_up(self, name: str) -> LocalShard:
        assert self._group is not None
        life = begin_life(self._store, name)

        async def commit(records: Sequence[Record], traces: Sequence[Trace] = ()) -> None:
            await self._archivist.commit(records, name, life, traces)

        shard = Shard(
            name,
            self._placement,
            clock_s=self._clock_s,
            running_lessons=lambda: running_lessons(self._store),
            commit=commit,
            peer=self._peer,
            order_lease_s=self._order_lease_s,
            life=life,
        )
        self._tasks[name] = self._group.create_task(shard.run(), name=name)
        known = self._shards.get(name)
        if known is None:
            known = self._shards[name] = LocalShard(name, shard)
        else:
            known.begin_anew(shard)
        return known

    def _peer(self, name: str) -> Peer:
        async def tell(messages: Sequence[Told]) -> None:
            await self._shard(name).told(messages)

        return tell
