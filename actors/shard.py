"""A shard: one house of actors, and the waiting, telling and storing around it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from actors.effects import Commit
from actors.house import House
from actors.placement import Placement
from actors.ports import (
    Delivered,
    DirectoryEntry,
    Done,
    Item,
    LessonEntry,
    LessonView,
    Reading,
    Refusal,
    ShardUnavailable,
    SiteSummary,
    Told,
)
from actors.recorder import Recorder, Store, Stored
from actors.stats import ShardStats, process_facts
from actors.tracing import Trace, continued
from store.lessons import StoredLesson
from wire.errors import Fault

GATHER_S = 0.05
"""While readings come faster than this, what is not urgent waits to be gathered."""
RETRY_S = 0.25

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
        commit: Store,
        peer: Callable[[str], Peer],
        order_lease_s: float,
        life: int = 0,
    ) -> None:
        self.name = name
        self._life = life
        self.epoch = secrets.token_hex(8)
        self._clock_s = clock_s
        self._peer = peer
        self._locate = placement.shard_for
        self._house = House(name, self.epoch, self._locate, order_lease_s)
        self._recorder = Recorder(
            name,
            commit,
            on_stored=self._stored,
            on_change=self._recording_changed,
            wants_probe=lambda: self._house.has_lessons,
        )
        self._topics: dict[str, frozenset[str]] = {}
        self._waiting: dict[str, asyncio.Event] = {}
        self._given: dict[str, int] = {}
        """How far each hub was given the log, by whichever call."""
        self._busy = asyncio.Event()
        self._has_tells = asyncio.Event()
        self._house.restore(running_lessons(), self._now_ms())

    # --- the port -----------------------------------------------------------------------------

    async def deliver(self, hub: str, epoch: str, after: int, items: Sequence[Item]) -> Delivered:
        """Carry out a batch, in order."""
        began_s = self._clock_s()
        delivered = self._house.deliver(items, int(began_s * 1000))
        traces, self._house.traces = self._house.traces, []
        if not traces:
            return await self._answer(hub, epoch, after, delivered)
        with continued(traces, "shard", "shard batch", began_s, items=len(items)) as further:
            return await self._answer(hub, epoch, after, delivered, further)

    async def _answer(
        self, hub: str, epoch: str, after: int, delivered: Delivered, traces: Sequence[Trace] = ()
    ) -> Delivered:
        known = self._recorder.known
        awaited = [
            known + place
            for place, record in enumerate(self._house.records, 1)
            if isinstance(record, Commit)
        ]
        if not awaited:
            delivered = replace(delivered, reading=self._give(hub, epoch, after))
            self._settle(traces)
            return delivered
        self._settle(traces)
        if not await self._recorder.stored_by(awaited):
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

    async def summaries(self, trust: str) -> list[SiteSummary]:
        """The sites of a trust whose register this shard houses."""
        return self._house.summaries(trust)

    async def stats(self) -> ShardStats:
        """How this shard stands."""
        return ShardStats(
            name=self.name,
            epoch=self.epoch,
            life=self._life,
            process=process_facts(),
            devices=self._house.devices,
            records_waiting=self._recorder.waiting,
            record_age_s=self._recorder.age_s,
        )

    # --- beside the port ----------------------------------------------------------------------

    async def run(self) -> None:
        """Wake actors, tell other shards, store records: until cancelled.

        None of the three waits for another: a shard that hangs holds up no commit. Raises
        `store.lives.Fenced` (in a group) when a newer life of this shard has begun.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_waking())
            group.create_task(self._recorder.run())
            group.create_task(self._keep_telling())

    async def _keep_waking(self) -> None:
        while True:
            now_ms = self._now_ms()
            self._house.wake(now_ms)
            self._settle()
            due_ms = self._house.wake_at_ms
            timeout_s = 1.0 if due_ms is None else min(1.0, max(0.0, (due_ms - now_ms) / 1000))
            self._busy.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._busy.wait()
            except TimeoutError:
                pass

    async def _keep_telling(self) -> None:
        while True:
            await self._has_tells.wait()
            self._has_tells.clear()
            tells, self._house.tells = self._house.tells, []
            by_shard: dict[str, list[Told]] = {}
            for key, message in tells:
                by_shard.setdefault(self._locate(key), []).append((key, message))
            async with asyncio.TaskGroup() as group:
                for shard, batch in by_shard.items():
                    group.create_task(self._tell(shard, batch))

    async def _tell(self, shard: str, batch: list[Told]) -> None:
        """Tell one shard; what it did not take goes before what is told later."""
        try:
            await self._peer(shard)(batch)
        except (ShardUnavailable, TimeoutError):
            await asyncio.sleep(RETRY_S)
            self._house.tells = [*batch, *self._house.tells]
            self._has_tells.set()

    def _settle(self, traces: Sequence[Trace] = ()) -> None:
        """Wake the readers and the background for what the house has just done."""
        log = self._house.log
        if log.touched:
            for hub, event in self._waiting.items():
                if hub in log.touched or not log.touched.isdisjoint(
                    self._topics.get(hub, frozenset())
                ):
                    event.set()
            log.touched.clear()
        if self._house.wake_at_ms is not None:
            self._busy.set()
        if self._house.records:
            records, self._house.records = self._house.records, []
            self._recorder.take(records, traces)
        if self._house.tells:
            self._has_tells.set()

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

    def _stored(self, records: Stored) -> None:
        self._house.stored(records)
        self._settle()

    def _recording_changed(self, can_record: bool) -> None:
        self._house.can_record = can_record

    def _now_ms(self) -> int:
        return int(self._clock_s() * 1000)
