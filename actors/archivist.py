"""The one writer of durable facts: takes records from every shard and commits them in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from store.engine import Store
from store.lessons import LessonRecord, write_records


class Archivist:
    """Commits records in the order in which they came.

    `commit` returns after its records are on disk; calls that come while a commit is under way
    share the next one. When a group cannot be written every caller of it gets the error, and
    nothing of the group is stored.
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
        group, self._waiting = self._waiting, []
        records = [record for batch, _ in group for record in batch]
        try:
            await asyncio.to_thread(write_records, self._store, records)
        except Exception as error:  # noqa: BLE001  every caller gets it
            for _, done in group:
                done.set_exception(error)
            return
        for _, done in group:
            done.set_result(None)
