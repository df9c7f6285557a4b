"""The runtime on Ray, as one hub uses it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import ray
import structlog
from ray.exceptions import RayError

from actors.cluster.calls import PING_S, call
from actors.cluster.connection import Connection, State
from actors.cluster.directory import Directory, Stage
from actors.cluster.houses import ARCHIVIST, ArchivistActor, ShardActor
from actors.cluster.nodes import Node, Site, is_of, labelled_sites, labels_of, pool_labels
from actors.cluster.plan import Plan
from actors.cluster.proxies import RayShard
from actors.keys import Key, Kind
from actors.placement import Placement
from actors.ports import Health, ShardPort, ShardUnavailable
from actors.stats import ArchivistStats, HubNote, RuntimeStats, ShardStats
from store.dead_letters import DeadLetter

FIRST_S = 120.0
"""How long the archivist and the shards may take to come up."""
LOOK_S = 0.5
HUNG_S = 10.0
"""Silence after which a part that is alive for Ray is ended, so that Ray starts it again."""
GIVE_UP_S = 45.0
"""Silence of a part after which everything is started again, or the cluster joined again."""
AWAY_S = 20.0
"""Silence of a cluster's control service after which this process lets go of it: Ray would end
the whole process after 60 s."""
SETTLE_S = 5.0
"""How long a site's node has to be there before its shards come back to it."""
STATS_SHARDS = 200
"""Of so many shards at most it is asked how they stand: a device each may make thousands."""

Result = TypeVar("Result")

_log = structlog.get_logger(__name__)


