"""`python -m loadtests units`: what one more device, message, picture costs, fitted with lines.

A load is raised step by step on one hub, and a line is laid through the server's processor time.
The slope is what one more unit costs; the intercept is what is there anyway.
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
from loadtests.fitting import R2_WANTED, Line, fit
from loadtests.processes import look
from loadtests.profiles import Act, Profile, Rates
from loadtests.progress import EXIT_UNCLEAN, watch
from loadtests.result import Result, write

COMMITTED = Path(__file__).parent / "unit_costs.json"
LEVELS = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Shares of all devices at which they are measured."""
HEARTBEAT_S = 6.0
"""The hub's default: a silent device is heard this often."""
CONNECTS_PER_S = 250.0
WATCHED = 240
SETTLE_S = 2.0
RATE = 0.2
"""Messages a second of each device while devices are counted."""


class UnitCosts(msgspec.Struct, frozen=True):
    """What was fitted, and where. Lines give processor seconds for each unit.

    `cpu` has `connect` (by number), `heartbeat`, `message` (of nobody watched), `watched_message`
    (seen by one console), `picture` (seen by one console) and `event` (committed), each by number
    a second. `memory_mb` is by device connected. `bytes_of` are of a unit on the wire, both ways.
    """

    started_at: str
    commit: str
    machine: dict[str, str | int | float]
    cpu: dict[str, Line]
    memory_mb: Line
    bytes_of: dict[str, float]
    devices: tuple[dict[str, float], ...]
    """One row for each number of devices."""

    @property
    def growth(self) -> float:
        """What a device of the last step costs against all of them, working; 1: flat."""
        line = fit([(row["devices"], row["working_cores"]) for row in self.devices])
        return line.last_step

    def result(self) -> Result:
        """The same as a result of a run."""
        return Result(
            profile="units",
            about="What one more device, message or picture costs, fitted with lines.",
            started_at=self.started_at,
            commit=self.commit,
            machine=self.machine,
            partial=False,
            load={"devices": int(self.devices[-1]["devices"])},
            figures={
                "growth_of_cost": round(self.growth, 3),
                "server_pss_mb": self.devices[-1]["memory_mb"],
                "server_idle_cpu_cores": self.devices[-1]["rest_cores"],
                "server_cpu_cores": self.devices[-1]["working_cores"],
                "connect_us": round(self.cpu["connect"].slope * 1e6, 1),
            },
            tables={
                "devices": tuple(dict(row) for row in self.devices),
                "units": tuple(
                    {
                        "unit": name,
                        "us": round(line.slope * 1e6, 1),
                        "intercept": round(line.intercept, 4),
                        "r2": round(line.r2, 4),
                        "bytes": round(self.bytes_of.get(name, 0.0), 0),
                    }
                    for name, line in self.cpu.items()
                ),
            },
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: at most so many devices, so long at each step."""

    devices: int = 10_000
    seconds: float = 6.0


async def measure(plan: Plan, started_at: str, stop: asyncio.Event, show: Show) -> UnitCosts:
    """Raise every load and fit; raises what a run raises, `Stopped` when it was stopped."""
    facts = machine.facts()
    rows: list[dict[str, float]] = []
    connects: list[tuple[float, float]] = [(0.0, 0.0)]
    cpu: dict[str, Line] = {}
    bytes_of: dict[str, float] = {}
    async with hub_for(Target(), plan.devices, 30, 1, show) as site:
        assert site.pid is not None
        field = Field(site.url, site.pid, site.school.devices)
        async with Crew(field, stop, _part("devices", show)) as crew:
            await _raise_devices(crew, plan, site.pid, rows, connects)
            cpu["connect"] = fit(connects)
            cpu["heartbeat"] = fit(
                [(row["devices"] / HEARTBEAT_S, row["rest_cores"]) for row in rows]
            )
            bytes_of["heartbeat"] = rows[-1]["rest_bytes_per_s"] / (plan.devices / HEARTBEAT_S)
            for kind in ("message", "event"):
                cpu[kind], bytes_of[kind] = await _raise_rate(crew, plan, kind)
    watched = min(WATCHED, plan.devices)
    profile = Profile(name="watched", about="", devices=watched, seconds=plan.seconds)
    async with (
        hub_for(Target(), watched, 30, 1, show) as site,
        Crew(field_of(profile, site), stop, _part("watched", show)) as crew,
    ):
        await crew.teach()
        await crew.connect(watched, watched / CONNECTS_PER_S)
        await crew.rest(SETTLE_S, "settling")
        cpu["watched_message"], bytes_of["watched_message"] = await _raise_watched(crew, plan)
        cpu["picture"], bytes_of["picture"] = await _raise_pictures(crew, plan)
    return UnitCosts(
        started_at=started_at,
        commit=machine.commit(),
        machine=facts,
        cpu=cpu,
        memory_mb=fit([(row["devices"], row["memory_mb"]) for row in rows]),
        bytes_of=bytes_of,
        devices=tuple(rows),
    )


async def _raise_devices(
    crew: Crew,
    plan: Plan,
    pid: int,
    rows: list[dict[str, float]],
    connects: list[tuple[float, float]],
) -> None:
    """More and more devices: what connecting costs, what they cost at rest and at work."""
    await crew.rest(SETTLE_S, "settling")
    bare = await crew.rest(plan.seconds, "measuring without devices")
    assert bare is not None
    spent_s = 0.0
    for share in LEVELS:
        count = max(1, round(plan.devices * share))
        within_s = (count - crew.connected) / CONNECTS_PER_S
        connecting, _ = await crew.measure(crew.connect(count, within_s))
        assert connecting is not None
        spent_s += connecting.cpu_s - bare.cores * connecting.seconds
        connects.append((float(count), spent_s))
        await crew.rest(SETTLE_S, "settling")
        rest = await crew.play(Rates(), plan.seconds, phase=f"{count} at rest")
        work = await crew.play(Rates(window=RATE), plan.seconds, phase=f"{count} at work")
        assert rest.cost is not None
        assert work.cost is not None
        usage = await asyncio.to_thread(look, pid, 0.0)
        rows.append(
            {
                "devices": count,
                "rest_cores": round(rest.cost.cores, 4),
                "working_cores": round(work.cost.cores, 4),
                "us_per_message": round(work.us_per_message or 0.0, 1),
                "memory_mb": round(usage.pss_mb or usage.rss_mb, 1),
                "connect_us": round(
                    (connecting.cpu_s - bare.cores * connecting.seconds)
                    / (count - connects[-2][0])
                    * 1e6,
                    1,
                ),
                "rest_bytes_per_s": round(rest.bytes / rest.seconds, 1),
            }
        )


async def _raise_rate(crew: Crew, plan: Plan, kind: str) -> tuple[Line, float]:
    """More and more messages or events of the same devices, nobody watching."""
    points = []
    carried: list[tuple[float, float]] = []
    most = min(1600.0, plan.devices / 2.0) if kind == "message" else min(400.0, plan.devices / 2.0)
    for share in (0.125, 0.25, 0.5, 1.0):
        rate = most * share / crew.connected
        rates = Rates(window=rate) if kind == "message" else Rates(event=rate)
        window = await crew.play(rates, plan.seconds, phase=f"{kind}s {share:.0%}", think="random")
        assert window.cost is not None
        points.append((window.messages / window.seconds, window.cost.cores))
        carried.append((window.messages / window.seconds, window.bytes / window.seconds))
    return fit(points), fit(carried).slope


async def _raise_watched(crew: Crew, plan: Plan) -> tuple[Line, float]:
    """More and more messages, each seen by one console."""
    points, carried = [], []
    for rate in (0.25, 0.5, 1.0, 2.0):
        window = await crew.play(
            Rates(window=rate), plan.seconds, phase=f"watched, {rate:g}/s each", think="random"
        )
        assert window.cost is not None
        points.append((window.messages / window.seconds, window.cost.cores))
        carried.append((window.messages / window.seconds, window.bytes / window.seconds))
    return fit(points), fit(carried).slope


async def _raise_pictures(crew: Crew, plan: Plan) -> tuple[Line, float]:
    """More and more pictures, each shown by one console."""
    points, carried = [], []
    for pictures_ms in (8000, 4000, 2000, 1000):
        acts = (Act("wall", pictures_ms=pictures_ms),)
        await crew.play(Rates(), SETTLE_S, phase="asking for pictures", acts=acts)
        window = await crew.play(Rates(), plan.seconds, phase=f"pictures each {pictures_ms} ms")
        assert window.cost is not None
        points.append((window.sights / window.seconds, window.cost.cores))
        carried.append((window.sights / window.seconds, window.bytes / window.seconds))
    return fit(points), fit(carried).slope


def _part(name: str, show: Show) -> Callable[[State], None]:
    return lambda state: show(name, state)


def read_unit_costs(path: Path = COMMITTED) -> UnitCosts:
    """What was fitted last; raises `ValueError` or `OSError`."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=UnitCosts)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} has no unit costs: {error}") from None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--devices", type=int, default=10_000, help="most devices")
    parser.add_argument("--seconds", type=float, default=6.0, help="each step")
    parser.add_argument("--json", type=Path, help="write the costs here")


