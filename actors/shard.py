"""A shard: one house of actors, and the waiting, telling and storing around it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from actors.house import House
from actors.keys import Key
from actors.placement import Placement
from actors.ports import (
    Delivered,
    DirectoryEntry,
    Done,
    Item,
    LessonEntry,
    LessonView,
    Reading,
    RecordRefused,
    Refusal,
    ShardUnavailable,
    Told,
)
from store.lessons import LessonRecord, StoredLesson
from wire.errors import Fault

GATHER_S = 0.05
"""While readings come faster than this, what is not urgent waits to be gathered."""
COMMIT_S = 5.0
"""A command whose records are not stored by then is answered as unavailable."""
RETRY_S = 0.25

Commit = Callable[[Sequence[LessonRecord]], Awaitable[None]]
Peer = Callable[[Sequence[Told]], Awaitable[None]]

_log = structlog.get_logger(__name__)


class Shard:
    """Implements `actors.ports.ShardPort`; `run` must be running beside it.

    Guarantees: batches take effect in the order of the calls; a command that has to be stored is
    answered after the commit; a message for an actor elsewhere is repeated until it was taken.
    """

    def __init__(
        self,
        name: str,
        placement: Placement,
        *,
        clock_s: Callable[[], float],
        running_lessons: Callable[[], list[StoredLesson]],
        commit: Commit,
        peer: Callable[[str], Peer],
        order_lease_s: float,
    ) -> None:
        self.name = name
        self.epoch = secrets.token_hex(8)
        self._clock_s = clock_s
        self._commit = commit
        self._peer = peer
        self._locate = placement.shard_for
        self._house = House(name, self.epoch, self._locate, order_lease_s)
        self._topics: dict[str, frozenset[str]] = {}
        self._waiting: dict[str, asyncio.Event] = {}
        self._given: dict[str, int] = {}
        """How far each hub was given the log, by whichever call."""
        self._busy = asyncio.Event()
        self._stored = asyncio.Condition()
        self._commits_begun = 0
        self._commits_done = 0
        self._commits_refused: set[int] = set()
        self._house.restore(running_lessons(), self._now_ms())

    # --- the port -----------------------------------------------------------------------------

    async def deliver(self, hub: str, epoch: str, after: int, items: Sequence[Item]) -> Delivered:
        """Carry out a batch, in order."""
        delivered = self._house.deliver(items, self._now_ms())
        if not self._house.records:
            delivered = replace(delivered, reading=self._give(hub, epoch, after))
            self._settle()
            return delivered
        mark = self._commits_begun + 1
        self._settle()
        if not await self._stored_by(mark):
            refusal = Refusal(Fault.UNAVAILABLE, "This could not be stored yet.")
            answers = tuple(refusal if a == Done() else a for a in delivered.answers)
            return replace(delivered, answers=answers)
        return delivered

    async def told(self, messages: Sequence[Told]) -> None:
        """Take what actors of other shards tell those here."""
        self._house.told(messages, self._now_ms())
        self._settle()

    async def follow(self, hub: str, topics: frozenset[str]) -> None:
        """These are the lesson topics whose patches this hub reads from now on."""
        self._topics[hub] = topics

    async def read(self, hub: str, epoch: str, after: int, wait_s: float) -> Reading:
        """Wait up to `wait_s` for something after the cursor; one call at a time for each hub."""
        until_s = asyncio.get_running_loop().time() + wait_s
        event = self._waiting[hub] = asyncio.Event()
        while not self._has_news(hub, epoch, after):
            event.clear()
            try:
                async with asyncio.timeout_at(until_s):
                    await event.wait()
            except TimeoutError:
                break
        return self._give(hub, epoch, after)

    async def view(self, topic: str) -> LessonView:
        """This shard's part of a lesson as it is now."""
        return self._house.view(topic)

    async def since(self, topic: str, epoch: str, after: int) -> list[LessonEntry] | None:
        """What was published on a topic after a position; None when that is not known."""
        return self._house.log.since(topic, epoch, after)

    async def directory(self, trust: str, site: str) -> list[DirectoryEntry]:
        """The devices known to a site's register, if this shard houses it."""
        return self._house.directory(trust, site)

    # --- beside the port ----------------------------------------------------------------------

    async def run(self) -> None:
        """Wake actors, tell other shards, store records: until cancelled."""
        while True:
            now_ms = self._now_ms()
            self._house.wake(now_ms)
            self._settle()
            if self._house.records or self._house.tells:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._store())
                    group.create_task(self._tell())
                continue
            due_ms = self._house.wake_at_ms
            timeout_s = 1.0 if due_ms is None else min(1.0, max(0.0, (due_ms - now_ms) / 1000))
            self._busy.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._busy.wait()
            except TimeoutError:
                pass

    async def _store(self) -> None:
        records = self._house.records
        if not records:
            return
        self._house.records = []
        self._commits_begun += 1
        try:
            await self._commit(records)
        except RecordRefused as error:
            _log.error("records_refused", shard=self.name, records=len(records), error=str(error))
            self._commits_refused.add(self._commits_begun)
        except ShardUnavailable as error:
            _log.warning("records_not_stored", shard=self.name, error=str(error))
            self._house.records = [*records, *self._house.records]
            self._commits_begun -= 1
            await asyncio.sleep(RETRY_S)
            return
        async with self._stored:
            self._commits_done += 1
            self._stored.notify_all()

    async def _tell(self) -> None:
        tells, self._house.tells = self._house.tells, []
        by_shard: dict[str, list[Told]] = {}
        for key, message in tells:
            by_shard.setdefault(self._locate(key), []).append((key, message))
        failed: list[tuple[Key, object]] = []
        for shard, batch in by_shard.items():
            try:
                await self._peer(shard)(batch)
            except (ShardUnavailable, TimeoutError):
                failed += batch
        if failed:
            self._house.tells = [*failed, *self._house.tells]
            await asyncio.sleep(RETRY_S)

    def _settle(self) -> None:
        """Wake the readers and the background for what the house has just done."""
        log = self._house.log
        if log.touched:
            for hub, event in self._waiting.items():
                if hub in log.touched or not log.touched.isdisjoint(
                    self._topics.get(hub, frozenset())
                ):
                    event.set()
            log.touched.clear()
        if self._house.records or self._house.tells or self._house.wake_at_ms is not None:
            self._busy.set()

    def _give(self, hub: str, epoch: str, after: int) -> Reading:
        """Everything for a hub that it was not given yet."""
        reading = self._house.log.read(
            hub, epoch, self._start(hub, epoch, after), self._followed(hub)
        )
        self._given[hub] = reading.cursor
        return reading

    def _has_news(self, hub: str, epoch: str, after: int) -> bool:
        start = self._start(hub, epoch, after)
        return self._house.log.has_news(hub, epoch, start, self._followed(hub))

    def _start(self, hub: str, epoch: str, after: int) -> int:
        return max(after, self._given.get(hub, 0)) if epoch == self.epoch else after

    def _followed(self, hub: str) -> frozenset[str]:
        return self._topics.get(hub, frozenset())

    async def _stored_by(self, mark: int) -> bool:
        try:
            async with asyncio.timeout(COMMIT_S), self._stored:
                await self._stored.wait_for(lambda: self._commits_done >= mark)
        except TimeoutError:
            return False
        return mark not in self._commits_refused

    def _now_ms(self) -> int:
        return int(self._clock_s() * 1000)
