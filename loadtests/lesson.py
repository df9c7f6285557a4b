"""The load of lessons: classes with their teachers, and the two baselines beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from loadtests import machine
from loadtests.drive import Drive, Load, Outcome, State, Stopped
from loadtests.profiles import (
    BASELINE_SECONDS,
    CALL_DEVICES,
    CALL_MESSAGES_PER_S,
    LessonProfile,
)
from loadtests.report import Baseline, LessonResult
from loadtests.school import School, Staff, read_school
from loadtests.server import Server, free_port, hub_command, is_ready, seed_hub

_FILES_BESIDES = 200


@dataclass(frozen=True, slots=True)
class LessonRun:
    """What to run and where. `hub` and `school` name a hub that runs already; else one is begun.

    `server_pid` is the process of such a hub, when it is on this machine.
    """

    profile: LessonProfile
    started_at: str
    hub: str = ""
    school: Path | None = None
    server_pid: int | None = None
    has_baselines: bool = True


class Lesson:
    """Carries out a run. `stop` ends it early; `show` is told what is done and how far it is."""

    def __init__(
        self, run: LessonRun, stop: asyncio.Event, show: Callable[[str, State], None]
    ) -> None:
        self._run = run
        self._profile = run.profile
        self._stop = stop
        self._show = show

    async def run(self) -> LessonResult:
        """Raises `Stopped`, `ServerFailed`, `WorkerFailed`, `ValueError` or `OSError`."""
        machine.allow_files(self._profile.devices + _FILES_BESIDES)
        facts = machine.facts()
        with TemporaryDirectory(prefix="formroom-load-") as folder:
            school, outcome = await self._load_hub(Path(folder))
            bare = calls = None
            if self._run.has_baselines and not self._stop.is_set():
                bare = await self._baseline("_bare_socket", school, Path(folder))
                calls = await self._baseline("_ray_calls", school, Path(folder))
        return self._result(facts, outcome, bare, calls)

    async def _load_hub(self, folder: Path) -> tuple[School, Outcome]:
        run = self._run
        if run.hub:
            if run.school is None:
                raise ValueError("a hub that runs already needs --school, made by seed-load")
            if not await asyncio.to_thread(is_ready, run.hub, "/ready"):
                raise OSError(f"{run.hub} is not reachable or not ready")
            school = read_school(run.school)
            return school, await self._drive(school, run.hub, run.server_pid)
        port = free_port()
        self._show("hub", State("making a school", 0.0))
        school = await asyncio.to_thread(
            seed_hub, folder, self._profile.devices, self._profile.class_size, port
        )
        self._show("hub", State("starting", 0.0))
        async with Server(hub_command(folder, port), port, folder / "hub.log", "/ready") as server:
            return school, await self._drive(school, server.url, server.pid)

    async def _drive(self, school: School, hub: str, pid: int | None) -> Outcome:
        profile = self._profile
        if len(school.devices) < profile.devices:
            raise ValueError(f"the school has {len(school.devices)} devices only")
        load = Load(
            hub=hub,
            server_pid=pid,
            seats=school.devices[: profile.devices],
            staff=deal(school.teachers, profile.classes, profile.consoles),
            rate=profile.rate,
            seconds=profile.seconds,
            connects_per_s=profile.connects_per_s,
            watched=profile.in_lessons,
        )
        return await Drive(load, self._stop, lambda state: self._show("hub", state)).run()

    async def _baseline(self, role: str, school: School, folder: Path) -> Baseline | None:
        profile = self._profile
        devices, rate = profile.devices, profile.rate
        if role == "_ray_calls":
            devices = min(devices, CALL_DEVICES)
            rate = min(rate * profile.devices, CALL_MESSAGES_PER_S) / devices
        port = free_port()
        command = ["loadtests", role, "--port", str(port)]
        name = role.strip("_").replace("_", " ")
        self._show(name, State("starting", 0.0))
        async with Server(command, port, folder / f"{role}.log") as server:
            load = Load(
                hub=server.url,
                server_pid=server.pid,
                seats=school.devices[:devices],
                staff=(),
                rate=rate,
                seconds=min(profile.seconds, BASELINE_SECONDS),
                connects_per_s=max(profile.connects_per_s, 500.0),
                measures_idle=False,
            )
            try:
                outcome = await Drive(load, self._stop, lambda state: self._show(name, state)).run()
            except Stopped:
                return None
        return baseline_of(outcome, devices)

    def _result(
        self,
        facts: dict[str, str | int | float],
        outcome: Outcome,
        bare: Baseline | None,
        calls: Baseline | None,
    ) -> LessonResult:
        profile, compared, usage = self._profile, outcome.compared, outcome.usage
        assert compared is not None
        server_us = _us_per_message(outcome)
        return LessonResult(
            profile="lesson",
            started_at=self._run.started_at,
            commit=machine.commit(),
            machine=facts,
            partial=outcome.partial,
            devices=profile.devices,
            watched=profile.in_lessons,
            teachers=profile.consoles,
            classes=profile.classes,
            seconds=round(outcome.seconds, 2),
            messages=outcome.messages,
            messages_per_s=round(outcome.messages / outcome.seconds, 1),
            p50_ms=compared.p50_ms,
            p95_ms=compared.p95_ms,
            p99_ms=compared.p99_ms,
            max_ms=compared.max_ms,
            lost=compared.lost,
            doubled=compared.doubled,
            disordered=compared.disordered,
            foreign=compared.foreign,
            unacknowledged=outcome.tally.unacknowledged,
            rejected=outcome.tally.rejected,
            dropped=outcome.tally.dropped,
            failures=outcome.failures,
            connect_s=round(outcome.connect_s, 2),
            ray_processes=usage.ray_processes if usage else None,
            server_rss_mb=round(usage.rss_mb, 1) if usage else None,
            server_pss_mb=round(usage.pss_mb, 1) if usage and usage.pss_mb else None,
            server_cpu_cores=round(outcome.cost.cores, 4) if outcome.cost else None,
            server_idle_cpu_cores=round(outcome.idle.cores, 4) if outcome.idle else None,
            server_cpu_us_per_message=server_us,
            cpu_by_process=outcome.cost.by_process if outcome.cost else {},
            load_cpu_cores=round(outcome.load_cores, 4),
            ratio_to_bare_socket=_ratio(server_us, bare),
            ratio_of_call_per_message=_ratio(calls.cpu_us_per_message if calls else None, bare),
            bare_socket=bare,
            call_per_message=calls,
            notes=notes_of(outcome),
        )


def deal(staff: tuple[Staff, ...], classes: int, consoles: int) -> tuple[Staff, ...]:
    """The first `classes` classes of the school, dealt evenly among `consoles` teachers."""
    wanted = [one for teacher in staff for one in teacher.classes][:classes]
    if len(wanted) < classes or len(staff) < consoles:
        raise ValueError(f"the school has {len(wanted)} classes and {len(staff)} teachers only")
    return tuple(
        Staff(one.user, one.password, tuple(wanted[at::consoles]), one.cookie)
        for at, one in enumerate(staff[:consoles])
    )


def baseline_of(outcome: Outcome, devices: int) -> Baseline:
    """The cost that an outcome shows; its server was started by this program."""
    assert outcome.cost is not None
    return Baseline(
        devices=devices,
        messages=outcome.messages,
        messages_per_s=round(outcome.messages / outcome.seconds, 1),
        cpu_us_per_message=_us_per_message(outcome) or 0.0,
        server_cpu_cores=round(outcome.cost.cores, 4),
    )


def notes_of(outcome: Outcome) -> tuple[str, ...]:
    """What the reader of the figures must know."""
    notes = []
    if outcome.partial:
        notes.append("stopped before the end of its window")
    if outcome.tally.unacknowledged:
        notes.append(f"{outcome.tally.unacknowledged} messages were never acknowledged")
    if outcome.compared and outcome.compared.examples:
        named = ", ".join(f"{device}/{serial}" for device, serial in outcome.compared.examples)
        notes.append(f"lost (device/serial): {named}")
    return tuple(notes)


def _us_per_message(outcome: Outcome) -> float | None:
    if outcome.cost is None or not outcome.messages:
        return None
    return round(outcome.cost.cpu_s * 1e6 / outcome.messages, 1)


def _ratio(cost_us: float | None, bare: Baseline | None) -> float | None:
    if cost_us is None or bare is None or not bare.cpu_us_per_message:
        return None
    return round(cost_us / bare.cpu_us_per_message, 2)
