"""The runtime in this process: for unit tests, debugging, and to say what a shard is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from actors.archivist import Archivist
from actors.keys import Key
from actors.placement import Placement
from actors.ports import ShardPort, ShardUnavailable, Told
from actors.shard import Peer, Shard
from store.engine import Store
from store.lessons import running_lessons


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
        self._archivist = Archivist(store)
        self._shards: dict[str, Shard] = {}
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

    async def is_healthy(self) -> bool:
        """Whether every shard is up."""
        return bool(self._shards)

    def kill(self, name: str) -> None:
        """Lose a shard with all it holds, as a crash would; a new life begins at once."""
        self._tasks.pop(name).cancel()
        del self._shards[name]
        self._bring_up(name)

    def _shard(self, name: str) -> Shard:
        if self._group is None:
            raise ShardUnavailable("the runtime is not running")
        return self._shards.get(name) or self._bring_up(name)

    def _bring_up(self, name: str) -> Shard:
        assert self._group is not None
        shard = self._shards[name] = Shard(
            name,
            self._placement,
            clock_s=self._clock_s,
            running_lessons=lambda: running_lessons(self._store),
            commit=self._archivist.commit,
            peer=self._peer,
            order_lease_s=self._order_lease_s,
        )
        self._tasks[name] = self._group.create_task(shard.run(), name=name)
        return shard

    def _peer(self, name: str) -> Peer:
        async def tell(messages: Sequence[Told]) -> None:
            await self._shard(name).told(messages)

        return tell
