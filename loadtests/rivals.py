"""Baselines beside the hub in one run: a bare socket, a Ray call a message, an actor a device.

All report events, whose acknowledgement is waited for: by the hub after the commit, by the
baselines as soon as the message is decoded, so that they have the easier task.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from loadtests import machine
from loadtests.crew import Field
from loadtests.experiment import Show, Target, hub_for
from loadtests.knee import Climb, Knee, Limits, climb, hub_knee
from loadtests.result import Result
from loadtests.school import School
from loadtests.server import Server, free_port

ACTOR_DEVICES = 20
"""Devices with a Ray actor, which is a process of some 50 MB, each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is tried: at most `most` messages a second, each step for so long."""

    devices: int = 500
    actor_devices: int = ACTOR_DEVICES
    first: float = 200.0
    most: float = 12_800.0
    seconds: float = 4.0


async def measure(plan: Plan, started_at: str, stop: asyncio.Event, show: Show) -> tuple[Knee, ...]:
    """The knee of each; raises what a run raises."""
    climb_ = Climb(
        plan.first, plan.most, plan.seconds, durable=True, limits=Limits(400.0, 1.6), factor=2.0
    )
    async with hub_for(Target(), plan.devices, 30, 1, show) as site:
        school = site.school
        field = Field(site.url, site.pid, school.devices)
        facts = machine.facts()
        steps = await climb(climb_, field, stop, lambda state: show("formroom", state))
    own = Knee("formroom", plan.devices, started_at, machine.commit(), facts, steps)
    bare = await _baseline("_bare_socket", school, climb_, started_at, stop, show)
    calls = await _baseline("_ray_calls", school, climb_, started_at, stop, show)
    each = await hub_knee(
        "ray actor a device",
        plan.actor_devices,
        replace(climb_, most=min(plan.most, plan.actor_devices * 40.0)),
        started_at,
        stop,
        show,
        target=Target(settings={"FORMROOM_DEVICES_PER_SHARD": "1"}),
    )
    return own, bare, calls, each


async def _baseline(
    role: str, school: School, plan: Climb, started_at: str, stop: asyncio.Event, show: Show
) -> Knee:
    port, facts = free_port(), machine.facts()
    name = role.strip("_").replace("_", " ")
    with TemporaryDirectory(prefix="formroom-load-") as folder:
        command = ["loadtests", role, "--port", str(port)]
        async with Server(command, port, Path(folder) / "log") as server:
            field = Field(server.url, server.pid, school.devices)
            steps = await climb(plan, field, stop, lambda state: show(name, state))
    return Knee(name, len(school.devices), started_at, machine.commit(), facts, steps)


def result_of(knees: tuple[Knee, ...]) -> Result:
    """All of them as a result: one row each, at the first load and at the last that held."""
    first = knees[0]
    return Result(
        profile="rivals",
        about="Simpler and worse servers beside the hub, and the load at which each gives up.",
        started_at=first.started_at,
        commit=first.commit,
        machine=first.machine,
        partial=any(not knee.steps for knee in knees),
        load={"devices": first.devices},
        figures={},
        tables={"rivals": tuple(_row(knee) for knee in knees if knee.steps)},
    )


def _row(knee: Knee) -> dict[str, float | str]:
    begin, held = knee.steps[0], knee.last_held
    return {
        "server": knee.name,
        "devices": knee.devices,
        "per_s": begin.messages_per_s,
        "cores": begin.cores or 0.0,
        "memory_mb": begin.memory_mb or 0.0,
        "p95_ms": begin.p95_ms or 0.0,
        "most_per_s": held.messages_per_s if held else 0.0,
        "most_cores": (held.cores or 0.0) if held else 0.0,
        "most_p95_ms": (held.p95_ms or 0.0) if held else 0.0,
        "gives_up": knee.reason or "not up to here",
    }
