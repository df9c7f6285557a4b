"""One load on one server: connect, settle, a steady window, and what is left over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from loadtests.pipes import (
    BeginPupils,
    BeginTeachers,
    Compare,
    Compared,
    Halt,
    Order,
    PupilsProgress,
    Send,
    Tally,
    TallyAsked,
    TeachersProgress,
)
from loadtests.processes import Cost, Usage, cost, look
from loadtests.school import Seat, Staff, socket_url
from loadtests.workers import Worker, WorkerFailed

PUPILS_PER_PROCESS = 5000
_CONNECT_S = 120.0
_IDLE_S = 5.0
_LEAD_S = 0.5
_DRAIN_S = 20.0
_STEP_S = 0.25


class Stopped(Exception):
    """The person stopped the run before there was anything to report."""


@dataclass(frozen=True, slots=True)
class Load:
    """What to do to a server. Without staff nobody watches."""

    hub: str
    server_pid: int | None
    seats: tuple[Seat, ...]
    staff: tuple[Staff, ...]
    rate: float
    seconds: float
    connects_per_s: float
    watched: int | None = None
    """How many of the seats, from the first, the staff's lessons hold; None: all."""
    measures_idle: bool = True
    settle_s: float = 2.0
    """Between the last connection and the first measurement."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a load is, for whoever shows progress."""

    phase: str
    done: float
    """0 to 1 of the phase."""
    connected: int = 0
    sent: int = 0
    seen: int = 0
    p95_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a load."""

    partial: bool
    connect_s: float
    seconds: float
    tally: Tally
    failures: int
    compared: Compared | None
    usage: Usage | None
    idle: Cost | None
    cost: Cost | None
    load_cores: float

    @property
    def messages(self) -> int:
        """Messages sent."""
        return sum(self.tally.sent.values())


class Drive:
    """Carries out one load. `stop` ends it early; `show` is told how far it is."""

    def __init__(self, load: Load, stop: asyncio.Event, show: Callable[[State], None]) -> None:
        self._load = load
        self._stop = stop
        self._show = show
        self._pupils: list[Worker] = []
        self._teachers: Worker | None = None
        self._state = State("starting", 0.0)

    async def run(self) -> Outcome:
        """Raises `Stopped`, and `WorkerFailed` when the load cannot be put on the server."""
        try:
            return await self._run_with_workers()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    async def _run_with_workers(self) -> Outcome:
        async with AsyncExitStack() as stack:
            listening = await stack.enter_async_context(asyncio.TaskGroup())
            count = len(self._load.seats)
            for _ in range(-(-count // PUPILS_PER_PROCESS)):
                self._pupils.append(await stack.enter_async_context(Worker("_pupils")))
            if self._load.staff:
                self._teachers = await stack.enter_async_context(Worker("_teachers"))
            for worker in self._workers:
                listening.create_task(worker.listen())
            return await self._run()

    async def _run(self) -> Outcome:
        load = self._load
        if self._teachers:
            await self._teachers.order(BeginTeachers(load.hub, load.staff))
            await self._until("starting lessons", self._are_watching, _CONNECT_S)
        connect_s = await self._connect()
        await self._pause("settling", load.settle_s)
        idle = await self._measure_idle()
        start_s = time.monotonic() + _LEAD_S
        await self._order_pupils(Send(load.rate, start_s, start_s + load.seconds))
        await asyncio.sleep(start_s - time.monotonic())
        before, load_before = self._look(), self._look_at_load()
        await self._pause("steady window", load.seconds, may_stop=True)
        partial = self._stop.is_set()
        after, load_after = self._look(), self._look_at_load()
        seconds = time.monotonic() - start_s
        await self._order_pupils(Halt())
        tally = await self._drain()
        compared = None
        if self._teachers:
            compared = await self._teachers.ask(Compare(self._watched(tally)), Compared)
        return Outcome(
            partial=partial,
            connect_s=connect_s,
            seconds=seconds,
            tally=tally,
            failures=self._failures(),
            compared=compared,
            usage=after,
            idle=idle,
            cost=cost(before, after) if before and after else None,
            load_cores=(load_after - load_before) / seconds,
        )

    @property
    def _workers(self) -> list[Worker]:
        return [*self._pupils, *([self._teachers] if self._teachers else [])]

    async def _connect(self) -> float:
        load = self._load
        interval_s = 1 / load.connects_per_s
        for at, worker in enumerate(self._pupils):
            first = at * PUPILS_PER_PROCESS
            await worker.order(
                BeginPupils(
                    url=socket_url(load.hub, "/device"),
                    first=first,
                    seats=load.seats[first : first + PUPILS_PER_PROCESS],
                    interval_s=interval_s,
                    delay_s=first * interval_s,
                )
            )
        began_s = time.monotonic()
        limit_s = _CONNECT_S + len(load.seats) * interval_s
        await self._until("connecting", self._are_connected, limit_s)
        return time.monotonic() - began_s

    async def _measure_idle(self) -> Cost | None:
        before = self._look() if self._load.measures_idle else None
        if before is None:
            return None
        await self._pause("measuring at rest", _IDLE_S)
        after = self._look()
        return cost(before, after) if after else None

    async def _drain(self) -> Tally:
        deadline = time.monotonic() + _DRAIN_S
        tally = await self._tally()
        while self._teachers and time.monotonic() < deadline:
            seen = self._teachers_progress().seen
            self._say("waiting for the last", 1.0)
            if seen >= sum(self._watched(tally).values()) and not tally.unacknowledged:
                break
            await asyncio.sleep(0.5)
            tally = await self._tally()
        return tally

    async def _tally(self) -> Tally:
        parts = [await worker.ask(TallyAsked(), Tally) for worker in self._pupils]
        return Tally(
            sent={device: sent for part in parts for device, sent in part.sent.items()},
            unacknowledged=sum(part.unacknowledged for part in parts),
            dropped=sum(part.dropped for part in parts),
            rejected=sum(part.rejected for part in parts),
        )

    async def _order_pupils(self, order: Order) -> None:
        for worker in self._pupils:
            await worker.order(order)

    # --- waiting ----------------------------------------------------------------------------

    async def _until(self, phase: str, share: Callable[[], float], limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while (done := share()) < 1:
            self._say(phase, done)
            self._check()
            if self._stop.is_set():
                raise Stopped
            if time.monotonic() > deadline:
                raise WorkerFailed(f"{phase}: {done:.0%} after {limit_s:.0f} s. {self._detail()}")
            await asyncio.sleep(_STEP_S)

    async def _pause(self, phase: str, seconds: float, *, may_stop: bool = False) -> None:
        began_s = time.monotonic()
        while (passed := time.monotonic() - began_s) < seconds:
            self._say(phase, passed / seconds)
            self._check()
            if self._stop.is_set():
                if may_stop:
                    return
                raise Stopped
            await asyncio.sleep(min(_STEP_S, seconds - passed))

    def _check(self) -> None:
        for worker in self._workers:
            if worker.failed:
                raise WorkerFailed(worker.failed)

    def _say(self, phase: str, done: float) -> None:
        pupils, teachers = self._pupils_progress(), self._teachers_progress()
        self._state = replace(
            self._state,
            phase=phase,
            done=done,
            connected=sum(one.connected for one in pupils),
            sent=sum(one.sent for one in pupils),
            seen=teachers.seen,
            p95_ms=teachers.p95_ms,
        )
        self._show(self._state)

    # --- looking ----------------------------------------------------------------------------

    def _look(self) -> Usage | None:
        pid = self._load.server_pid
        return None if pid is None else look(pid, time.monotonic())

    def _look_at_load(self) -> float:
        return sum(
            sum(look(worker.pid, time.monotonic()).cpu_s.values()) for worker in self._workers
        )

    def _pupils_progress(self) -> list[PupilsProgress]:
        found = [worker.reports.get(PupilsProgress) for worker in self._pupils]
        return [one for one in found if isinstance(one, PupilsProgress)]

    def _teachers_progress(self) -> TeachersProgress:
        found = self._teachers.reports.get(TeachersProgress) if self._teachers else None
        if isinstance(found, TeachersProgress):
            return found
        return TeachersProgress(0, 0, 0, None, 0)

    def _are_watching(self) -> float:
        return self._teachers_progress().watching / len(self._load.staff)

    def _are_connected(self) -> float:
        share = sum(one.connected for one in self._pupils_progress()) / len(self._load.seats)
        if self._teachers:
            seen = self._teachers_progress().connected_devices / self._watched_count
            share = min(share, seen)
        return share

    @property
    def _watched_count(self) -> int:
        return len(self._load.seats) if self._load.watched is None else self._load.watched

    def _watched(self, tally: Tally) -> dict[int, int]:
        """What the teachers should have seen."""
        return {at: sent for at, sent in tally.sent.items() if at < self._watched_count}

    def _failures(self) -> int:
        return sum(one.failures for one in self._pupils_progress()) + (
            self._teachers_progress().failures
        )

    def _detail(self) -> str:
        details = [one.detail for one in self._pupils_progress()]
        return " ".join((*details, self._teachers_progress().detail)).strip()
