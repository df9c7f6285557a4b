"""The one writer of durable facts: takes records from every shard and commits them in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from actors.ports import RecordRefused, ShardUnavailable
from store.engine import Store, StoreUnavailable
from store.lessons import LessonRecord, write_records


class Archivist:
    """Commits records in the order in which they came.

    `commit` returns after its records are on disk; calls that come while a commit is under way
    share the next one. When a group cannot be written each call's records are tried alone, so
    that a record which can never be stored (`RecordRefused`) harms nobody else.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Sequence[LessonRecord], asyncio.Future[None]]] = []
        self._writing = asyncio.Lock()

    async def commit(self, records: Sequence[LessonRecord]) -> None:
        """Store records; returns when they are committed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((records, done))
        async with self._writing:
            if not done.done():
                await self._write_group()
        await done

    async def _write_group(self) -> None:
        group = [(records, done) for records, done in self._waiting if not done.cancelled()]
        self._waiting = []
        try:
            await self._write([record for records, _ in group for record in records])
        except (StoreUnavailable, LookupError, ValueError):
            for records, done in group:
                await self._write_alone(records, done)
            return
        except asyncio.CancelledError:
            self._waiting = [*group, *self._waiting]
            raise
        for _, done in group:
            if not done.done():
                done.set_result(None)

    async def _write_alone(
        self, records: Sequence[LessonRecord], done: asyncio.Future[None]
    ) -> None:
        try:
            await self._write(records)
        except (LookupError, ValueError) as error:
            done.set_exception(RecordRefused(str(error)))
        except StoreUnavailable as error:
            done.set_exception(ShardUnavailable(str(error)))
        else:
            done.set_result(None)

    async def _write(self, records: Sequence[LessonRecord]) -> None:
        await asyncio.to_thread(write_records, self._store, records)
