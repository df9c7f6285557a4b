"""The runtime on Ray: the only module that imports it.

Every shard and the archivist is a Ray actor. Ray restarts one that dies; its new life takes up
the running lessons from the archivist, and the hub attaches its devices again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import psutil
import ray
import structlog
from ray._private import ray_constants
from ray.exceptions import RayError, RayTaskError

from actors.archivist import Archivist
from actors.keys import Key, Kind
from actors.placement import Placement
from actors.ports import (
    Delivered,
    DirectoryEntry,
    Item,
    LessonEntry,
    LessonView,
    Reading,
    RecordRefused,
    ShardPort,
    ShardUnavailable,
    SiteSummary,
    Told,
)
from actors.processes import children, descendants, end
from actors.shard import Peer, Shard
from actors.stats import ArchivistStats, HubNote, RuntimeStats, ShardStats
from store.dead_letters import DeadLetter
from store.engine import open_store
from store.lessons import StoredLesson, running_lessons
from store.lives import Fenced
from store.records import Record

CALL_S = 10.0
"""A call that takes longer is given up; the caller sends the batch again."""
PING_S = 3.0
SHUTDOWN_S = 20.0
ARCHIVIST = "archivist"
STATS_SHARDS = 200
"""Of so many shards at most it is asked how they stand: a device each may make thousands."""

_log = structlog.get_logger(__name__)


class ArchivistActor:
    """The archivist as a Ray actor."""

    def __init__(self, database_url: str, clock_s: Callable[[], float]) -> None:
        self._store = open_store(database_url)
        self._archivist = Archivist(self._store, clock_s)

    async def begin_life(self, shard: str) -> int:
        """See `Archivist.begin_life`."""
        return await self._archivist.begin_life(shard)

    async def commit(self, records: Sequence[Record], shard: str = "", life: int = 0) -> None:
        """See `Archivist.commit`."""
        await self._archivist.commit(records, shard, life)

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
    """A shard as a Ray actor; finds the archivist and its peers by name."""

    def __init__(
        self,
        name: str,
        placement: Placement,
        clock_s: Callable[[], float],
        namespace: str,
        order_lease_s: float,
    ) -> None:
        self._namespace = namespace
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

    async def ping(self) -> int:
        """The id of this process."""
        return os.getpid()

    async def run(self) -> None:
        """See `Shard.run`; a life that is over ends its process, and Ray sees to the rest."""
        try:
            await super().run()
        except* Fenced as errors:
            _log.error("shard_fenced", shard=self.name, error=str(errors.exceptions[0]))
            os._exit(1)

    def _running_lessons(self) -> list[StoredLesson]:
        lessons: list[StoredLesson] = self._ask(lambda: self._handle(ARCHIVIST).running_lessons)
        return lessons

    def _begin_life(self, name: str) -> int:
        life: int = self._ask(lambda: self._handle(ARCHIVIST).begin_life, name)
        return life

    def _ask(self, method: Callable[[], Any], *arguments: object) -> Any:
        """Waits for the archivist and its database, however long: Ray gives up for good on an
        actor that cannot begin."""
        while True:
            try:
                return ray.get(method().remote(*arguments), timeout=CALL_S)
            except RayError:
                time.sleep(0.2)

    async def _commit_remotely(self, records: Sequence[Record]) -> None:
        await _call(lambda: self._handle(ARCHIVIST).commit.remote(records, self.name, self._life))

    def _peer_of(self, name: str) -> Peer:
        async def tell(messages: Sequence[Told]) -> None:
            try:
                handle = self._handle(name)
            except ValueError:
                return  # The shard of a device that never came; it asks when it comes.
            await _call(lambda: handle.told.remote(messages))

        return tell

    def _handle(self, name: str) -> Any:
        if name not in self._handles:
            self._handles[name] = ray.get_actor(name, namespace=self._namespace)
        return self._handles[name]


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
        delivered: Delivered = await _call(
            lambda: self.handle.deliver.remote(hub, epoch, after, items)
        )
        return delivered

    async def follow(self, hub: str, topics: frozenset[str]) -> None:
        """See `ShardPort.follow`."""
        await _call(lambda: self.handle.follow.remote(hub, topics))

    async def read(self, hub: str, epoch: str, after: int, wait_s: float) -> Reading:
        """See `ShardPort.read`."""
        reading: Reading = await _call(
            lambda: self.handle.read.remote(hub, epoch, after, wait_s), CALL_S + wait_s
        )
        return reading

    async def view(self, topic: str) -> LessonView:
        """See `ShardPort.view`."""
        view: LessonView = await _call(lambda: self.handle.view.remote(topic))
        return view

    async def since(self, topic: str, epoch: str, after: int) -> list[LessonEntry] | None:
        """See `ShardPort.since`."""
        entries: list[LessonEntry] | None = await _call(
            lambda: self.handle.since.remote(topic, epoch, after)
        )
        return entries

    async def directory(self, trust: str, site: str) -> list[DirectoryEntry]:
        """See `ShardPort.directory`."""
        entries: list[DirectoryEntry] = await _call(
            lambda: self.handle.directory.remote(trust, site)
        )
        return entries

    async def summaries(self, trust: str) -> list[SiteSummary]:
        """See `ShardPort.summaries`."""
        summaries: list[SiteSummary] = await _call(lambda: self.handle.summaries.remote(trust))
        return summaries

    async def stats(self) -> ShardStats:
        """See `ShardPort.stats`."""
        stats: ShardStats = await _call(lambda: self.handle.stats.remote(), PING_S)
        return stats

    async def ping(self) -> int:
        """The id of the shard's process."""
        pid: int = await _call(lambda: self.handle.ping.remote(), PING_S)
        return pid


