"""`python -m loadtests size`: what so many schools need, added up from the fitted unit costs."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, get_type_hints

from rich.console import Console
from rich.table import Table

from loadtests.figures import number
from loadtests.progress import EXIT_FAILED
from loadtests.units import COMMITTED, HEARTBEAT_S, UnitCosts, read_unit_costs

NOT_EXTRAPOLATED = (
    "Wi-Fi and the schools' lines: loss, roaming and sleep were not measured.",
    "Pupils' PCs: all devices were simulated; a real agent's cost is in `loadtests media`.",
    "A faster or slower processor: the costs are of the machine named above.",
    "Live screens go from PC to browser and cost the server their signals only; a relay (TURN) "
    "for networks that need one is not in these figures.",
    "The database on another machine: it was SQLite on this one.",
    "Storage: records of devices and the audit record grow with time.",
)


@dataclass(frozen=True, slots=True)
class Demand:
    """What the schools do. Each assumption can be changed by its option."""

    schools: Annotated[int, "schools"] = 50
    devices: Annotated[int, "devices in each school, all of them on"] = 1000
    rate: Annotated[float, "messages a second of each device"] = 0.2
    watched: Annotated[float, "share of devices that a teacher watches"] = 0.5
    pictures: Annotated[float, "share of devices that need JPEG pictures for a path"] = 0.02
    pictures_s: Annotated[float, "seconds between two of their pictures"] = 2.0
    events: Annotated[float, "events of each device an hour that go to the database"] = 10.0
    storm_s: Annotated[float, "seconds within which all devices connect after a break"] = 60.0
    busy: Annotated[float, "share of a core that may be in use on an ordinary day"] = 0.5
    node_cores: Annotated[int, "cores of one node"] = 4
    spare: Annotated[int, "nodes that may fail at once"] = 1

    def __post_init__(self) -> None:
        wrong = [
            name for name in ("schools", "devices", "node_cores") if getattr(self, name) < 1
        ] + [name for name in ("rate", "events", "spare") if getattr(self, name) < 0]
        wrong += [name for name in ("watched", "pictures") if not 0 <= getattr(self, name) <= 1]
        wrong += [name for name in ("pictures_s", "storm_s") if getattr(self, name) <= 0]
        wrong += ["busy"] if not 0 < self.busy <= 1 else []
        if wrong:
            raise ValueError(f"these make no sense: {', '.join(wrong)}")


@dataclass(frozen=True, slots=True)
class Size:
    """What they need. `cores_by` adds up to `cores`, on an ordinary moment of a lesson."""

    cores_by: dict[str, float]
    storm_cores: float
    """While all connect at once; for `storm_s` a node may be full."""
    memory_mb: float
    mbit_per_s: float
    """Both ways, without TLS and TCP."""
    nodes: int
    hub_processes: int
    """A hub and a shard are one thread each: more of them share what one core cannot do."""

    @property
    def cores(self) -> float:
        """In use on an ordinary moment."""
        return sum(self.cores_by.values())


def size_of(demand: Demand, costs: UnitCosts) -> Size:
    """Add up the unit costs; the intercept counts once for each node."""
    cpu = {name: line.slope for name, line in costs.cpu.items()}
    devices = demand.schools * demand.devices
    messages = devices * demand.rate
    per_s = {
        "heartbeat": devices / HEARTBEAT_S * math.exp(-demand.rate * HEARTBEAT_S),
        "message": messages * (1 - demand.watched),
        "watched_message": messages * demand.watched,
        "picture": devices * demand.pictures / demand.pictures_s,
        "event": devices * demand.events / 3600,
    }
    cores_by = {name: count * max(0.0, cpu[name]) for name, count in per_s.items()}
    storm_cores = devices / demand.storm_s * cpu["connect"]
    working = sum(cores_by.values())
    base = max(0.0, costs.cpu["message"].intercept)
    needed = max(working / demand.busy, storm_cores)
    nodes = max(1, math.ceil(needed / max(0.1, demand.node_cores - base))) + demand.spare
    bits = sum(count * costs.bytes_of.get(name, 0.0) for name, count in per_s.items()) * 8
    return Size(
        cores_by=cores_by | {"there anyway": base * nodes},
        storm_cores=storm_cores,
        memory_mb=devices * costs.memory_mb.slope + nodes * costs.memory_mb.intercept,
        mbit_per_s=bits / 1e6,
        nodes=nodes,
        hub_processes=max(1, math.ceil(needed)),
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command: one for each assumption."""
    kinds = get_type_hints(Demand)
    hints = get_type_hints(Demand, include_extras=True)
    for field in fields(Demand):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=kinds[field.name],
            default=field.default,
            help=f"{hints[field.name].__metadata__[0]} (%(default)s)",
        )
    parser.add_argument("--costs", type=Path, default=COMMITTED, help="a file that `units` wrote")


def run(options: argparse.Namespace) -> int:
    """0: printed; 2: there are no costs, or the demand makes no sense."""
    try:
        demand = Demand(**{field.name: getattr(options, field.name) for field in fields(Demand)})
        costs = read_unit_costs(options.costs)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(f"error: {error}", style="red", highlight=False)
        return EXIT_FAILED
    show_size(demand, size_of(demand, costs), costs, Console())
    return 0


def show_size(demand: Demand, size: Size, costs: UnitCosts, console: Console) -> None:
    """Print what is needed, what it is made of, what it assumes and what it does not know."""
    total = demand.schools * demand.devices
    table = Table("what", title=f"{demand.schools} schools of {demand.devices:,} devices")
    table.add_column("needed", justify="right")
    table.add_row(
        f"nodes of {demand.node_cores} cores, {demand.spare} of them spare", str(size.nodes)
    )
    table.add_row("hub processes, and as many shards", f"at least {size.hub_processes}")
    for name, cores in size.cores_by.items():
        table.add_row(f"processor, {name.replace('_', ' ')}", f"{number(cores)} cores")
    table.add_row("processor in all, in a lesson", f"{number(size.cores)} cores")
    table.add_row(f"processor while all connect in {demand.storm_s:g} s", f"{size.storm_cores:.1f}")
    table.add_row("memory in all", f"{size.memory_mb / 1024:.1f} GB")
    table.add_row("network, both ways", f"{number(size.mbit_per_s)} Mbit/s")
    console.print(table)
    machine = ", ".join(str(costs.machine.get(key)) for key in ("processor", "cores"))
    console.print(
        f"Unit costs: commit {costs.commit}, {costs.started_at[:10]}, {machine} cores, measured "
        f"with up to {costs.devices[-1]['devices']:,.0f} devices; {total:,} is beyond that when "
        "larger, and assumes that hubs and shards share nothing but the database."
    )
    hints = get_type_hints(Demand, include_extras=True)
    console.print("Assumed:")
    for field in fields(Demand):
        about = hints[field.name].__metadata__[0]
        console.print(f"  {about}: {getattr(demand, field.name):g}", highlight=False)
    console.print("Not in these figures:")
    for text in NOT_EXTRAPOLATED:
        console.print(f"  {text}", highlight=False)
