"""The one writer of durable facts: takes records from every shard and commits them in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from actors.ports import RecordRefused, ShardUnavailable
from actors.stats import ArchivistStats, CommitWatch, HubNote
from actors.tracing import Trace, continued
from store.dead_letters import DeadLetter, keep, letter_of
from store.engine import Store, StoreUnavailable
from store.lives import Fenced, begin_life
from store.records import Record
from store.writing import Batch, write_batches

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

GROUP_RECORDS = 5_000
"""A group takes no further call once it holds this many records."""


@dataclass(frozen=True, slots=True)
class _Call:
    batch: Batch
    done: asyncio.Future[None]


class Archivist:
    """Commits records in the order in which they came.

    `commit` returns after its records are on disk; calls that come while a commit is under way
    share the next one. A record that can never be stored becomes a dead letter and harms nobody
    else. While the database cannot be written nothing is acknowledged and every call fails with
    `ShardUnavailable`; the first call after that finds it again by itself.
    """

    def __init__(self, store: Store, clock_s: Callable[[], float]) -> None:
        self._store = store
        self._clock_s = clock_s
        self._waiting: list[_Call] = []
        self._writing = asyncio.Lock()
        self._watch = CommitWatch()

    async def stats(self, note: HubNote) -> ArchivistStats:
        """How the archivist stands, for a hub that says how it stands itself."""
        self._watch.hear(note)
        return self._watch.stats()

    async def begin_life(self, shard: str) -> int:
        """Begin a new life of a shard; commits of its earlier lives are refused from now on."""
        return await self._ask(begin_life, self._store, shard)

    async def commit(
        self,
        records: Sequence[Record],
        shard: str = "",
        life: int = 0,
        traces: Sequence[Trace] = (),
    ) -> None:
        """Store records; returns when they are committed.

        Raises `RecordRefused` when some can never be stored: those are dead letters now, and
        the others are stored. `Fenced` when a newer life of the shard has begun, and
        `ShardUnavailable` when the database does not take them now; then none is acknowledged.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(Batch(records, shard, life), done))
        with (
            self._watch.waiting(len(records)),
            continued(traces, "archivist", "archivist commit", records=len(records)),
        ):
            try:
                async with self._writing:
                    while not done.done():
                        await self._write_group()
                await done
            finally:
                done.cancel()

    async def keep_dead_letter(self, letter: DeadLetter) -> None:
        """Keep something that can never be carried out; raises `ShardUnavailable`."""
        await self._ask(keep, self._store, [letter])

    async def _write_group(self) -> None:
        group = self._take()
        try:
            await self._settle(group)
        except BaseException:
            left = [call for call in group if not call.done.done()]
            self._waiting = [*left, *self._waiting]
            raise

    def _take(self) -> list[_Call]:
        """The calls of the next group, without those that were given up."""
        waiting = [call for call in self._waiting if not call.done.done()]
        records = end = 0
        while end < len(waiting) and records < GROUP_RECORDS:
            records += len(waiting[end].batch.records)
            end += 1
        self._waiting = waiting[end:]
        return waiting[:end]

    async def _settle(self, group: Sequence[_Call]) -> None:
        """Write the group together; when that is refused, each call by itself."""
        batches = [call.batch for call in group]
        try:
            with self._watch.committing(sum(len(batch.records) for batch in batches)):
                fenced = await asyncio.to_thread(write_batches, self._store, batches)
        except StoreUnavailable as error:
            for call in group:
                _fail(call, ShardUnavailable(str(error)))
        except (LookupError, ValueError):
            for call in group:
                await self._settle_alone(call)
        else:
            for index, call in enumerate(group):
                if index in fenced:
                    _fail(call, _fenced(call.batch))
                elif not call.done.done():
                    call.done.set_result(None)

    async def _settle_alone(self, call: _Call) -> None:
        try:
            reasons = await asyncio.to_thread(self._write_sound, call.batch)
        except StoreUnavailable as error:
            _fail(call, ShardUnavailable(str(error)))
        except Fenced as error:
            _fail(call, error)
        else:
            if reasons:
                _fail(call, RecordRefused("; ".join(reasons)))
            elif not call.done.done():
                call.done.set_result(None)

    def _write_sound(self, batch: Batch) -> list[str]:
        """Write what can be written and keep the rest as dead letters; answers their reasons."""
        try:
            if write_batches(self._store, [batch]):
                raise _fenced(batch)
            return []
        except (LookupError, ValueError) as error:
            if len(batch.records) == 1:
                letter = letter_of(batch.records[0], str(error), int(self._clock_s() * 1000))
                keep(self._store, [letter])
                return [str(error)]
        half = len(batch.records) // 2
        return [
            *self._write_sound(replace(batch, records=batch.records[:half])),
            *self._write_sound(replace(batch, records=batch.records[half:])),
        ]

    async def _ask(
        self, question: Callable[Asked, Answer], *arguments: Asked.args, **named: Asked.kwargs
    ) -> Answer:
        try:
            return await asyncio.to_thread(question, *arguments, **named)
        except StoreUnavailable as error:
            raise ShardUnavailable(str(error)) from error


def _fail(call: _Call, error: Exception) -> None:
    if not call.done.done():
        call.done.set_exception(error)


def _fenced(batch: Batch) -> Fenced:
    return Fenced(f"life {batch.life} of {batch.shard} is over")
