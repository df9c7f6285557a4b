"""`python -m loadtests knee`: raise the load until the server gives up, and say where.

Each step multiplies the rate. A step holds while latency and processor stay within their limits
and what is sent also arrives; the knee is the last step that held.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from loadtests import machine
from loadtests.crew import Crew, Field, State
from loadtests.experiment import Show, Target, field_of, hub_for
from loadtests.figures import number
from loadtests.latency import percentiles
from loadtests.profiles import Profile, Rates
from loadtests.progress import EXIT_FAILED, watch
from loadtests.result import write

FACTOR = 1.6
_SETTLE_S = 2.0
_KEPT_SHARE = 0.98


@dataclass(frozen=True, slots=True)
class Limits:
    """When a server has given up. `cores` counts all of its processes."""

    p95_ms: float = 400.0
    cores: float = 1.5


class Step(msgspec.Struct, frozen=True):
    """One load. `arrived_share` is what teachers saw, or the hub acknowledged, of what was sent.

    `reason` says why it did not hold; empty: it held.
    """

    asked_per_s: float
    messages_per_s: float
    p95_ms: float | None
    cores: float | None
    memory_mb: float | None
    arrived_share: float
    reason: str = ""


class Knee(msgspec.Struct, frozen=True):
    """Every step. The knee is the last that held; None when not even the first did."""

    name: str
    devices: int
    started_at: str
    commit: str
    machine: dict[str, str | int | float]
    steps: tuple[Step, ...]

    @property
    def last_held(self) -> Step | None:
        """The highest load that held before the first that did not."""
        held = None
        for step in self.steps:
            if step.reason:
                break
            held = step
        return held

    @property
    def reason(self) -> str:
        """Why the first step beyond did not hold; empty when every one held."""
        return next((step.reason for step in self.steps if step.reason), "")


@dataclass(frozen=True, slots=True)
class Climb:
    """How a load is raised: from `first` messages a second, at most to `most`.

    With `durable` devices report events, whose acknowledgements count; else windows, whose
    arrival at the teachers does.
    """

    first: float
    most: float
    seconds: float
    durable: bool
    limits: Limits = Limits()
    factor: float = FACTOR
    """By which each step is above the one before."""


async def climb(
    plan: Climb, field: Field, stop: asyncio.Event, show: Callable[[State], None]
) -> tuple[Step, ...]:
    """Raise the load step by step until one does not hold, or `stop`; raises as a run does."""
    steps: list[Step] = []
    devices = len(field.seats)
    async with Crew(field, stop, show) as crew:
        await crew.teach()
        await crew.connect(devices, devices / 250)
        await crew.pause("settling", _SETTLE_S)
        rate = plan.first
        while rate <= plan.most and not stop.is_set():
            steps.append(await _step(crew, plan, rate, devices))
            if steps[-1].reason:
                break
            rate *= plan.factor
    return tuple(steps)


async def _step(crew: Crew, plan: Climb, rate: float, devices: int) -> Step:
    before = await crew.tally()
    rates = Rates(event=rate / devices) if plan.durable else Rates(window=rate / devices)
    window = await crew.play(rates, plan.seconds, phase=f"{rate:,.0f} messages/s", think="random")
    after = await crew.tally()
    if plan.durable:
        taken = after.acknowledged_ms[len(before.acknowledged_ms) :]
        p95 = percentiles(taken, (0.95,))[0]
        arrived = len(taken)
    else:
        compared = await crew.compare(after)
        assert compared is not None
        p95, arrived = compared.latencies[1], window.sights
    cores = window.cost.cores if window.cost else None
    step = Step(
        asked_per_s=round(rate, 1),
        messages_per_s=round(window.messages / window.seconds, 1),
        p95_ms=None if p95 is None else round(p95, 1),
        cores=None if cores is None else round(cores, 3),
        memory_mb=round(window.after.pss_mb, 1) if window.after and window.after.pss_mb else None,
        arrived_share=round(min(1.0, arrived / max(1, window.messages)), 3),
    )
    await crew.pause("letting it come to rest", _SETTLE_S)
    return msgspec.structs.replace(step, reason=reason_of(step, plan.limits))


def reason_of(step: Step, limits: Limits) -> str:
    """Why a step does not hold; empty when it does."""
    if step.messages_per_s < step.asked_per_s * 0.9:
        return f"only {step.messages_per_s:,.0f}/s could be sent: the simulators are at their end"
    if step.p95_ms is None or step.p95_ms > limits.p95_ms:
        late = "nothing" if step.p95_ms is None else f"{step.p95_ms:,.0f} ms"
        return f"p95 {late}, at most {limits.p95_ms:,.0f} ms"
    if step.cores is not None and step.cores > limits.cores:
        return f"{step.cores:.2f} cores, at most {limits.cores:.2f}"
    # What was sent in the last moments is still on its way.
    if step.arrived_share < _KEPT_SHARE - limits.p95_ms / 1000:
        return f"{1 - step.arrived_share:.0%} had not arrived at the end"
    return ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--devices", type=int, default=600, help="devices, all in lessons")
    parser.add_argument("--first", type=float, default=300.0, help="messages a second to begin")
    parser.add_argument("--most", type=float, default=20_000.0, help="and to end with")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each step")
    parser.add_argument("--p95", type=float, default=400.0, help="limit in ms, device to teacher")
    parser.add_argument("--cores", type=float, default=1.5, help="limit of the server's processor")
    parser.add_argument("--json", type=Path, help="write the steps here")


def run(options: argparse.Namespace) -> int:
    """0: found or not reached; 2: it could not run."""
    limits = Limits(options.p95, options.cores)
    plan = Climb(options.first, options.most, options.seconds, durable=False, limits=limits)

    async def doing(stop: asyncio.Event, show: Show) -> Knee:
        return await hub_knee("formroom", options.devices, plan, options.started_at, stop, show)

    console = Console(stderr=True)
    found = watch(doing, console)
    if isinstance(found, int):
        return found
    if not found.steps:
        console.print("stopped before there was anything to measure")
        return EXIT_FAILED
    if options.json:
        write(found, options.json)
    show_knee(found, Console())
    return 0


async def hub_knee(
    name: str,
    devices: int,
    plan: Climb,
    started_at: str,
    stop: asyncio.Event,
    show: Show,
    *,
    target: Target | None = None,
) -> Knee:
    """The knee of a hub that is started for it; `durable` needs no teachers."""
    facts = machine.facts()
    profile = Profile(name=name, about="", devices=devices, lessons=not plan.durable)
    async with hub_for(target or Target(), devices, 30, 1, show) as site:
        steps = await climb(plan, field_of(profile, site), stop, lambda state: show(name, state))
    return Knee(name, devices, started_at, machine.commit(), facts, steps)


def show_knee(found: Knee, console: Console) -> None:
    """Print the steps and where it gave up."""
    table = Table("messages a second", title=f"{found.name}: {found.devices:,} devices")
    for heading in ("p95 ms", "cores", "memory MB", "arrived", ""):
        table.add_column(heading, justify="right" if heading else "left")
    for step in found.steps:
        table.add_row(
            number(step.messages_per_s),
            "-" if step.p95_ms is None else number(step.p95_ms),
            "-" if step.cores is None else number(step.cores),
            "-" if step.memory_mb is None else number(step.memory_mb),
            f"{step.arrived_share:.0%}",
            step.reason or "held",
        )
    console.print(table)
    held = found.last_held
    if held is None:
        console.print(f"not even the first step held: {found.reason}")
    elif found.reason:
        console.print(f"the knee: {held.messages_per_s:,.0f} messages a second; {found.reason}")
    else:
        console.print(f"no knee up to {held.messages_per_s:,.0f} messages a second")
