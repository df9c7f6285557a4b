"""What one shard has to store: kept in order until the archivist says that it is on disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from actors.effects import Commit, Keep
from actors.ports import RecordRefused, ShardUnavailable
from actors.stats import Backlog
from actors.tracing import Trace
from store.records import Record

COMMIT_S = 2.0
"""A command whose records are not stored by then is answered as unavailable."""
LATE_S = 1.0
"""When the archivist takes longer than this, nothing can be recorded at present."""
PROBE_S = 1.0
"""How often an idle shard asks whether a record could be stored."""
RETRY_S = 0.25
BATCH_RECORDS = 2_000

Stored = Sequence[Commit | Keep]


class Store(Protocol):
    """Stores records, in the traces that led to them."""

    async def __call__(self, records: Sequence[Record], traces: Sequence[Trace] = ()) -> None:
        """Returns when they are on disk."""
        ...


_log = structlog.get_logger(__name__)


class Recorder:
    """Stores records through `commit`, in order; `run` must be running.

    Guarantees: what `on_stored` is told is on disk, or is a dead letter because it can never be
    stored; nothing is dropped while this lives. `on_change` is told whether records can be stored
    now, within about a second of a change, as long as `wants_probe` says that somebody must know.
    `store.lives.Fenced` ends `run`.
    """

    def __init__(
        self,
        name: str,
        commit: Store,
        *,
        on_stored: Callable[[Stored], None],
        on_change: Callable[[bool], None],
        wants_probe: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._commit = commit
        self._on_stored = on_stored
        self._on_change = on_change
        self._wants_probe = wants_probe
        self._clock = clock
        self._waiting: list[Commit | Keep] = []
        self._traces: list[tuple[int, Trace]] = []
        """By the number of the record up to which the commit belongs to the trace."""
        self._backlog = Backlog()
        self._trying_s: float | None = None
        self._settled = 0
        self._refused: set[int] = set()
        self._can_record = True
        self._has_some = asyncio.Event()
        self._stored = asyncio.Condition()

    @property
    def known(self) -> int:
        """How many records there were so far, stored or not."""
        return self._settled + len(self._waiting)

    @property
    def waiting(self) -> int:
        """How many records wait."""
        return len(self._waiting)

    @property
    def age_s(self) -> float:
        """Seconds for which the oldest record has waited; 0: none waits."""
        return self._backlog.age_s

    def take(self, records: Stored, traces: Sequence[Trace] = ()) -> None:
        """Store these, after those that wait; their commit belongs to these traces."""
        self._waiting += records
        self._traces += [(self.known, trace) for trace in traces]
        self._backlog.came(self.known)
        self._has_some.set()

    async def stored_by(self, numbers: Sequence[int]) -> bool:
        """Whether these records, counted from 1 as they came, are stored within `COMMIT_S`."""
        last = max(numbers)
        try:
            async with asyncio.timeout(COMMIT_S), self._stored:
                await self._stored.wait_for(lambda: self._settled >= last)
        except TimeoutError:
            return False
        refused = self._refused.intersection(numbers)
        self._refused -= refused
        return not refused

    async def run(self) -> None:
        """Store until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            while True:
                self._has_some.clear()
                if self._waiting:
                    await self._store(self._waiting[:BATCH_RECORDS])
                elif self._wants_probe():
                    await self._try([])
                if not self._waiting:
                    await self._wait(self._has_some, PROBE_S)

    async def _store(self, records: Stored) -> None:
        """Store these together; when some of them are refused, find out which."""
        try:
            if await self._try(records):
                await self._settle(records)
        except RecordRefused as error:
            if len(records) > 1:
                for half in (records[: len(records) // 2], records[len(records) // 2 :]):
                    await self._store_part(half)
                return
            kind = type(records[0].record).__name__
            _log.error("record_refused", shard=self._name, record=kind, error=str(error))
            if isinstance(records[0], Commit):
                self._refused.add(self._settled + 1)
            await self._settle(records)

    async def _store_part(self, records: Stored) -> None:
        """Store these before anything that comes after them."""
        end = self._settled + len(records)
        while (left := end - self._settled) > 0:
            await self._store(self._waiting[:left])

    async def _try(self, records: Stored) -> bool:
        self._trying_s = self._clock()
        try:
            facts = [one.record for one in records]
            end = self._settled + len(records)
            traces = [trace for number, trace in self._traces if number <= end]
            await (self._commit(facts, traces) if traces else self._commit(facts))
        except ShardUnavailable as error:
            _log.warning("records_not_stored", shard=self._name, error=str(error))
            self._say(False)
            await asyncio.sleep(RETRY_S)
            return False
        finally:
            self._trying_s = None
        self._say(True)
        return True

    async def _settle(self, records: Stored) -> None:
        async with self._stored:
            del self._waiting[: len(records)]
            self._settled += len(records)
            self._traces = [one for one in self._traces if one[0] > self._settled]
            self._backlog.went(self._settled)
            self._stored.notify_all()
        self._on_stored(records)

    async def _watch(self) -> None:
        """Notice a commit that does not come to an end."""
        while True:
            await asyncio.sleep(LATE_S / 4)
            if self._trying_s is not None and self._clock() - self._trying_s > LATE_S:
                self._say(False)

    def _say(self, can_record: bool) -> None:
        if can_record != self._can_record:
            self._can_record = can_record
            _log.warning("recording_changed", shard=self._name, can_record=can_record)
            self._on_change(can_record)

    @staticmethod
    async def _wait(event: asyncio.Event, longest_s: float) -> None:
        try:
            async with asyncio.timeout(longest_s):
                await event.wait()
        except TimeoutError:
            return
