"""The Ray actors themselves: the archivist, and a shard that finds it and its peers by name."""

from __future__ import annotations

import asyncio
import os
import pickle
import time
from collections.abc import Callable, Sequence
from typing import Any

import ray
import structlog
from ray.exceptions import RayError

from actors.archivist import Archivist
from actors.cluster.calls import CALL_S, call
from actors.garbage import collect_seldom
from actors.placement import Placement
from actors.ports import ShardUnavailable, Told
from actors.shard import Peer, Shard
from actors.stats import ArchivistStats, HubNote
from actors.tracing import Trace
from store.dead_letters import DeadLetter
from store.engine import open_store
from store.lessons import StoredLesson, running_lessons
from store.lives import Fenced
from store.records import Record

ARCHIVIST = "archivist"
ASK_AGAIN_S = 0.2

_log = structlog.get_logger(__name__)


class ArchivistActor:
    """The archivist as a Ray actor."""

    def __init__(self, database_url: str, clock_s: Callable[[], float]) -> None:
        self._store = open_store(database_url)
        self._archivist = Archivist(self._store, clock_s)

    async def begin_life(self, shard: str) -> int:
        """See `Archivist.begin_life`."""
        return await self._archivist.begin_life(shard)

    async def commit(
        self, records: Sequence[Record], shard: str, life: int, traces: Sequence[Trace] = ()
    ) -> None:
        """See `Archivist.commit`."""
        await self._archivist.commit(records, shard, life, traces)

    async def keep_dead_letter(self, letter: DeadLetter) -> None:
        """See `Archivist.keep_dead_letter`."""
        await self._archivist.keep_dead_letter(letter)

    async def running_lessons(self) -> list[StoredLesson]:
        """Every lesson that runs."""
        return await asyncio.to_thread(running_lessons, self._store)

    async def stats(self, note: HubNote) -> ArchivistStats:
        """See `Archivist.stats`."""
        return await self._archivist.stats(note)

    async def ping(self) -> int:
        """The id of this process."""
        return os.getpid()


class ShardActor(Shard):
    """A shard as a Ray actor: alive from its first moment, whichever hub made it.

    `prefix` and the name of a shard make the name of its actor in Ray's namespace.
    """

    def __init__(
        self,
        name: str,
        placement: Placement,
        clock_s: Callable[[], float],
        namespace: str,
        prefix: str,
        order_lease_s: float,
    ) -> None:
        self._namespace = namespace
        self._prefix = prefix
        self._handles: dict[str, Any] = {}
        # Before the lessons are read: nothing that an earlier life still writes comes after.
        life = self._begin_life(name)
        super().__init__(
            name,
            placement,
            clock_s=clock_s,
            running_lessons=self._running_lessons,
            commit=self._commit_remotely,
            peer=self._peer_of,
            order_lease_s=order_lease_s,
            life=life,
        )
        collect_seldom()
        self._living = asyncio.get_running_loop().create_task(self._live())

    async def ping(self) -> int:
        """The id of this process."""
        return os.getpid()

    async def deliver_packed(self, packed: bytes) -> bytes:
        """`deliver`, with its arguments and its answer pickled."""
        hub, epoch, after, items = pickle.loads(packed)
        delivered = await self.deliver(hub, epoch, after, items)
        return pickle.dumps(delivered, pickle.HIGHEST_PROTOCOL)

    async def _live(self) -> None:
        """Run until the life is over, and end the process with it: Ray sees to the rest."""
        try:
            await self.run()
        except* Fenced as errors:
            _log.error("shard_fenced", shard=self.name, error=str(errors.exceptions[0]))
        except* Exception:  # noqa: BLE001 (whatever it was, a life without it is over)
            _log.exception("shard_failed", shard=self.name)
        finally:
            os._exit(1)

    def _running_lessons(self) -> list[StoredLesson]:
        lessons: list[StoredLesson] = self._ask("running_lessons")
        return lessons

    def _begin_life(self, name: str) -> int:
        life: int = self._ask("begin_life", name)
        return life

    def _ask(self, method: str, *arguments: object) -> Any:
        """Waits for the archivist and its database, however long: Ray gives up for good on an
        actor that cannot begin."""
        while True:
            try:
                asked = getattr(self._handle(ARCHIVIST), method).remote(*arguments)
                return ray.get(asked, timeout=CALL_S)
            except (RayError, ValueError):
                self._handles.pop(ARCHIVIST, None)
                time.sleep(ASK_AGAIN_S)

    async def _commit_remotely(
        self, records: Sequence[Record], traces: Sequence[Trace] = ()
    ) -> None:
        await self._call(ARCHIVIST, "commit", records, self.name, self._life, traces)

    def _peer_of(self, name: str) -> Peer:
        async def tell(messages: Sequence[Told]) -> None:
            try:
                self._handle(name)
            except ValueError:
                return  # The shard of a device that never came; it asks when it comes.
            await self._call(name, "told", messages)

        return tell

    async def _call(self, name: str, method: str, *arguments: object) -> None:
        """Call an actor by name; one that did not answer is looked up again the next time."""
        try:
            handle = self._handle(name)
        except ValueError as error:
            raise ShardUnavailable(f"{name} is not up") from error
        try:
            await call(lambda: getattr(handle, method).remote(*arguments))
        except ShardUnavailable:
            self._handles.pop(name, None)
            raise

    def _handle(self, name: str) -> Any:
        if name not in self._handles:
            self._handles[name] = ray.get_actor(self._prefix + name, namespace=self._namespace)
        return self._handles[name]
