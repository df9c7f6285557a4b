"""Thousands of pupils in one process, and what they do when."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

import psutil

from loadtests.connection import Connection
from loadtests.pipes import (
    BeginPupils,
    Clock,
    ClockAsked,
    Halt,
    Perform,
    Play,
    PupilsProgress,
    Tally,
    TallyAsked,
    orders,
    report,
)
from loadtests.pupils import Measures, Pupil

_TICK_S = 2.0
"""Every pupil's clock moves once in this time, a part of them at a time."""
_TICK_PARTS = 20
_REPORT_S = 0.5

Say = Callable[[Pupil, float], None]
_SAYINGS: dict[str, Say] = {
    "window": Pupil.say_window,
    "presence": Pupil.say_presence,
    "user": Pupil.say_user,
    "event": Pupil.say_event,
}


class Swarm:
    """All the pupils of this process. `tasks` is where their connections live."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.pupils: dict[int, Pupil] = {}
        self._tasks = tasks
        self._measures = Measures()
        self._process = psutil.Process()
        self._plays = 0
        self._running: list[asyncio.Task[None]] = [
            tasks.create_task(self._keep_ticking()),
            tasks.create_task(self._keep_reporting()),
        ]

    def begin(self, plan: BeginPupils) -> None:
        """Add pupils, and connect them at the planned pace."""
        added = {
            plan.first + at: Pupil(plan.first + at, seat, self._measures, plan.shift_us)
            for at, seat in enumerate(plan.seats)
        }
        self.pupils |= added
        self._running.append(self._tasks.create_task(self._connect(plan, list(added.values()))))

    def end(self) -> None:
        """Let everything go."""
        for task in self._running:
            task.cancel()

    def play(self, order: Play) -> None:
        """Have everybody say things at these rates, spread evenly from the beginning."""
        self._plays += 1
        loop = asyncio.get_running_loop()
        start_s = loop.time() + order.in_s
        for kind, say in _SAYINGS.items():
            rate = getattr(order.rates, kind)
            if not rate:
                continue
            script = _Script(self, self._plays, order, say, start_s, 1 / rate)
            for at, pupil in enumerate(self.pupils.values()):
                share = at / len(self.pupils) if order.think == "even" else random.random()
                script.call(pupil, start_s + share / rate)

    def halt(self) -> None:
        """Send no more."""
        self._plays += 1

    def is_current(self, play: int) -> bool:
        """Whether nothing else was ordered since."""
        return play == self._plays

    def perform(self, order: Perform) -> None:
        """Do something to a share of the pupils, spread over its time."""
        act = order.act
        if act.do not in ("break", "sign_on"):
            return
        do = Pupil.cut if act.do == "break" else Pupil.say_user
        loop = asyncio.get_running_loop()
        chosen = list(self.pupils.values())[: round(act.share * len(self.pupils))]
        for at, pupil in enumerate(chosen):
            loop.call_later(order.in_s + act.spread_s * at / len(chosen), _do, do, pupil)

    def progress(self) -> PupilsProgress:
        """How everybody is doing."""
        pupils = self.pupils.values()
        times = self._process.cpu_times()
        return PupilsProgress(
            connected=sum(pupil.session.welcomed for pupil in pupils),
            sent=self._measures.messages,
            unacknowledged=sum(pupil.session.unacknowledged for pupil in pupils),
            failures=sum(pupil.failures for pupil in pupils),
            detail=next((pupil.detail for pupil in pupils if pupil.detail), ""),
            cpu_s=times.user + times.system,
            rss_mb=self._process.memory_info().rss / 1024**2,
            bytes_in=Connection.bytes_in,
            bytes_out=Connection.bytes_out,
        )

    def tally(self) -> Tally:
        """What everybody has sent."""
        pupils, measures = self.pupils.values(), self._measures
        return Tally(
            sent={index: pupil.sent for index, pupil in self.pupils.items()},
            messages=measures.messages,
            events=measures.events,
            unacknowledged=sum(pupil.session.unacknowledged for pupil in pupils),
            dropped=sum(pupil.session.dropped for pupil in pupils),
            rejected=sum(len(pupil.session.rejected) for pupil in pupils),
            pictures=measures.pictures,
            sheds=measures.sheds,
            acknowledged_ms=tuple(measures.acknowledged_ms),
            connected_ms=tuple(measures.connected_ms),
            returned_ms=tuple(measures.returned_ms),
            away=sum(bool(pupil.cut_s) for pupil in pupils),
        )

    async def _connect(self, plan: BeginPupils, pupils: list[Pupil]) -> None:
        await asyncio.sleep(plan.delay_s)
        start_s = time.monotonic()
        for at, pupil in enumerate(pupils):
            wait_s = start_s + at * plan.interval_s - time.monotonic()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self._running.append(self._tasks.create_task(pupil.run(plan.url)))

    async def _keep_ticking(self) -> None:
        part = 0
        while True:
            await asyncio.sleep(_TICK_S / _TICK_PARTS)
            part = (part + 1) % _TICK_PARTS
            now_s = time.monotonic()
            for pupil in list(self.pupils.values())[part::_TICK_PARTS]:
                pupil.tick(now_s)

    async def _keep_reporting(self) -> None:
        while True:
            report(self.progress())
            await asyncio.sleep(_REPORT_S)


class _Script:
    """One kind of message of one order to play."""

    def __init__(
        self, swarm: Swarm, play: int, order: Play, say: Say, start_s: float, gap_s: float
    ) -> None:
        self._swarm = swarm
        self._play = play
        self._order = order
        self._say = say
        self._start_s = start_s
        self._gap_s = gap_s

    def call(self, pupil: Pupil, due_s: float) -> None:
        """Let a pupil speak when it is due, and again after that."""
        asyncio.get_running_loop().call_at(due_s, self._speak, pupil, due_s)

    def _speak(self, pupil: Pupil, due_s: float) -> None:
        order = self._order
        share = (due_s - self._start_s) / order.seconds
        if share >= 1 or not self._swarm.is_current(self._play):
            return
        factor = order.curve[int(max(share, 0.0) * len(order.curve))]
        if not factor:
            self.call(pupil, due_s + order.seconds / len(order.curve))
            return
        self._say(pupil, time.monotonic())
        mean_s = self._gap_s / factor
        self.call(
            pupil, due_s + (mean_s if order.think == "even" else random.expovariate(1 / mean_s))
        )


def _do(do: Say, pupil: Pupil) -> None:
    do(pupil, time.monotonic())


async def run_pupils() -> None:
    """The worker process: obey orders until standard input ends."""
    async with asyncio.TaskGroup() as tasks:
        swarm = Swarm(tasks)
        obey: dict[type, Callable[..., None]] = {
            BeginPupils: swarm.begin,
            Play: swarm.play,
            Perform: swarm.perform,
            Halt: lambda _: swarm.halt(),
            TallyAsked: lambda _: report(swarm.tally()),
            ClockAsked: lambda _: report(Clock(time.monotonic())),
        }
        async for order in orders():
            obey[type(order)](order)
        swarm.end()
