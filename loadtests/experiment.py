"""One run: a hub with a school, a profile on it, and the baselines beside it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from loadtests import machine
from loadtests.crew import Field, State, Stopped
from loadtests.drive import Drive, Outcome
from loadtests.profiles import (
    BASELINE_SECONDS,
    CALL_DEVICES,
    CALL_MESSAGES_PER_S,
    Profile,
    Rates,
)
from loadtests.result import Baseline, Result
from loadtests.school import School, Staff, read_school
from loadtests.server import Server, free_port, hub_command, is_ready, seed_hub
from loadtests.workers import Open, open_process

_FILES_BESIDES = 400
Show = Callable[[str, State], None]
"""Is told the part of a run, and how far it is."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a load goes. Without `hub` a hub is started for it, with a school of its own.

    `school` is the file that seed-load wrote for a hub that runs already, `server_pid` its
    process when it is on this machine. `settings` are environment variables of the hub that is
    started, as FORMROOM_DEVICES_PER_SHARD.
    """

    hub: str = ""
    school: Path | None = None
    server_pid: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A hub that is ready for a load: its address, its process if it is here, its school."""

    url: str
    pid: int | None
    school: School
    start_s: float | None = None
    """From the beginning of the process until it was ready; None: it ran already."""


@asynccontextmanager
async def hub_for(
    target: Target, devices: int, class_size: int, sites: int, show: Show, *, events: int = 0
) -> AsyncIterator[Site]:
    """The hub to load; one that was started ends with the block, and its data goes.

    `events` are in the store of a hub that is started. Raises `ServerFailed`, `ValueError` or
    `OSError`.
    """
    machine.allow_files(devices + _FILES_BESIDES)
    if target.hub:
        if target.school is None:
            raise ValueError("a hub that runs already needs --school, made by seed-load")
        if not await asyncio.to_thread(is_ready, target.hub, "/ready"):
            raise OSError(f"{target.hub} is not reachable or not ready")
        school = read_school(target.school)
        if len(school.devices) < devices:
            raise ValueError(f"the school has {len(school.devices)} devices only")
        yield Site(target.hub, target.server_pid, school)
        return
    with TemporaryDirectory(prefix="formroom-load-") as name:
        folder, port = Path(name), free_port()
        environment = os.environ | dict(target.settings)
        if target.tls:
            environment |= machine.certify(folder)
        show("hub", State("making a school", 0.0))
        school = await asyncio.to_thread(
            seed_hub, folder, devices, class_size, port, environment, sites=sites, events=events
        )
        show("hub", State("starting", 0.0))
        command = hub_command(folder, port)
        async with Server(
            command, port, folder / "hub.log", "/ready", environment=environment, tls=target.tls
        ) as server:
            yield Site(server.url, server.pid, school, server.start_s)


def field_of(profile: Profile, site: Site) -> Field:
    """The seats and teachers of a hub's school that a profile takes."""
    staff = deal(site.school.teachers, profile.classes, profile.consoles) if profile.lessons else ()
    return Field(
        hub=site.url,
        server_pid=site.pid,
        seats=site.school.devices[: profile.devices],
        staff=staff,
        watched=profile.in_lessons,
    )


class Experiment:
    """Carries out a run. `stop` ends it early; `show` is told what is done and how far it is."""

    def __init__(
        self,
        profile: Profile,
        target: Target,
        stop: asyncio.Event,
        show: Show,
        *,
        started_at: str,
        has_baselines: bool = False,
        ray_address: str = "",
        processes: int = 1,
    ) -> None:
        self._profile = profile
        self._target = target
        self._stop = stop
        self._show = show
        self._started_at = started_at
        self._has_baselines = has_baselines
        self._ray_address = ray_address
        self._processes = processes

    async def run(self) -> Result:
        """Raises `Stopped`, `ServerFailed`, `WorkerFailed`, `ValueError` or `OSError`."""
        facts, profile = machine.facts(), self._profile
        async with hub_for(
            self._target, profile.devices, profile.class_size, profile.sites, self._show
        ) as site:
            outcome = await self._drive(site)
        baselines: dict[str, Baseline] = {}
        if self._has_baselines and profile.rates.window:
            for role in ("_bare_socket", "_ray_calls"):
                found = await baseline(role, profile, site.school, self._stop, self._show)
                if found:
                    baselines[role.strip("_")] = found
        return result_of(outcome, baselines, facts, self._started_at, site.start_s)

    async def _drive(self, site: Site) -> Outcome:
        async with spread(self._ray_address) as (open_, nodes):
            return await Drive(
                self._profile,
                field_of(self._profile, site),
                self._stop,
                lambda state: self._show("hub", state),
                open_=open_,
                processes=max(self._processes, nodes),
            ).run()


