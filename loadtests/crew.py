"""Pupils and teachers in their worker processes, and what they are told to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from loadtests.pipes import (
    BeginPupils,
    BeginTeachers,
    Compare,
    Compared,
    Forget,
    Halt,
    Perform,
    Play,
    PupilsProgress,
    Tally,
    TallyAsked,
    TeachersProgress,
)
from loadtests.processes import Cost, Usage, cost, look
from loadtests.profiles import Act, Rates
from loadtests.sampler import Now, Sample, Sampler
from loadtests.school import Seat, Staff, socket_url
from loadtests.workers import Open, Worker, WorkerFailed, open_process

PUPILS_PER_PROCESS = 5000
_CONNECT_S = 120.0
_LEAD_S = 0.5
_DRAIN_S = 20.0
_RETURN_S = 90.0
_STEP_S = 0.25
R = TypeVar("R")


class Stopped(Exception):
    """The person stopped the run before there was anything to report."""


@dataclass(frozen=True, slots=True)
class Field:
    """The server that is loaded, and who may be there. Without staff nobody watches.

    `server_pid` is the server's process when it is on this machine; `watched` says how many of
    the seats, from the first, the staff's lessons hold.
    """

    hub: str
    server_pid: int | None
    seats: Sequence[Seat]
    staff: tuple[Staff, ...] = ()
    watched: int = 0


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
    server_cores: float | None = None
    load_cores: float = 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """What one stretch of time cost. Messages and events are those that were sent in it."""

    seconds: float
    messages: int
    events: int
    cost: Cost | None
    before: Usage | None
    after: Usage | None
    load_cores: float
    is_whole: bool
    bytes: int
    """Of all connections, both ways."""
    sights: int
    """Messages and pictures that teachers saw."""

    @property
    def us_per_message(self) -> float | None:
        """The server's processor time, for each message; None when nothing is known of it."""
        if self.cost is None or not self.messages:
            return None
        return self.cost.cpu_s * 1e6 / self.messages


