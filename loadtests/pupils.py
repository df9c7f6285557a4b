"""Thousands of simulated devices in one process, speaking through the agent's session."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loadtests.connection import Connection, connect
from loadtests.ledger import title_of
from loadtests.pipes import (
    BeginPupils,
    Halt,
    PupilsProgress,
    Send,
    Tally,
    TallyAsked,
    orders,
    report,
)
from loadtests.school import Seat, source_address
from wire.messages import Monitor, StateAsked, StateReported, Welcome, WindowChanged
from wire.session import Backoff, DeviceIdentity, DeviceSession

_MONITOR = Monitor(id=0, name="Screen", x=0, y=0, width=1280, height=720, primary=True)
_TICK_S = 2.0


class Pupil:
    """One device: a session, a connection, and a script that changes its window's title."""

    def __init__(self, index: int, seat: Seat) -> None:
        self.sent = 0
        self.failures = 0
        self.detail = ""
        self._index = index
        self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seat.private_key))
        self.session = DeviceSession(
            DeviceIdentity(seat.trust, seat.site, seat.device),
            secrets.token_hex(8),
            self._key.sign,
            agent="loadtests",
            platform="load",
        )
        self._backoff = Backoff()
        self._connection: Connection | None = None
        self._lost = asyncio.Event()

    async def run(self, url: str) -> None:
        """Stay connected until cancelled."""
        while True:
            self._lost.clear()
            try:
                await connect(url, self, source=source_address(url, self._index))
                await self._lost.wait()
            except OSError as error:
                self.failures += 1
                self.detail = str(error)
            await asyncio.sleep(self._backoff.next_delay_s())

    def say(self, now_s: float) -> None:
        """Report the next window."""
        self.sent += 1
        title = title_of(self._index, self.sent, int(now_s * 1e6))
        self.session.post(WindowChanged("Writer", title, int(now_s * 1000)))
        self._flush(now_s)

    def tick(self, now_s: float) -> None:
        """Let time pass."""
        if self._connection is None:
            return
        try:
            self.session.tick(now_s)
        except ValueError as error:
            self._connection.close(str(error))
        self._flush(now_s)

    def opened(self, connection: Connection) -> None:
        """The hub accepted the WebSocket; it speaks first."""
        self._connection = connection
        self.session.opened(time.monotonic())

    def received(self, frame: bytes) -> None:
        """One frame of the hub."""
        now_s = time.monotonic()
        for message in self.session.receive(frame, now_s):
            if isinstance(message, Welcome | StateAsked):
                self._backoff.reset()
                self.session.post(
                    StateReported(
                        int(now_s * 1000),
                        user=f"pupil{self._index}",
                        user_name=f"Pupil {self._index}",
                        monitors=(_MONITOR,),
                    )
                )
        self._flush(now_s)

    def closed(self, reason: str) -> None:
        """The connection is gone."""
        self._connection = None
        self.session.closed()
        self.failures += 1
        self.detail = reason
        self._lost.set()

    def _flush(self, now_s: float) -> None:
        if self._connection is not None and (frames := self.session.take_outgoing(now_s)):
            self._connection.send(frames)


class Swarm:
    """All the pupils of this process."""

    def __init__(self, plan: BeginPupils) -> None:
        self._plan = plan
        self.pupils = [Pupil(plan.first + at, seat) for at, seat in enumerate(plan.seats)]
        self._end_s = 0.0

    async def run(self) -> None:
        """Connect everybody at the planned pace and keep them alive, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_ticking())
            tasks.create_task(self._keep_reporting())
            await asyncio.sleep(self._plan.delay_s)
            start_s = time.monotonic()
            for at, pupil in enumerate(self.pupils):
                await asyncio.sleep(start_s + at * self._plan.interval_s - time.monotonic())
                tasks.create_task(pupil.run(self._plan.url))

    def send(self, order: Send) -> None:
        """Spread the pupils' messages evenly over the window."""
        loop = asyncio.get_running_loop()
        self._end_s = order.end_s
        ahead_s = order.start_s - time.monotonic()
        gap_s = 1 / order.rate
        for at, pupil in enumerate(self.pupils):
            first = loop.time() + ahead_s + gap_s * at / len(self.pupils)
            loop.call_at(first, self._say, pupil, first, gap_s)

    def halt(self) -> None:
        """Send no more."""
        self._end_s = 0.0

    def progress(self) -> PupilsProgress:
        """How everybody is doing."""
        return PupilsProgress(
            connected=sum(pupil.session.welcomed for pupil in self.pupils),
            sent=sum(pupil.sent for pupil in self.pupils),
            unacknowledged=sum(pupil.session.unacknowledged for pupil in self.pupils),
            failures=sum(pupil.failures for pupil in self.pupils),
            detail=next((pupil.detail for pupil in self.pupils if pupil.detail), ""),
        )

    def tally(self) -> Tally:
        """What everybody has sent."""
        return Tally(
            sent={self._plan.first + at: pupil.sent for at, pupil in enumerate(self.pupils)},
            unacknowledged=sum(pupil.session.unacknowledged for pupil in self.pupils),
            dropped=sum(pupil.session.dropped for pupil in self.pupils),
            rejected=sum(len(pupil.session.rejected) for pupil in self.pupils),
        )

    def _say(self, pupil: Pupil, due_s: float, gap_s: float) -> None:
        now_s = time.monotonic()
        if now_s >= self._end_s:
            return
        pupil.say(now_s)
        asyncio.get_running_loop().call_at(due_s + gap_s, self._say, pupil, due_s + gap_s, gap_s)

    async def _keep_ticking(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            now_s = time.monotonic()
            for pupil in self.pupils:
                pupil.tick(now_s)

    async def _keep_reporting(self) -> None:
        while True:
            report(self.progress())
            await asyncio.sleep(0.5)


async def run_pupils() -> None:
    """The worker process: obey orders until standard input ends."""
    swarm: Swarm | None = None
    async with asyncio.TaskGroup() as tasks:
        running: asyncio.Task[None] | None = None
        async for order in orders():
            match order:
                case BeginPupils():
                    swarm = Swarm(order)
                    running = tasks.create_task(swarm.run())
                case Send() if swarm:
                    swarm.send(order)
                case Halt() if swarm:
                    swarm.halt()
                case TallyAsked() if swarm:
                    report(swarm.tally())
        if running:
            running.cancel()