class RayRuntime:
    """Implements `actors.ports.Runtime` on Ray.

    `plan` is what this hub wants the shards to run with; in a cluster the plan that is there
    already is used, if the two agree. `address` "" starts Ray on this machine; otherwise the
    shards belong to the cluster, and outlive this process. `devices` are the device keys for
    which shards of their own are made at once when the plan asks for that. `on_moved` is called
    with the sites whose actors live in other shards from now on.
    """

    def __init__(
        self,
        plan: Plan,
        database_url: str,
        *,
        clock_s: Callable[[], float],
        address: str = "",
        devices: Sequence[Key] = (),
        started: Path | None = None,
        namespace: str = "formroom",
        on_moved: Callable[[frozenset[Site]], None] = lambda _: None,
    ) -> None:
        self.on_moved = on_moved
        self._wanted = plan
        self._plan = plan
        self._placement: Placement = plan.placement
        self._database_url = database_url
        self._clock_s = clock_s
        self._devices = tuple(devices)
        self._namespace = namespace
        self._connection = Connection(address, namespace, started)
        self._directory = Directory(namespace)
        self._generation = 0
        self._archivist: Any = None
        self._shards: dict[str, RayShard] = {}
        self._silent_since: dict[str, float] = {}
        self._hung_at_s: dict[str, float] = {}
        """The silence after which a part that was ended already is ended again."""
        self._home_since: dict[str, float] = {}

    async def start(self) -> None:
        """Start or join Ray, and bring every shard up."""
        await self._connection.open()
        generation, plan = await asyncio.to_thread(self._agree)
        await self._take_up(generation, plan)
        await self._connection.remember()

    async def stop(self) -> None:
        """Leave Ray. What was started here ends; what belongs to a cluster goes on."""
        self._archivist = None
        self._silent_since.clear()
        for shard in self._shards.values():
            shard.handle = None
        await self._connection.close()

    def shard_for(self, key: Key) -> ShardPort:
        """The shard that houses an actor."""
        name = self._placement.shard_for(key)
        return self._shards.get(name) or self._bring_up(name)

    def shards_of(self, trust: str, site: str) -> tuple[ShardPort, ...]:
        """Every shard that may house an actor of a site."""
        prefix = f"{Kind.DEVICE.value}:{trust}:{site}:"
        own = sorted(name for name in self._shards if name.startswith(prefix))
        return tuple(self._shards[name] for name in (*self._placement.shards_of(trust, site), *own))

    async def health(self) -> Health:
        """See `Runtime.health`."""
        if self._archivist is None:
            return Health.GONE
        state = self._connection.state()
        if state is State.GONE:
            return Health.GONE
        answers = await self._connection.answers()
        if self._silence_s("ray", answers and state is State.RUNS) > AWAY_S:
            return Health.GONE
        if not answers:
            return Health.HURT
        silent = await self._silent_parts()
        if not self._connection.is_embedded and await self._follow_cluster():
            return Health.REPLACED
        if silent and await self._see_to(silent) > GIVE_UP_S:
            return Health.GONE
        return Health.HURT if silent or state is not State.RUNS else Health.WELL

    async def pids(self) -> dict[str, int]:
        """The process of every part that answers."""
        parts = self._parts()
        found = await asyncio.gather(*(_pid(handle) for handle in parts.values()))
        return {name: pid for name, pid in zip(parts, found, strict=True) if pid is not None}

    async def keep_dead_letter(self, letter: DeadLetter) -> None:
        """See `Runtime.keep_dead_letter`."""
        if self._archivist is None:
            raise ShardUnavailable("the runtime is not running")
        await call(lambda: self._archivist.keep_dead_letter.remote(letter))

    async def stats(self, note: HubNote) -> RuntimeStats:
        """How shards and archivist stand, as far as they answer within `PING_S`."""

        async def of_shard(shard: RayShard) -> ShardStats | None:
            try:
                return await shard.stats()
            except ShardUnavailable:
                return None

        async def of_archivist() -> ArchivistStats | None:
            try:
                stats: ArchivistStats = await call(
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

    # --- the plan -----------------------------------------------------------------------------

    def _agree(self) -> tuple[int, Plan]:
        """The plan by which the cluster runs; this hub's, where there is none or an older one."""
        known = self._known_sites()
        nodes = self._directory.nodes()
        if self._database_url.startswith("sqlite") and len({node.host for node in nodes}) > 1:
            raise RuntimeError(
                "this cluster has nodes on several machines, and SQLite is a file of one: "
                "set database_url to a PostgreSQL database"
            )
        while True:
            generation, plan = self._directory.newest_plan()
            if plan is not None and plan.order > self._wanted.order:
                raise RuntimeError(
                    f"this cluster is run by Formroom {plan.version} (revision {plan.revision}), "
                    f"and this is {self._wanted.version} (revision {self._wanted.revision}): "
                    "start the newer one"
                )
            if plan is not None and plan.order == self._wanted.order:
                if settings := self._wanted.difference(plan):
                    raise RuntimeError(
                        f"the hubs of this cluster run with other settings ({settings}): use the "
                        "same, or raise cluster_revision to have these take over"
                    )
                return generation, plan
            labelled = labelled_sites(nodes, known)
            self._directory.propose(generation + 1, self._wanted.with_sites(labelled))

    async def _take_up(self, generation: int, plan: Plan) -> None:
        """Bring up, or find, every shard of a plan."""
        moved = frozenset(plan.sites) - frozenset(self._plan.sites)
        self._generation, self._plan, self._placement = generation, plan, plan.placement
        self._silent_since.clear()
        await self._ask(self._directory.end_older, generation)
        self._archivist = self._make(ArchivistActor, ARCHIVIST, self._database_url, self._clock_s)
        names = [*self._placement.first_shards(), *self._shards]
        if self._placement.is_individual:
            names += [self._placement.shard_for(key) for key in self._devices]
        names = list(dict.fromkeys(names))
        for name in names:
            self._bring_up(name)
        await self._come_up()
        if moved:
            self.on_moved(moved)

    async def _come_up(self) -> None:
        """Wait for a sign of life of every part; raises `OSError` as soon as Ray itself ends."""
        first = asyncio.gather(
            *(call(handle.ping.remote, FIRST_S) for handle in self._parts().values())
        )
        while not (await asyncio.wait((first,), timeout=LOOK_S))[0]:
            if self._connection.state() is State.GONE:
                first.cancel()
                raise ConnectionError("Ray ended while it began")
        await first

    def _known_sites(self) -> frozenset[Site]:
        counted = (*self._wanted.devices, *self._plan.devices)
        return frozenset((trust, site) for trust, site, _ in counted)

    # --- looking after ------------------------------------------------------------------------

    async def _silent_parts(self) -> dict[str, Any]:
        """The parts that do not answer now; those that do have nothing held against them."""
        parts = self._parts()
        found = await asyncio.gather(*(_pid(handle) for handle in parts.values()))
        silent = {name: parts[name] for name, pid in zip(parts, found, strict=True) if pid is None}
        for name in parts.keys() - silent.keys():
            self._silent_since.pop(name, None)
            self._hung_at_s.pop(name, None)
        return silent

    async def _see_to(self, silent: Mapping[str, Any]) -> float:
        """Have silent parts begin anew; returns for how long the longest has been silent.

        A shard that begins waits for the database, and that is not held against it.
        """
        longest_s = 0.0
        for name, handle in silent.items():
            silence_s = self._silence_s(name, False)
            stage = (await self._ask(self._directory.whereabouts, handle) or (None, ""))[0]
            if stage is Stage.DEAD:
                _log.warning("part_made_again", part=name)
                self._make_again(name)
            elif stage is Stage.ALIVE and silence_s > self._hung_at_s.get(name, HUNG_S):
                _log.warning("part_hangs", part=name, silence_s=round(silence_s))
                self._hung_at_s[name] = silence_s + HUNG_S
                await self._ask(self._directory.end, handle)
            if stage in (None, Stage.ALIVE, Stage.DEAD) or name == ARCHIVIST:
                longest_s = max(longest_s, silence_s)
        return longest_s

    async def _follow_cluster(self) -> bool:
        """Take up a newer plan, and bring sites to their nodes; returns whether another version
        or other settings have taken over."""
        if (found := await self._ask(self._look)) is None:
            return False
        generation, plan, nodes = found
        if generation > self._generation:
            if plan.order != self._plan.order or self._wanted.difference(plan):
                return True
            await self._take_up(generation, plan)
        elif new := labelled_sites(nodes, self._known_sites()) - set(plan.sites):
            _log.info("sites_get_nodes", sites=sorted(new))
            await self._ask(self._directory.propose, generation + 1, plan.with_sites(new))
        else:
            await self._bring_home(nodes)
        return False

    async def _bring_home(self, nodes: Sequence[Node]) -> None:
        """End the shards of sites that run elsewhere while their own node is there."""
        now_s = time.monotonic()
        for name, shard in self._shards.items():
            site = self._placement.site_of(name)
            homes = {n.id for n in nodes if site and is_of(n, site, self._known_sites())}
            if site is None or not homes:
                self._home_since.pop(name, None)
                continue
            home_s = now_s - self._home_since.setdefault(name, now_s)
            stage, node = await self._ask(self._directory.whereabouts, shard.handle) or (None, "")
            if stage is Stage.ALIVE and node not in homes and home_s > SETTLE_S:
                _log.info("shard_goes_home", shard=name)
                self._home_since[name] = now_s
                await self._ask(self._directory.end, shard.handle)

    def _look(self) -> tuple[int, Plan, list[Node]]:
        generation, plan = self._directory.newest_plan()
        return generation, plan or self._plan, self._directory.nodes()

    async def _ask(self, ask: Callable[..., Result], *arguments: object) -> Result | None:
        """What Ray's control service answers to something that blocks; None for no answer."""
        try:
            async with asyncio.timeout(PING_S):
                return await asyncio.to_thread(ask, *arguments)
        except (RayError, RuntimeError, TimeoutError, OSError) as error:
            _log.warning("control_service_silent", error=f"{type(error).__name__}: {error}"[:300])
            return None

    def _silence_s(self, name: str, answers: bool) -> float:
        if answers:
            self._silent_since.pop(name, None)
            return 0.0
        now_s = time.monotonic()
        return now_s - self._silent_since.setdefault(name, now_s)

    # --- actors -------------------------------------------------------------------------------

    def _parts(self) -> dict[str, Any]:
        """The Ray actor of every part."""
        if self._archivist is None:
            raise ShardUnavailable("the runtime is not running")
        return {ARCHIVIST: self._archivist} | {n: s.handle for n, s in self._shards.items()}

    def _bring_up(self, name: str) -> RayShard:
        if self._archivist is None:
            raise ShardUnavailable("the runtime is not running")
        shard = self._shards.setdefault(name, RayShard(name))
        shard.handle = self._make(
            ShardActor, name, name, self._placement, self._clock_s, self._namespace,
            self._prefix, self._plan.order_lease_s,
        )  # fmt: skip
        return shard

    def _make_again(self, name: str) -> None:
        if name == ARCHIVIST:
            self._archivist = self._make(ArchivistActor, name, self._database_url, self._clock_s)
        else:
            self._bring_up(name)

    def _make(self, kind: type, name: str, *arguments: object) -> Any:
        """The actor of a part: the one that is there, or a new one."""
        remote: Any = ray.remote(kind)
        belongs: dict[str, Any] = {}
        if not self._connection.is_embedded:
            belongs = {"lifetime": "detached", **self._where(name)}
        return remote.options(
            name=self._prefix + name, namespace=self._namespace, get_if_exists=True,
            num_cpus=0, max_restarts=-1, max_task_retries=0, max_concurrency=1000, **belongs,
        ).remote(*arguments)  # fmt: skip

    def _where(self, name: str) -> dict[str, Any]:
        """On which nodes a part may run: a site's own, else one that belongs to no other site."""
        pool = pool_labels(self._plan.sites)
        site = self._placement.site_of(name)
        if site is None:
            return {"label_selector": pool}
        own = labels_of(site, self._known_sites())
        return {"label_selector": own, "fallback_strategy": [{"label_selector": pool}]}

    @property
    def _prefix(self) -> str:
        return f"{self._generation}:"


async def _pid(handle: Any) -> int | None:
    try:
        pid: int = await call(lambda: handle.ping.remote(), PING_S)
    except ShardUnavailable:
        return None
    return pid