class Crew:
    """The workers of one load. Entering starts them, leaving ends them and all connections.

    `stop` ends what may be ended early; `show` is told how far it is. All methods raise
    `WorkerFailed` when the load cannot be put on the server.
    """

    def __init__(
        self,
        field: Field,
        stop: asyncio.Event,
        show: Callable[[State], None],
        *,
        open_: Open = open_process,
        processes: int = 1,
    ) -> None:
        self.connected = 0
        """Devices that were told to connect."""
        self._field = field
        self._stop = stop
        self._show = show
        self._open = open_
        count = max(processes, -(-len(field.seats) // PUPILS_PER_PROCESS))
        self._share = -(-len(field.seats) // count)
        self._pupils = [Worker("_pupils", open_) for _ in range(count)]
        self._teachers = Worker("_teachers") if field.staff else None
        self._stack = AsyncExitStack()
        self._sampler = Sampler(field.server_pid, self._now)

    async def __aenter__(self) -> Self:
        listening = await self._stack.enter_async_context(asyncio.TaskGroup())
        for worker in self._workers:
            await self._stack.enter_async_context(worker)
            listening.create_task(worker.listen())
        sampling = listening.create_task(self._sampler.run())
        self._stack.callback(sampling.cancel)
        for worker in self._workers:
            await worker.measure_shift()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._stack.__aexit__(kind, error, trace)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None

    @property
    def samples(self) -> list[Sample]:
        """One for each second since the beginning."""
        return self._sampler.samples

    # --- what the crew does -----------------------------------------------------------------

    async def teach(self, within_s: float = 0.0) -> None:
        """Begin all lessons; without `within_s` they run when this returns."""
        if self._teachers is None:
            return
        await self._teachers.order(BeginTeachers(self._field.hub, self._field.staff, within_s))
        if not within_s:
            await self._until("starting lessons", self._share_watching, _CONNECT_S)

    async def connect(self, total: int, within_s: float, *, are_seen: bool = True) -> float:
        """Connect until so many devices are; returns the seconds until all were welcomed.

        With `are_seen` the watched ones are also seen by their teachers.
        """
        began_s = time.monotonic()
        first, self.connected = self.connected, total
        interval_s = within_s / max(1, total - first)
        for at, worker in enumerate(self._pupils):
            begin = max(first, at * self._share)
            end = min(total, (at + 1) * self._share)
            if begin < end:
                await worker.order(
                    BeginPupils(
                        url=socket_url(self._field.hub, "/device"),
                        first=begin,
                        seats=tuple(self._field.seats[begin:end]),
                        interval_s=interval_s,
                        delay_s=(begin - first) * interval_s,
                        shift_us=worker.shift_us,
                    )
                )
        share = self._share_seen if are_seen else self._share_connected
        await self._until("connecting", share, _CONNECT_S + within_s)
        return time.monotonic() - began_s

    async def play(
        self,
        rates: Rates,
        seconds: float,
        *,
        phase: str = "measuring",
        think: str = "even",
        curve: tuple[float, ...] = (1.0,),
        acts: tuple[Act, ...] = (),
    ) -> Window:
        """Send at these rates for so long, with all acts; ends early when stopped."""
        if self._teachers:
            await self._teachers.order(Forget())
        tally = await self.tally()
        start_s = time.monotonic() + _LEAD_S
        for worker in self._pupils:
            await worker.order(Play(rates, start_s - time.monotonic(), seconds, think, curve))
        for act in acts:
            for worker in self._workers:
                await worker.order(Perform(act, start_s + act.at_s - time.monotonic()))
        await asyncio.sleep(start_s - time.monotonic())
        before, began = await self._look(), self._now()
        is_whole = await self.pause(phase, seconds)
        after, ended = await self._look(), self._now()
        passed_s = time.monotonic() - start_s
        for worker in self._pupils:
            await worker.order(Halt())
        sent = await self.tally()
        return Window(
            seconds=passed_s,
            messages=sent.messages - tally.messages,
            events=sent.events - tally.events,
            cost=cost(before, after) if before and after else None,
            before=before,
            after=after,
            load_cores=(ended.cpu_s - began.cpu_s) / passed_s,
            is_whole=is_whole,
            bytes=ended.bytes - began.bytes,
            sights=ended.seen + ended.pictures - began.seen - began.pictures,
        )

    async def rest(self, seconds: float, phase: str = "measuring at rest") -> Cost | None:
        """What the server costs while nobody does anything; raises `Stopped`."""
        before = await self._look()
        if not await self.pause(phase, seconds):
            raise Stopped
        after = await self._look()
        return cost(before, after) if before and after else None

    async def measure(self, doing: Awaitable[R]) -> tuple[Cost | None, R]:
        """Do something, and say what the server spent on it."""
        before = await self._look()
        done = await doing
        after = await self._look()
        return (cost(before, after) if before and after else None), done

    async def pause(self, phase: str, seconds: float) -> bool:
        """Wait; False when it was stopped before its end."""
        began_s = time.monotonic()
        while (passed_s := time.monotonic() - began_s) < seconds:
            self._say(phase, passed_s / seconds)
            self._check()
            if self._stop.is_set():
                return False
            await asyncio.sleep(min(_STEP_S, seconds - passed_s))
        return True

    async def drain(self) -> Tally:
        """Wait for what is on its way: acknowledgements, sightings, and longer for returns."""
        began_s = time.monotonic()
        while True:
            tally = await self.tally()
            is_seen = not self._teachers or self._teachers_progress().seen >= sum(
                self._watched(tally).values()
            )
            if is_seen and not tally.unacknowledged and not tally.away:
                return tally
            if time.monotonic() > began_s + (_RETURN_S if tally.away else _DRAIN_S):
                return tally
            self._say("waiting for the last", 1.0)
            self._check()
            await asyncio.sleep(0.5)

    async def tally(self) -> Tally:
        """What all pupils have sent."""
        parts = [await worker.ask(TallyAsked(), Tally) for worker in self._pupils]
        return Tally(
            sent={device: sent for part in parts for device, sent in part.sent.items()},
            acknowledged_ms=tuple(ms for part in parts for ms in part.acknowledged_ms),
            connected_ms=tuple(ms for part in parts for ms in part.connected_ms),
            returned_ms=tuple(ms for part in parts for ms in part.returned_ms),
            **{name: sum(getattr(part, name) for part in parts) for name in _ADDED},
        )

    async def compare(self, tally: Tally) -> Compared | None:
        """What the teachers saw against what was sent; None without teachers."""
        if self._teachers is None:
            return None
        return await self._teachers.ask(Compare(self._watched(tally)), Compared)

    @property
    def failures(self) -> int:
        """Connections of devices and teachers that broke or could not be made."""
        pupils = sum(one.failures for one in self._pupils_progress())
        return pupils + self._teachers_progress().failures

    @property
    def load_memory_mb(self) -> float:
        """Resident memory of the simulated devices and teachers."""
        return self._now().rss_mb

    # --- waiting and looking ----------------------------------------------------------------

    @property
    def _workers(self) -> list[Worker]:
        return [*self._pupils, *([self._teachers] if self._teachers else [])]

    def _watched(self, tally: Tally) -> dict[int, int]:
        """What the teachers should have seen."""
        return {at: sent for at, sent in tally.sent.items() if at < self._field.watched}

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

    def _check(self) -> None:
        for worker in self._workers:
            if worker.failed:
                raise WorkerFailed(worker.failed)

    def _say(self, phase: str, done: float) -> None:
        now = self._now()
        last = self.samples[-1] if self.samples else None
        self._show(
            State(
                phase,
                done,
                now.connected,
                now.sent,
                now.seen,
                now.p95_ms,
                sum(last.cores.values()) if last and last.cores else None,
                last.load_cores if last else 0.0,
            )
        )

    async def _look(self) -> Usage | None:
        pid = self._field.server_pid
        return None if pid is None else await asyncio.to_thread(look, pid, time.monotonic())

    def _now(self) -> Now:
        pupils, teachers = self._pupils_progress(), self._teachers_progress()
        return Now(
            connected=sum(one.connected for one in pupils),
            sent=sum(one.sent for one in pupils),
            seen=teachers.seen,
            failures=sum(one.failures for one in pupils) + teachers.failures,
            p50_ms=teachers.p50_ms,
            p95_ms=teachers.p95_ms,
            p99_ms=teachers.p99_ms,
            pictures=teachers.pictures,
            cpu_s=sum(one.cpu_s for one in pupils) + teachers.cpu_s,
            rss_mb=sum(one.rss_mb for one in pupils) + teachers.rss_mb,
            bytes=sum(one.bytes_in + one.bytes_out for one in pupils)
            + teachers.bytes_in
            + teachers.bytes_out,
        )

    def _pupils_progress(self) -> list[PupilsProgress]:
        found = [worker.reports.get(PupilsProgress) for worker in self._pupils]
        return [one for one in found if isinstance(one, PupilsProgress)]

    def _teachers_progress(self) -> TeachersProgress:
        found = self._teachers.reports.get(TeachersProgress) if self._teachers else None
        if isinstance(found, TeachersProgress):
            return found
        return TeachersProgress(0, 0, 0, None, None, None, 0)

    def _share_watching(self) -> float:
        return self._teachers_progress().watching / len(self._field.staff)

    def _share_connected(self) -> float:
        return sum(one.connected for one in self._pupils_progress()) / self.connected

    def _share_seen(self) -> float:
        watched = min(self._field.watched, self.connected)
        if self._teachers is None or not watched:
            return self._share_connected()
        seen = self._teachers_progress().connected_devices / watched
        return min(self._share_connected(), seen)

    def _detail(self) -> str:
        details = [one.detail for one in self._pupils_progress()]
        return " ".join((*details, self._teachers_progress().detail)).strip()


_ADDED = (
    *("messages", "events", "unacknowledged", "dropped", "rejected"),
    *("pictures", "sheds", "away"),
)