class RayRuntime:
    """Implements `actors.ports.Runtime` on Ray.

    `address` "" starts Ray on this machine, on loopback, and ends it with `stop`; otherwise it
    is the address of a cluster. `devices` are the device keys for which shards of their own are
    made when the placement asks for that.
    """

    def __init__(
        self,
        placement: Placement,
        database_url: str,
        *,
        clock_s: Callable[[], float],
        address: str = "",
        devices: Sequence[Key] = (),
        order_lease_s: float = 90.0,
        namespace: str = "formroom",
    ) -> None:
        self._placement = placement
        self._database_url = database_url
        self._clock_s = clock_s
        self._address = address
        self._devices = tuple(devices)
        self._order_lease_s = order_lease_s
        self._namespace = namespace
        self._gcs = ("", 0)
        self._roots: set[psutil.Process] = set()
        self._processes: set[psutil.Process] = set()
        self._archivist: Any = None
        self._shards: dict[str, RayShard] = {}
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Start or join Ray, and bring every shard up."""
        # Ray warns of what was chosen here (a token, a thread), and says how to undo it.
        log = logging.getLogger("ray")
        level = log.level
        log.setLevel(logging.ERROR)
        try:
            await asyncio.to_thread(self._init)
        finally:
            log.setLevel(level)
            _take_signals_back()
        self._stack = AsyncExitStack()
        self._group = await self._stack.enter_async_context(asyncio.TaskGroup())
        self._archivist = self._make(ArchivistActor, ARCHIVIST, self._database_url, self._clock_s)
        await _call(lambda: self._archivist.ping.remote(), 60.0)
        names = [*self._placement.pool_shards(), *self._shards]
        if self._placement.is_individual:
            names += [self._placement.shard_for(key) for key in self._devices]
        names = list(dict.fromkeys(names))
        for name in names:
            self._bring_up(name)
        for name in names:
            await _call(lambda name=name: self._shards[name].handle.ping.remote(), 120.0)  # type: ignore[misc]
        self._processes = await asyncio.to_thread(descendants, self._roots)

    async def stop(self) -> None:
        """End every shard, and Ray if it was started here."""
        for task in self._runs.values():
            task.cancel()
        await self._stack.aclose()
        self._group = self._archivist = None
        self._runs.clear()
        for shard in self._shards.values():
            shard.handle = None
        try:
            async with asyncio.timeout(SHUTDOWN_S):
                await asyncio.to_thread(self._shut_down)
        finally:
            _take_signals_back()

    def shard_for(self, key: Key) -> ShardPort:
        """The shard that houses an actor."""
        name = self._placement.shard_for(key)
        return self._shards.get(name) or self._bring_up(name)

    def shards_of(self, trust: str, site: str) -> tuple[ShardPort, ...]:
        """Every shard that may house an actor of a site."""
        prefix = f"{Kind.DEVICE.value}:{trust}:{site}:"
        own = sorted(name for name in self._shards if name.startswith(prefix))
        return tuple(self._shards[name] for name in (*self._placement.shards_of(trust, site), *own))

    async def is_healthy(self) -> bool:
        """Whether Ray's control service and every shard answer."""
        try:
            async with asyncio.timeout(PING_S):
                _, writer = await asyncio.open_connection(*self._gcs)
            writer.close()
            await self.pids()
        except (OSError, TimeoutError, ShardUnavailable):
            return False
        return True

    async def pids(self) -> dict[str, int]:
        """The process of every shard and of the archivist."""
        if self._archivist is None:
            raise ShardUnavailable("the runtime is not running")
        shards = tuple(self._shards.items())
        pids = await asyncio.gather(
            _call(lambda: self._archivist.ping.remote(), PING_S),
            *(shard.ping() for _, shard in shards),
        )
        return dict(zip((ARCHIVIST, *(name for name, _ in shards)), pids, strict=True))

    async def stats(self, note: HubNote) -> RuntimeStats:
        """How shards and archivist stand, as far as they answer within `PING_S`."""

        async def of_shard(shard: RayShard) -> ShardStats | None:
            try:
                return await shard.stats()
            except ShardUnavailable:
                return None

        async def of_archivist() -> ArchivistStats | None:
            try:
                stats: ArchivistStats = await _call(
                    lambda: self._archivist.stats.remote(note), PING_S
                )
            except (AttributeError, ShardUnavailable):
                return None  # Between two lives of Ray there is no archivist.
            return stats

        names = list(self._shards)[:STATS_SHARDS]
        archivist, found = await asyncio.gather(
            of_archivist(), asyncio.gather(*(of_shard(self._shards[name]) for name in names))
        )
        return RuntimeStats(dict(zip(names, found, strict=True)), archivist)

    def _init(self) -> None:
        mode = os.environ.get("RAY_AUTH_MODE", "token" if not self._address else "disabled")
        if mode != "token":
            raise RuntimeError("Ray must ask for its token: start with RAY_AUTH_MODE=token")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        # An address is always given: without one Ray joins whatever cluster it finds.
        if self._address:
            ray.init(address=self._address, namespace=self._namespace, log_to_driver=False)
        else:
            # Without this Ray takes 127.0.0.1 for the address of the network's interface, and
            # listens there for whoever comes.
            ray_constants.ENABLE_RAY_CLUSTER = False
            os.environ[ray_constants.ENABLE_RAY_CLUSTERS_ENV_VAR] = "0"
            before = children()
            ray.init(
                address="local",
                namespace=self._namespace,
                include_dashboard=False,
                log_to_driver=False,
                configure_logging=False,
                num_cpus=1,
                object_store_memory=256 * 1024 * 1024,
                _node_ip_address="127.0.0.1",
            )
            self._roots = children() - before
        host, port = ray.get_runtime_context().gcs_address.rsplit(":", 1)
        self._gcs = (host, int(port))

    def _shut_down(self) -> None:
        processes = self._processes | descendants(self._roots)
        ray.shutdown()
        # Without its control service Ray leaves some of its processes to themselves.
        end(processes)
        self._roots, self._processes = set(), set()

    def _make(self, kind: type, name: str, *arguments: object) -> Any:
        remote: Any = ray.remote(kind)
        return remote.options(
            name=name, num_cpus=0, max_restarts=-1, max_task_retries=0, max_concurrency=1000
        ).remote(*arguments)

    def _bring_up(self, name: str) -> RayShard:
        if self._group is None:
            raise ShardUnavailable("the runtime is not running")
        handle = self._make(
            ShardActor, name, name, self._placement, self._clock_s, self._namespace,
            self._order_lease_s,
        )  # fmt: skip
        shard = self._shards.setdefault(name, RayShard(name))
        shard.handle = handle
        self._runs[name] = self._group.create_task(self._keep_running(shard), name=name)
        return shard

    async def _keep_running(self, shard: RayShard) -> None:
        """Run a shard's background, in each of its lives."""
        while True:
            try:
                await shard.handle.run.remote()
            except (RayError, ShardUnavailable) as error:
                _log.warning("shard_ended", shard=shard.name, error=str(error)[:1000])
                await asyncio.sleep(0.2)


async def _call(call: Callable[[], Awaitable[Any]], timeout_s: float = CALL_S) -> Any:
    try:
        async with asyncio.timeout(timeout_s):
            return await call()
    except RayTaskError as error:
        cause = error.cause
        if isinstance(cause, RecordRefused | ShardUnavailable | Fenced):
            raise type(cause)(str(cause)) from None
        _log.error("call_failed", error=str(error)[:2000])
        raise ShardUnavailable(f"{type(cause).__name__}: {cause}"[:300]) from error
    except (RayError, TimeoutError) as error:
        raise ShardUnavailable(f"{type(error).__name__}: {error}"[:300]) from error


def _take_signals_back() -> None:
    """Ray puts a handler of its own in place of Python's, and none when it ends."""
    handler = signal.getsignal(signal.SIGTERM)
    if handler is not None:
        signal.signal(signal.SIGTERM, handler)
        signal.siginterrupt(signal.SIGTERM, False)
