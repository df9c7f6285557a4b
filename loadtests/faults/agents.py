"""Simulated devices that say durable things and enter what was acknowledged in the ledger."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import random
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loadtests.connection import Connection, connect
from loadtests.faults import ledger
from loadtests.faults.ledger import Ledger, Said
from loadtests.faults.obedience import Obedience
from loadtests.school import Seat
from wire.codec import Catalogue, encode
from wire.messages import (
    TO_DEVICE,
    Acknowledged,
    EventKind,
    EventReported,
    Heartbeat,
    Message,
    Monitor,
    OrderReport,
    OrderReported,
    OrdersChanged,
    PresenceChanged,
    Rejected,
    StateAsked,
    StateReported,
    UserChanged,
    Welcome,
    WindowChanged,
)
from wire.session import Backoff, DeviceIdentity, DeviceSession

BACKOFF_MOST_S = 4.0
REPLACED_S = 4.0
"""How long an agent whose connection another one of its identity took over stays away."""
TICK_S = 0.25
_KINDS: tuple[EventKind, ...] = ("agent_started", "notice_ended", "capture_failed", "clock_changed")
_MONITOR = Monitor(id=0, name="Screen", x=0, y=0, width=1280, height=720, primary=True)
_to_device = Catalogue(TO_DEVICE)


@dataclass(slots=True)
class Pace:
    """How much agents say; shared by all, so that they can be quiet together."""

    rate: float
    is_quiet: bool = False
    is_hasty: bool = False
    """Whether agents come back at once instead of after a random delay."""


class Agent:
    """One device: a session, a connection, an account that comes and goes, and its orders.

    Every durable message is in the ledger before it is posted, and every acknowledgement that
    covers it when it comes.
    """

    def __init__(
        self, seat: Seat, epoch: str, pace: Pace, book: Ledger, rng: random.Random, run: str = ""
    ) -> None:
        self.seat = seat
        self.refusals: list[str] = []
        """Why the hub refused messages of this agent."""
        self.connections = 0
        self.orders = Obedience(rng)
        self.clock_offset_ms = 0
        self._label = f"{seat.device}{run}"
        self._pace = pace
        self._ledger = book
        self._rng = rng
        self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seat.private_key))
        self.session = DeviceSession(
            DeviceIdentity(seat.trust, seat.site, seat.device),
            epoch,
            self._key.sign,
            agent="faults",
            platform="load",
        )
        self._user = ""
        self._sign_ons = 0
        self._events = 0
        self._durable: deque[int] = deque()
        self._backoff = Backoff(most_s=BACKOFF_MOST_S, rng=rng)
        self._connection: Connection | None = None
        self._lost = asyncio.Event()
        self._reason = ""
        self._next_say_s = 0.0

    @property
    def is_settled(self) -> bool:
        """Whether it is connected, holds no lock, and everything it said was acknowledged."""
        return self.session.welcomed and not self.session.unacknowledged and not self.orders.held

    @property
    def described(self) -> str:
        """How it is, for somebody who asks why it is not settled."""
        state = "welcomed" if self.session.welcomed else f"not connected ({self._reason})"
        held = ", ".join(sorted(self.orders.held)) or "none"
        return (
            f"{self._label}: {state}, {self.session.unacknowledged} not acknowledged, "
            f"number {self.session.seq}, orders {held}"
        )

    async def run(self, url: str) -> None:
        """Stay connected and talk until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._talk())
            while True:
                self._lost.clear()
                self._reason = ""
                told_s = 0.0
                with contextlib.suppress(OSError):
                    connection = await connect(url, self)
                    await self._lost.wait()
                    told_s = connection.retry_after_s * self._rng.uniform(1.0, 1.2)
                if "4000" in self._reason:
                    told_s = REPLACED_S
                own_s = 0.0 if self._pace.is_hasty else self._backoff.next_delay_s()
                await asyncio.sleep(max(own_s, told_s))

    def cut(self) -> None:
        """Lose the connection now."""
        if self._connection is not None:
            self._connection.close()

    def report_event(self, kind: EventKind | None = None, detail: str = "") -> int:
        """Report an event whose text no other has; returns its number."""
        self._events += 1
        text = detail or f"event {self._events} of {self._label}"
        chosen = self._rng.choice(_KINDS) if kind is None else kind
        return self._say(
            EventReported(chosen, self._now_ms(), detail=text, user=self._user),
            chosen,
            detail=text,
        )

    def report_poison(self) -> int:
        """Report an event whose time and text no calendar and not every database can hold."""
        text = "\0\u202e" + "\U0001f4a5" * 2000
        message = EventReported("capture_failed", 2**53 - 1, 2**53, text, self._user)
        return self._say(message, "capture_failed", is_poison=True)

    async def acknowledged(self, seq: int) -> None:
        """Return when a message of this run is acknowledged or rejected; asks for it meanwhile."""
        while seq in self._durable:
            if self._connection is not None and self.session.welcomed:
                # A heartbeat is answered with what may be acknowledged now.
                self._connection.send([encode(Heartbeat())])
            await asyncio.sleep(0.1)

    # --- the connection ---------------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """The hub accepted the WebSocket; it speaks first."""
        self._connection = connection
        self.session.opened(time.monotonic())

    def received(self, frame: bytes) -> None:
        """One frame of the hub."""
        now_s = time.monotonic()
        _, heard = _to_device.decode(frame)
        match heard:
            case Acknowledged(seq=seq) | Welcome(received=seq):
                self._acknowledge(seq)
            case Rejected():
                self.refusals.append(f"{heard.seq}: {heard.fault} {heard.detail}")
                self._reject(heard.seq)
        for message in self.session.receive(frame, now_s):
            match message:
                case Welcome():
                    self.connections += 1
                    self._backoff.reset()
                    self._report_state()
                case StateAsked():
                    self._report_state()
                case OrdersChanged():
                    self._report(self.orders.change(message.orders, now_s))
        self._flush(now_s)

    def closed(self, reason: str) -> None:
        """The connection is gone."""
        self._connection = None
        self._reason = reason
        self.session.closed()
        self._lost.set()

    # --- what it says -----------------------------------------------------------------------------

    async def _talk(self) -> None:
        while True:
            await asyncio.sleep(TICK_S * self._rng.uniform(0.8, 1.2))
            now_s = time.monotonic()
            self._report(self.orders.tick(now_s))
            if not self._pace.is_quiet and now_s >= self._next_say_s:
                self._next_say_s = now_s + self._rng.expovariate(self._pace.rate)
                self._say_something()
            if self._connection is None:
                continue
            try:
                self.session.tick(now_s)
            except ValueError as error:
                self._connection.close(str(error))
                continue
            if self._pace.is_quiet and self.session.welcomed and self.session.unacknowledged:
                # A heartbeat is answered with what may be acknowledged now.
                self._connection.send([encode(Heartbeat())])
            self._flush(now_s)

    def _say_something(self) -> None:
        chance = self._rng.random()
        if chance < 0.45:
            title = f"Load of {self._label}, {self.session.seq}"
            self.session.post(WindowChanged("Writer", title, self._now_ms()))
        elif chance < 0.55:
            self.session.post(PresenceChanged(self._rng.choice(("online", "away")), self._now_ms()))
        elif chance < 0.75:
            self._change_user()
        else:
            self.report_event()

    def _change_user(self) -> None:
        if self._user and self._rng.random() < 0.5:
            left, self._user = self._user, ""
            self._say(UserChanged("", self._now_ms(), before=left), "signed_off", user=left)
            return
        self._sign_ons += 1
        left, self._user = self._user, f"{self._label}-user-{self._sign_ons}"
        self._say(UserChanged(self._user, self._now_ms(), "A pupil", left), "signed_on")

    def _report_state(self) -> None:
        self._write(ledger.STATE, self._user)
        self.session.post(
            StateReported(
                self._now_ms(),
                user=self._user,
                user_name="A pupil" if self._user else "",
                monitors=(_MONITOR,),
                orders=self.orders.reports,
            )
        )

    def _report(self, reports: Iterable[OrderReport]) -> None:
        for report in reports:
            message = OrderReported(report.id, report.state, self._now_ms(), user=self._user)
            self._say(message, f"order_{report.state}", subject=report.id)

    def _say(
        self, message: Message, kind: str, *, user: str | None = None, subject: str = "",
        detail: str = "", is_poison: bool = False,
    ) -> int:  # fmt: skip
        who = self._user if user is None else user
        seq = self._write(kind, who, subject, detail, is_poison)
        self._durable.append(seq)
        assert self.session.post(message) == seq
        return seq

    def _write(
        self, kind: str, user: str, subject: str = "", detail: str = "", is_poison: bool = False
    ) -> int:
        """Enter the next message in the ledger; returns its number."""
        seq, device, site = self.session.seq + 1, self.seat.device, self.seat.site
        self._ledger.write(
            Said(device, self.session.epoch, seq, kind, user, site, subject, detail, is_poison)
        )
        return seq

    # --- what comes of it -------------------------------------------------------------------------

    def _acknowledge(self, upto: int) -> None:
        while self._durable and self._durable[0] <= upto:
            seq = self._durable.popleft()
            self._ledger.write(ledger.Acknowledged(self.seat.device, self.session.epoch, seq))

    def _reject(self, seq: int) -> None:
        if seq in self._durable:
            self._durable.remove(seq)
        self._ledger.write(ledger.Rejected(self.seat.device, self.session.epoch, seq))

    def _flush(self, now_s: float) -> None:
        if self._connection is not None and (frames := self.session.take_outgoing(now_s)):
            self._connection.send(frames)

    def _now_ms(self) -> int:
        """An agent's own clock, which nobody may rely on: it can jump."""
        return max(0, int(time.monotonic() * 1000) + self.clock_offset_ms)
