"""Where faults happen: a hub, the ways to it, agents, teachers and a ledger."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from loadtests.faults.agents import Agent, Pace
from loadtests.faults.checker import Violation
from loadtests.faults.ledger import Ledger
from loadtests.faults.postgres import Postgres
from loadtests.faults.probe import Probe
from loadtests.faults.program import HubProgram
from loadtests.faults.proxy import Proxy
from loadtests.faults.resources import small_disk
from loadtests.faults.staff import Commands, Notices, Teacher, begin_lesson, signed_in
from loadtests.school import School, Seat, Staff, socket_url
from loadtests.server import free_port, seed_hub
from wire.codec import encode
from wire.messages import SubscribeAsked
from wire.version import SUBPROTOCOL

WAYS = 3
SITES = 2
CONNECTS_PER_S = 60.0
SYNC_S = 0.2
READY_S = 240.0


@dataclass(frozen=True)
class Size:
    """How much is on a stage."""

    devices: int = 300
    class_size: int = 25
    rate: float = 0.4
    """Messages a second of each agent."""
    command_gap_s: float = 4.0
    """Mean seconds between two commands of one teacher."""


class Stage:
    """A hub under a small load, for faults to happen to.

    `proxies` are the ways by which agents reach the hub, a share of them each; teachers and the
    probe have a direct way. Everything random comes from `rng`, which the seed begins.
    """

    subprotocol = SUBPROTOCOL

    def __init__(
        self, folder: Path, seed: int, size: Size, hub: HubProgram, school: School
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.size = size
        self.hub = hub
        self._hubs = [hub]
        self.school = school
        self.rng = random.Random(seed)
        self.pace = Pace(size.rate)
        self.ledger = Ledger(folder / "ledger.jsonl")
        self.commands = Commands()
        self.notices = Notices()
        self.proxies: list[Proxy] = []
        self.agents: list[Agent] = []
        self.every_agent: list[Agent] = []
        """Also those that have gone."""
        self.teachers: list[Teacher] = []
        self.violations: list[Violation] = []
        self.database: Postgres | None = None
        self.is_restored = False
        """Whether the hub's database is an earlier one: what came after it is gone."""
        self.disk: Path | None = None
        """The hub's data folder, where it is a small file system of its own."""
        self.probe: Probe
        self.group: asyncio.TaskGroup
        self._teaching_is_over = asyncio.Event()

    @property
    def sites(self) -> list[str]:
        """Every site of the school."""
        return sorted({seat.site for seat in self.school.devices})

    @property
    def admin(self) -> Staff:
        """Who may read the records."""
        assert self.school.admin is not None
        return self.school.admin

    def url(self, way: int) -> str:
        """Where agents connect, by one of the ways."""
        return socket_url(f"http://127.0.0.1:{self.proxies[way].port}", "/device")

    def subscription(self, lesson: str) -> bytes:
        """The frame by which a console begins to follow a lesson."""
        return encode(SubscribeAsked(lesson), 1)

    def replace_hub(self, hub: HubProgram) -> None:
        """Another program serves at the same address from now on."""
        self._hubs.append(hub)
        self.hub = hub

    async def end(self) -> None:
        """End every hub that this stage had."""
        for hub in self._hubs:
            await hub.stop()

    def violate(self, promise: str, evidence: str) -> None:
        """Note a broken promise that only the one who sees it can know of."""
        self.violations.append(Violation(promise, evidence))

    def make_agent(self, seat: Seat, epoch: str, run: str = "") -> Agent:
        """An agent of this stage; whoever asked runs it."""
        rng = random.Random(f"{self.seed} {seat.device} {epoch}")
        agent = Agent(seat, epoch, self.pace, self.ledger, rng, run)
        self.every_agent.append(agent)
        return agent

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Stage]:
        """Agents and teachers at work while the block runs; the hub must be up."""
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.ledger.close)
            for _ in range(WAYS):
                proxy = Proxy(self.hub.port)
                self.proxies.append(await stack.enter_async_context(proxy.running()))
            async with asyncio.TaskGroup() as group:
                self.group = group
                tasks = [group.create_task(self._keep_syncing())]
                await self._begin(tasks)
                try:
                    yield self
                finally:
                    self._teaching_is_over.set()
                    for task in tasks:
                        task.cancel()

    def hush(self) -> None:
        """Nobody begins anything any more: no messages, no commands."""
        self.pace.is_quiet = True
        self._teaching_is_over.set()
        self.probe.pause()

    async def _begin(self, tasks: list[asyncio.Task[None]]) -> None:
        *classes, last = self.school.teachers
        for at, seat in enumerate(self.school.devices):
            agent = self.make_agent(seat, f"run-{self.seed}")
            self.agents.append(agent)
            tasks.append(self.group.create_task(agent.run(self.url(at % WAYS))))
            await asyncio.sleep(1 / CONNECTS_PER_S)
        for staff in classes:
            teacher = await self._teacher(staff)
            self.teachers.append(teacher)
            tasks.append(self.group.create_task(teacher.run()))
        # The last class has one device, which no fault of the ways reaches by chance alone.
        prober = await self._teacher(last)
        self.probe = Probe(prober, self.agents[-1])
        tasks.append(self.group.create_task(prober.run()))
        await self._until_ready()
        tasks.append(self.group.create_task(self.probe.run()))
        for teacher in self.teachers:
            rng = random.Random(f"{self.seed} {teacher.picture.lesson}")
            tasks.append(
                self.group.create_task(
                    teacher.teach(rng, self.size.command_gap_s, self._teaching_is_over)
                )
            )

    async def _teacher(self, staff: Staff) -> Teacher:
        known = await asyncio.to_thread(signed_in, self.hub.url, staff)
        lesson = await asyncio.to_thread(begin_lesson, self.hub.url, known)
        return Teacher(self.hub.url, self.hub.port, known, lesson, self.commands, self.notices)

    async def _until_ready(self) -> None:
        until_s = time.monotonic() + READY_S
        while not (
            all(agent.session.welcomed for agent in self.agents)
            and all(teacher.is_following for teacher in (*self.teachers, self.probe.teacher))
        ):
            if time.monotonic() > until_s:
                raise TimeoutError("agents and teachers do not come up")
            await asyncio.sleep(0.1)

    async def _keep_syncing(self) -> None:
        while True:
            await asyncio.sleep(SYNC_S)
            await asyncio.to_thread(self.ledger.sync)


@contextlib.asynccontextmanager
async def raised(
    folder: Path,
    seed: int,
    size: Size,
    settings: Mapping[str, str],
    database: Postgres | None = None,
) -> AsyncIterator[Stage]:
    """A stage with a hub of its own that serves; the hub ends with the block.

    `folder` must be empty: it takes the ledger, the hub's log and, in `data`, what the hub keeps.
    """
    port = free_port()
    if database is not None:
        settings = {**settings, "FORMROOM_DATABASE_URL": database.url}
    data = folder / "data"
    data.mkdir()
    hub = HubProgram(data, port, settings, log=folder / "hub.log")
    devices = size.devices // size.class_size * size.class_size + 1
    with small_disk(data) as disk:
        school = await asyncio.to_thread(
            seed_hub, data, devices, size.class_size, port, hub.environment, sites=SITES
        )
        stage = Stage(folder, seed, size, hub, school)
        stage.database, stage.disk = database, disk
        try:
            await hub.start()
            yield stage
        finally:
            await stage.end()
