"""All the teachers of one process: they sign in, begin their lessons, and do as they are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import psutil

from loadtests.connection import Connection
from loadtests.latency import percentiles
from loadtests.pipes import (
    BeginTeachers,
    Clock,
    ClockAsked,
    Compare,
    Compared,
    Failed,
    Forget,
    Perform,
    TeachersProgress,
    orders,
    report,
)
from loadtests.rest import RestError, request
from loadtests.school import SchoolClass, Staff
from loadtests.teachers import Sights, Teacher

_SIGN_INS_AT_ONCE = 4
_REPORT_S = 0.5
SHARES = (0.5, 0.95, 0.99, 1.0)


class StaffRoom:
    """All the teachers of this process and their common ledger."""

    def __init__(self, plan: BeginTeachers, tasks: asyncio.TaskGroup) -> None:
        self._plan = plan
        self._tasks = tasks
        self._teachers: list[Teacher] = []
        self._sights = Sights()
        self._gate = asyncio.Semaphore(_SIGN_INS_AT_ONCE)
        self._process = psutil.Process()
        self._reported = 0
        self._measured = 0
        self._rounds = 0
        gap_s = plan.within_s / max(1, len(plan.staff))
        self._running = [tasks.create_task(self._keep_reporting())]
        for at, staff in enumerate(plan.staff):
            self._running.append(tasks.create_task(self._teach(staff, at * gap_s)))

    def end(self) -> None:
        """Let everything go."""
        for task in self._running:
            task.cancel()

    def perform(self, order: Perform) -> None:
        """Do something, each teacher a little later than the one before."""
        act = order.act
        self._rounds += 1
        for at, teacher in enumerate(self._teachers):
            do: Callable[[], None]
            if act.do == "lock":
                do = _locking(teacher, self._rounds)
            elif act.do == "unlock":
                do = teacher.unlock
            elif act.do == "wall":
                do = _watching(teacher, act.pictures_ms)
            else:
                return
            after_s = order.in_s + act.spread_s * at / len(self._teachers)
            asyncio.get_running_loop().call_later(after_s, do)

    def forget(self) -> None:
        """Measure latencies anew."""
        self._measured = len(self._sights.ledger.latencies_ms)

    def compare(self, order: Compare) -> Compared:
        """What was seen against what was sent."""
        sights = self._sights
        verdict = sights.ledger.compare(order.sent)
        return Compared(
            seen=sights.ledger.seen,
            lost=verdict.lost,
            doubled=verdict.doubled,
            disordered=verdict.disordered,
            foreign=verdict.foreign,
            examples=verdict.examples,
            latencies=percentiles(sights.ledger.latencies_ms[self._measured :], SHARES),
            pictures=sights.pictures,
            picture_latencies=percentiles(sights.pictures_ms, SHARES),
            lock_classes_ms=tuple(sights.locks.classes_ms),
            lock_sites_ms=tuple(sights.locks.sites_ms),
            locks_unconfirmed=sights.locks.unconfirmed,
        )

    async def _teach(self, staff: Staff, after_s: float) -> None:
        await asyncio.sleep(after_s)
        try:
            cookie, lessons = await self._prepare(staff)
        except (RestError, OSError) as error:
            report(Failed(f"{staff.user} cannot start a lesson: {error}"))
            return
        teacher = Teacher(self._plan.hub, cookie, lessons, self._sights)
        self._teachers.append(teacher)
        await teacher.run()

    async def _prepare(self, staff: Staff) -> tuple[str, list[str]]:
        async with self._gate:
            cookie = staff.cookie or await asyncio.to_thread(self._sign_in, staff)
            lessons = [
                await asyncio.to_thread(self._start_lesson, cookie, wanted)
                for wanted in staff.classes
            ]
        return cookie, lessons

    def _sign_in(self, staff: Staff) -> str:
        body = {"user": staff.user, "password": staff.password}
        return request(self._plan.hub, "POST", "/api/session", body)[1]

    def _start_lesson(self, cookie: str, wanted: SchoolClass) -> str:
        body = {"site": wanted.site, "class_id": wanted.class_id, "members": "devices"}
        answer, _ = request(self._plan.hub, "POST", "/api/lessons", body, cookie)
        return str(answer["lesson"]["id"])

    async def _keep_reporting(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_S)
            report(self._progress())

    def _progress(self) -> TeachersProgress:
        latencies = self._sights.ledger.latencies_ms
        p50, p95, p99 = percentiles(latencies[self._reported :], SHARES[:3])
        self._reported = len(latencies)
        times = self._process.cpu_times()
        return TeachersProgress(
            watching=sum(teacher.is_following for teacher in self._teachers),
            connected_devices=sum(
                len(devices) for one in self._teachers for devices in one.devices.values()
            ),
            seen=self._sights.ledger.seen,
            p50_ms=p50,
            p95_ms=p95,
            p99_ms=p99,
            failures=sum(teacher.failures for teacher in self._teachers),
            detail=next((one.detail for one in self._teachers if one.detail), ""),
            cpu_s=times.user + times.system,
            rss_mb=self._process.memory_info().rss / 1024**2,
            bytes_in=Connection.bytes_in,
            bytes_out=Connection.bytes_out,
            locks_waiting=self._sights.locks.waiting,
            pictures=self._sights.pictures,
        )


def _locking(teacher: Teacher, round_: int) -> Callable[[], None]:
    return lambda: teacher.lock(round_)


def _watching(teacher: Teacher, pictures_ms: int) -> Callable[[], None]:
    return lambda: teacher.watch_wall(pictures_ms)


async def run_teachers() -> None:
    """The worker process: obey orders until standard input ends."""
    room: StaffRoom | None = None
    async with asyncio.TaskGroup() as tasks:
        async for order in orders():
            match order:
                case BeginTeachers():
                    room = StaffRoom(order, tasks)
                case ClockAsked():
                    report(Clock(time.monotonic()))
                case Perform() if room:
                    room.perform(order)
                case Forget() if room:
                    room.forget()
                case Compare() if room:
                    report(room.compare(order))
        if room:
            room.end()