@asynccontextmanager
async def spread(ray_address: str) -> AsyncIterator[tuple[Open, int]]:
    """How to start the workers of devices, and on how many machines.

    Without an address they are children of this process; else actors of that Ray cluster, one
    for each node in turn. Raises `OSError` when there is no such cluster.
    """
    if not ray_address:
        yield open_process, 1
        return
    from loadtests.cluster import cluster

    async with cluster(ray_address) as found:
        yield found.open, found.nodes


async def baseline(
    role: str, profile: Profile, school: School, stop: asyncio.Event, show: Show
) -> Baseline | None:
    """The cost of a profile's windows on a simpler server; None when it was stopped."""
    devices, rate = profile.devices, profile.rates.window
    if role == "_ray_calls":
        devices = min(devices, CALL_DEVICES)
        rate = min(rate * profile.devices, CALL_MESSAGES_PER_S) / devices
    port = free_port()
    name = role.strip("_").replace("_", " ")
    show(name, State("starting", 0.0))
    plain = Profile(
        name=name,
        about="",
        devices=devices,
        lessons=False,
        arrive_within_s=devices / 500,
        seconds=min(profile.seconds, BASELINE_SECONDS),
        rates=Rates(window=rate),
    )
    with TemporaryDirectory(prefix="formroom-load-") as folder:
        command = ["loadtests", role, "--port", str(port)]
        async with Server(command, port, Path(folder) / "log") as server:
            site = Site(server.url, server.pid, school)
            drive = Drive(
                plain,
                field_of(plain, site),
                stop,
                lambda state: show(name, state),
                measures_idle=False,
                awaits_acknowledgement=False,
            )
            try:
                window = (await drive.run()).window
            except Stopped:
                return None
    assert window.cost is not None
    return Baseline(
        devices=devices,
        messages=window.messages,
        messages_per_s=round(window.messages / window.seconds, 1),
        cpu_us_per_message=round(window.us_per_message or 0.0, 1),
        server_cpu_cores=round(window.cost.cores, 4),
    )


def result_of(
    outcome: Outcome,
    baselines: dict[str, Baseline],
    facts: dict[str, str | int | float],
    started_at: str,
    start_s: float | None = None,
) -> Result:
    """The result of an outcome and what it is compared with."""
    profile, figures = outcome.profile, outcome.figures()
    if start_s is not None:
        figures["start_s"] = round(start_s, 2)
    bare = baselines.get("bare_socket")
    calls = baselines.get("ray_calls")
    cost_us = figures.get("server_cpu_us_per_message")
    if bare and bare.cpu_us_per_message:
        if cost_us is not None:
            figures["ratio_to_bare_socket"] = round(cost_us / bare.cpu_us_per_message, 2)
        if calls:
            figures["ratio_of_call_per_message"] = round(
                calls.cpu_us_per_message / bare.cpu_us_per_message, 2
            )
    cost = outcome.window.cost
    return Result(
        profile=profile.name,
        about=profile.about,
        started_at=started_at,
        commit=machine.commit(),
        machine=facts,
        partial=not outcome.window.is_whole,
        load=msgspec.to_builtins(profile),
        figures=figures,
        cpu_by_process={name: round(value, 4) for name, value in cost.by_process.items()}
        if cost
        else {},
        baselines=baselines,
        samples=outcome.samples,
        notes=notes_of(outcome),
    )


def notes_of(outcome: Outcome) -> tuple[str, ...]:
    """What the reader of the figures must know."""
    notes = []
    if not outcome.window.is_whole:
        notes.append("stopped before the end of its window")
    if outcome.tally.unacknowledged:
        notes.append(f"{outcome.tally.unacknowledged} messages were never acknowledged")
    if outcome.compared and outcome.compared.examples:
        named = ", ".join(f"{device}/{serial}" for device, serial in outcome.compared.examples)
        notes.append(f"lost (device/serial): {named}")
    return tuple(notes)


def deal(staff: tuple[Staff, ...], classes: int, consoles: int) -> tuple[Staff, ...]:
    """The first `classes` classes of the school, dealt evenly among `consoles` teachers.

    With one console for each class every teacher has the own class. Raises `ValueError` when the
    school is too small.
    """
    wanted = [one for teacher in staff for one in teacher.classes][:classes]
    if len(wanted) < classes or len(staff) < consoles:
        raise ValueError(f"the school has {len(wanted)} classes and {len(staff)} teachers only")
    return tuple(
        Staff(one.user, one.password, tuple(wanted[at::consoles]), one.cookie)
        for at, one in enumerate(staff[:consoles])
    )
