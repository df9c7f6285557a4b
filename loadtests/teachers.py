"""Teachers who watch lessons through consoles, in one process."""

from __future__ import annotations

import asyncio
import time

from loadtests.connection import Connection, connect
from loadtests.latency import percentiles
from loadtests.ledger import Ledger, read_title
from loadtests.pipes import (
    BeginTeachers,
    Compare,
    Compared,
    Failed,
    TeachersProgress,
    orders,
    report,
)
from loadtests.rest import RestError, request
from loadtests.school import SchoolClass, Staff, socket_url
from wire.codec import Catalogue, encode
from wire.messages import (
    TO_CONSOLE,
    Changed,
    ConsoleWelcome,
    Heartbeat,
    Message,
    Refused,
    Snapshot,
    SubscribeAsked,
)
from wire.session import Backoff

_HEARTBEAT_S = 10.0
_SIGN_INS_AT_ONCE = 4
_to_console = Catalogue(TO_CONSOLE)


class Teacher:
    """One console that follows lessons by cursor and enters what it sees in the ledger."""

    def __init__(self, hub: str, cookie: str, lessons: list[str], ledger: Ledger) -> None:
        self.failures = 0
        self.detail = ""
        self.following: set[str] = set()
        self.connected_devices: set[str] = set()
        self._hub = hub
        self._cookie = cookie
        self._cursors = dict.fromkeys(lessons, "")
        self._ledger = ledger
        self._requests = 0
        self._connection: Connection | None = None
        self._lost = asyncio.Event()

    @property
    def is_following(self) -> bool:
        """Whether every lesson has been sent by the hub on this connection."""
        return len(self.following) == len(self._cursors)

    async def run(self) -> None:
        """Watch until cancelled; come back by cursor when the connection breaks."""
        backoff = Backoff(most_s=5.0)
        headers = {"Cookie": self._cookie, "Origin": self._hub.rstrip("/")}
        while True:
            self._lost.clear()
            try:
                await connect(socket_url(self._hub, "/console"), self, headers=headers)
                while not self._lost.is_set():
                    try:
                        await asyncio.wait_for(self._lost.wait(), _HEARTBEAT_S)
                    except TimeoutError:
                        self._send(Heartbeat())
            except OSError as error:
                self.failures += 1
                self.detail = str(error)
            await asyncio.sleep(backoff.next_delay_s())

    def opened(self, connection: Connection) -> None:
        """The hub accepted the console; it speaks first."""
        self._connection = connection

    def received(self, frame: bytes) -> None:
        """One frame of the hub."""
        _, message = _to_console.decode(frame)
        match message:
            case Changed():
                self._take_changes(message)
            case Snapshot():
                self._take_snapshot(message)
            case ConsoleWelcome():
                for lesson, cursor in self._cursors.items():
                    self._send(SubscribeAsked(lesson, cursor))
            case Refused():
                self.failures += 1
                self.detail = f"{message.fault}: {message.detail}"

    def closed(self, reason: str) -> None:
        """The connection is gone."""
        self._connection = None
        self.following.clear()
        self.failures += 1
        self.detail = reason
        self._lost.set()

    def _send(self, message: Message) -> None:
        if self._connection is not None:
            self._requests += 1
            self._connection.send([encode(message, self._requests)])

    def _take_changes(self, message: Changed) -> None:
        now_us = int(time.monotonic() * 1e6)
        self._cursors[message.lesson] = message.cursor
        self.following.add(message.lesson)
        for entry in message.devices:
            self._note_connection(str(entry["device"]), entry.get("connection"))
            title = entry.get("title")
            found = read_title(title) if isinstance(title, str) else None
            if found:
                device, serial, sent_us = found
                self._ledger.see(device, serial, (now_us - sent_us) / 1000)

    def _take_snapshot(self, message: Snapshot) -> None:
        self._cursors[message.lesson] = message.cursor
        self.following.add(message.lesson)
        for state in message.devices:
            self._note_connection(state.device, state.connection)
            found = read_title(state.title)
            if found:
                self._ledger.see_in_snapshot(found[0], found[1])

    def _note_connection(self, device: str, connection: object) -> None:
        if connection == "connected":
            self.connected_devices.add(device)
        elif connection is not None:
            self.connected_devices.discard(device)


class StaffRoom:
    """All the teachers of this process and their common ledger."""

    def __init__(self, plan: BeginTeachers) -> None:
        self._plan = plan
        self._teachers: list[Teacher] = []
        self._ledger = Ledger()
        self._gate = asyncio.Semaphore(_SIGN_INS_AT_ONCE)
        self._reported = 0

    async def run(self) -> None:
        """Sign everybody in, start every lesson, watch until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_reporting())
            for staff in self._plan.staff:
                tasks.create_task(self._teach(staff))

    def compare(self, order: Compare) -> Compared:
        """What was seen against what was sent."""
        verdict = self._ledger.compare(order.sent)
        p50, p95, p99, most = percentiles(self._ledger.latencies_ms, (0.5, 0.95, 0.99, 1.0))
        return Compared(
            seen=self._ledger.seen,
            lost=verdict.lost,
            doubled=verdict.doubled,
            disordered=verdict.disordered,
            foreign=verdict.foreign,
            examples=verdict.examples,
            p50_ms=p50,
            p95_ms=p95,
            p99_ms=p99,
            max_ms=most,
        )

    async def _teach(self, staff: Staff) -> None:
        try:
            cookie, lessons = await self._prepare(staff)
        except (RestError, OSError) as error:
            report(Failed(f"{staff.user} cannot start a lesson: {error}"))
            return
        teacher = Teacher(self._plan.hub, cookie, lessons, self._ledger)
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
            await asyncio.sleep(0.5)
            latencies = self._ledger.latencies_ms
            (p95,) = percentiles(latencies[self._reported :], (0.95,))
            self._reported = len(latencies)
            report(
                TeachersProgress(
                    watching=sum(teacher.is_following for teacher in self._teachers),
                    connected_devices=sum(len(one.connected_devices) for one in self._teachers),
                    seen=self._ledger.seen,
                    p95_ms=p95,
                    failures=sum(teacher.failures for teacher in self._teachers),
                    detail=next((one.detail for one in self._teachers if one.detail), ""),
                )
            )


async def run_teachers() -> None:
    """The worker process: obey orders until standard input ends."""
    room: StaffRoom | None = None
    async with asyncio.TaskGroup() as tasks:
        running: asyncio.Task[None] | None = None
        async for order in orders():
            match order:
                case BeginTeachers():
                    room = StaffRoom(order)
                    running = tasks.create_task(room.run())
                case Compare() if room:
                    report(room.compare(order))
        if running:
            running.cancel()