def run(options: argparse.Namespace) -> int:
    """0: measured, 1: a line explains too little, 2: it could not run."""
    plan = Plan(options.devices, options.seconds)

    async def doing(stop: asyncio.Event, show: Show) -> UnitCosts:
        return await measure(plan, options.started_at, stop, show)

    costs = watch(doing, Console(stderr=True))
    if isinstance(costs, int):
        return costs
    if options.json:
        write(costs, options.json)
    show_costs(costs, Console())
    return 0 if all(line.r2 >= R2_WANTED for line in costs.cpu.values()) else EXIT_UNCLEAN


def show_costs(costs: UnitCosts, console: Console) -> None:
    """Print the lines and the rows of devices."""
    table = Table("unit", "processor µs", "there anyway, cores", "R2", "bytes", title="Unit costs")
    for name, line in costs.cpu.items():
        style = "" if line.r2 >= R2_WANTED else "yellow"
        table.add_row(
            name.replace("_", " "),
            number(line.slope * 1e6),
            number(line.intercept),
            f"{line.r2:.3f}",
            number(costs.bytes_of.get(name, 0.0)),
            style=style,
        )
    console.print(table)
    rows = Table(*costs.devices[0], title="Devices")
    for row in costs.devices:
        rows.add_row(*(number(value) for value in row.values()))
    console.print(rows)
    console.print(
        f"memory: {costs.memory_mb.slope * 1024:.1f} KB a device, "
        f"{costs.memory_mb.intercept:.0f} MB anyway; "
        f"a device of the last step costs {costs.growth:.2f} x what one costs over all"
    )
