"""Which faults happen when, from a seed: the same every time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from loadtests.faults.databases import KillPostgres
from loadtests.faults.fault import Fault, Planned
from loadtests.faults.network import BadWay, FrozenConsole, MalformedFrames, Storm
from loadtests.faults.peers import ClockJump, Poison, Twin
from loadtests.faults.proxy import Mode, Way
from loadtests.faults.resources import FullDisk, NoDescriptors
from loadtests.faults.signals import Freeze, Kill, KillHub, Starve, Target

WAYS = 3
FIRST_S = 2.0
PROCESS_TRACK = "processes"
PEER_TRACK = "peers"

Made = tuple[Fault, float, float]
"""A fault, for how long it holds, and seconds of peace before the next of its track."""


def _kill(rng: random.Random) -> Made:
    target = rng.choice((Target.SHARD, Target.SHARD, Target.ARCHIVIST))
    times = rng.choice((1, 1, 3))
    return Kill("F01", target, times, rng.uniform(0.5, 3)), 0.0, rng.uniform(4, 7)


def _node(rng: random.Random) -> Made:
    return Kill("F03", Target.RAYLET), 0.0, rng.uniform(16, 20)


def _control(rng: random.Random) -> Made:
    return Kill("F04", Target.GCS), 0.0, rng.uniform(16, 20)


def _hub(rng: random.Random) -> Made:
    return KillHub(), 0.0, rng.uniform(6, 9)


def _freeze(rng: random.Random) -> Made:
    target = rng.choice((Target.SHARD, Target.ARCHIVIST, Target.HUB))
    return Freeze("F06", target), rng.uniform(4, 12), rng.uniform(6, 9)


def _postgres(rng: random.Random) -> Made:
    return KillPostgres(), rng.uniform(1, 5), rng.uniform(5, 8)


def _writer(rng: random.Random) -> Made:
    times, gap_s = rng.randint(2, 4), rng.uniform(0.3, 2.0)
    return Kill("F09", Target.ARCHIVIST, times, gap_s), 0.0, rng.uniform(4, 7)


def _memory(rng: random.Random) -> Made:
    return Starve(), rng.uniform(1, 3), rng.uniform(4, 7)


def _disk(rng: random.Random) -> Made:
    return FullDisk(), rng.uniform(3, 8), rng.uniform(4, 7)


def _descriptors(rng: random.Random) -> Made:
    return NoDescriptors(), rng.uniform(4, 8), rng.uniform(2, 4)


def _stall(rng: random.Random) -> Made:
    return Freeze("F22", Target.HUB), 2.0, rng.uniform(3, 5)


def _partition(rng: random.Random) -> Made:
    mode = rng.choice((Mode.BLACKHOLE, Mode.BLACKHOLE, Mode.HALF_OPEN, Mode.RESET))
    return BadWay("F10", Way(mode), rng.randrange(WAYS)), rng.uniform(3, 15), rng.uniform(2, 5)


def _slow(rng: random.Random) -> Made:
    mode = rng.choice((Mode.DELAY, Mode.DRIP))
    way = Way(mode, delay_s=rng.uniform(0.1, 0.4), drip_bytes=rng.randint(100, 400))
    return BadWay("F23", way, rng.randrange(WAYS)), rng.uniform(5, 12), rng.uniform(2, 4)


def _garbage(rng: random.Random) -> Made:
    if rng.random() < 0.5:
        return MalformedFrames(), 0.0, rng.uniform(2, 4)
    return BadWay("F14", Way(Mode.CORRUPT), rng.randrange(WAYS)), 3.0, rng.uniform(2, 4)


def _storm(rng: random.Random) -> Made:
    return Storm(), 5.0, rng.uniform(4, 6)


def _console(rng: random.Random) -> Made:
    return FrozenConsole(), 10.0, rng.uniform(1, 2)


def _twin(rng: random.Random) -> Made:
    return Twin(rng.randrange(1000)), rng.uniform(6, 12), rng.uniform(1, 3)


def _clock(rng: random.Random) -> Made:
    return ClockJump(rng.choice((-1, 1)), rng.randrange(5)), rng.uniform(3, 8), rng.uniform(1, 3)


def _poison(rng: random.Random) -> Made:
    return Poison(rng.randrange(1000)), 0.0, rng.uniform(2, 4)


PROCESSES: dict[str, Callable[[random.Random], Made]] = {
    "F01": _kill,
    "F03": _node,
    "F04": _control,
    "F05": _hub,
    "F06": _freeze,
    "F08": _postgres,
    "F09": _writer,
    "F18": _disk,
    "F20": _memory,
    "F22": _stall,
}
"""What happens to processes: one after another, with time to come back."""
PEERS: dict[str, Callable[[random.Random], Made]] = {
    "F02": _poison,
    "F10": _partition,
    "F12": _console,
    "F13": _clock,
    "F14": _garbage,
    "F15": _storm,
    "F16": _twin,
    "F21": _descriptors,
    "F23": _slow,
}
"""What happens outside the server: one after another, beside the others."""


def scheduled() -> frozenset[str]:
    """The ids that a schedule may hold."""
    return frozenset(PROCESSES) | frozenset(PEERS)


def plan(seed: int, seconds: float, faults: Iterable[str], database: str) -> list[Planned]:
    """The schedule of a seed, in the order of time; everything is healed within `seconds`.

    Two tracks run beside each other. Each kind of fault comes before any comes again. Raises
    `ValueError` for a fault that no schedule can hold.
    """
    wanted = set(faults)
    if unknown := wanted - scheduled():
        raise ValueError(f"no schedule can hold {', '.join(sorted(unknown))}")
    wanted.discard("F08" if database == "sqlite" else "F09")
    planned: list[Planned] = []
    for name, track in ((PROCESS_TRACK, PROCESSES), (PEER_TRACK, PEERS)):
        kinds = [id_ for id_ in track if id_ in wanted]
        planned += _fill(random.Random(f"{seed} {name}"), kinds, track, seconds, name)
    return sorted(planned, key=lambda one: one.at_s)


def _fill(
    rng: random.Random,
    kinds: Sequence[str],
    makers: dict[str, Callable[[random.Random], Made]],
    seconds: float,
    name: str,
) -> list[Planned]:
    planned: list[Planned] = []
    at_s = FIRST_S
    deck: list[str] = []
    while kinds:
        if not deck:
            deck = rng.sample(kinds, len(kinds))
        fault, hold_s, peace_s = makers[deck.pop()](rng)
        if at_s + hold_s > seconds:
            if deck:
                continue
            break
        planned.append(Planned(round(at_s, 3), round(hold_s, 3), fault, name))
        at_s += hold_s + peace_s
    return planned
