"""One simulated device, speaking through the agent's session."""

from __future__ import annotations

import asyncio
import base64
import random
import secrets
import time
from array import array
from collections import deque

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from loadtests.connection import Connection, connect
from loadtests.ledger import title_of
from loadtests.school import Seat, source_address
from wire.messages import (
    EventReported,
    Message,
    Monitor,
    OrderReport,
    OrderReported,
    OrdersChanged,
    Picture,
    PresenceChanged,
    StateAsked,
    StateReported,
    UserChanged,
    ViewersChanged,
    Welcome,
    WindowChanged,
)
from wire.session import Backoff, DeviceIdentity, DeviceSession

_MONITOR = Monitor(id=0, name="Screen", x=0, y=0, width=1280, height=720, primary=True)
_JPEG = b"\xff\xd8" + secrets.token_bytes(15_700) + b"\xff\xd9"
"""As large as a picture of a busy screen, 320x180."""


class Measures:
    """What all pupils of a process measure together."""

    def __init__(self) -> None:
        self.messages = 0
        self.events = 0
        self.pictures = 0
        self.sheds = 0
        """Connections that the hub refused for a while, because it had too much to do."""
        self.acknowledged_ms = array("d")
        self.connected_ms = array("d")
        self.returned_ms = array("d")


class Pupil:
    """One device: a session, a connection, and a script that makes it say things."""

    def __init__(self, index: int, seat: Seat, measures: Measures, shift_us: int = 0) -> None:
        self.sent = 0
        """Windows reported: the serial in the title of the newest."""
        self.failures = 0
        self.detail = ""
        self.cut_s = 0.0
        """When an act cut the connection; 0: it is back."""
        self._index = index
        self._measures = measures
        self._shift_us = shift_us
        self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seat.private_key))
        self.session = DeviceSession(
            DeviceIdentity(seat.trust, seat.site, seat.device),
            secrets.token_hex(8),
            self._key.sign,
            agent="loadtests",
            platform="load",
        )
        self._user = f"pupil{index}"
        self._pictures_s = 0.0
        self._is_picturing = False
        self._orders: dict[str, OrderReport] = {}
        self._waiting: deque[tuple[int, float]] = deque()
        self._backoff = Backoff()
        self._connection: Connection | None = None
        self._lost = asyncio.Event()
        self._began_s = 0.0

    async def run(self, url: str) -> None:
        """Stay connected until cancelled."""
        self._began_s = time.monotonic()
        while True:
            self._lost.clear()
            least_s = 0.0
            try:
                connection = await connect(url, self, source=source_address(url, self._index))
                await self._lost.wait()
            except OSError as error:
                self.failures += 1
                self.detail = str(error)
            else:
                least_s = connection.retry_after_s * random.uniform(1.0, 1.2)
                if least_s:
                    self._measures.sheds += 1
                elif not self.cut_s:
                    self.failures += 1
            await asyncio.sleep(max(least_s, self._backoff.next_delay_s()))

    # --- what it says -----------------------------------------------------------------------

    def say_window(self, now_s: float) -> None:
        """Report the next window."""
        self.sent += 1
        title = title_of(self._index, self.sent, int(now_s * 1e6) - self._shift_us)
        self._post(WindowChanged("Writer", title, int(now_s * 1000)), now_s)

    def say_presence(self, now_s: float) -> None:
        """The pupil leaves the keyboard, or comes back."""
        is_away = bool(self._measures.messages % 2)
        self._post(PresenceChanged("away" if is_away else "online", int(now_s * 1000)), now_s)

    def say_user(self, now_s: float) -> None:
        """Another pupil signs on."""
        self._user = f"pupil{self._index}-{self.session.seq}"
        name = f"Pupil {self._index}"
        self._post_durable(UserChanged(self._user, int(now_s * 1000), name), now_s)

    def say_event(self, now_s: float) -> None:
        """Something happened that the records must not miss."""
        self._post_durable(EventReported("capture_failed", int(now_s * 1000), count=1), now_s)

    def cut(self, now_s: float) -> None:
        """Lose the connection, as when a cable is pulled."""
        if self._connection is not None:
            self.cut_s = now_s
            self._connection.abort("cut by the test")

    def tick(self, now_s: float) -> None:
        """Let time pass."""
        if self._connection is None:
            return
        try:
            self.session.tick(now_s)
        except ValueError as error:
            self._connection.close(str(error))
        self._flush(now_s)

    # --- the connection ---------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """The hub accepted the WebSocket; it speaks first."""
        self._connection = connection
        self.session.opened(time.monotonic())

    def received(self, frame: bytes) -> None:
        """One frame of the hub."""
        now_s = time.monotonic()
        for message in self.session.receive(frame, now_s):
            match message:
                case Welcome():
                    self._welcome(now_s)
                    self._report_state(now_s)
                case StateAsked():
                    self._report_state(now_s)
                case ViewersChanged():
                    self._show(message)
                case OrdersChanged():
                    self._obey(message, now_s)
        if self._waiting:
            self._count_acknowledged(now_s)
        self._flush(now_s)

    def closed(self, reason: str) -> None:
        """The connection is gone."""
        self._connection = None
        self._pictures_s = 0.0
        self.session.closed()
        if not self.cut_s:
            self.detail = reason
        self._lost.set()

    def _welcome(self, now_s: float) -> None:
        self._backoff.reset()
        if self._began_s:
            self._measures.connected_ms.append((now_s - self._began_s) * 1000)
            self._began_s = 0.0
        if self.cut_s:
            self._measures.returned_ms.append((now_s - self.cut_s) * 1000)
            self.cut_s = 0.0

    def _report_state(self, now_s: float) -> None:
        self.session.post(
            StateReported(
                int(now_s * 1000),
                user=self._user,
                user_name=f"Pupil {self._index}",
                monitors=(_MONITOR,),
                orders=tuple(self._orders.values()),
            )
        )

    def _show(self, message: ViewersChanged) -> None:
        """Send pictures as often as the most eager viewer wants them, until nobody does."""
        wanted = [one.pictures_ms for one in message.viewers if one.pictures_ms]
        self._pictures_s = min(wanted, default=0) / 1000
        if self._pictures_s and not self._is_picturing:
            self._is_picturing = True
            first_s = random.random() * self._pictures_s
            asyncio.get_running_loop().call_later(first_s, self._picture)

    def _picture(self) -> None:
        self._is_picturing = bool(self._pictures_s)
        if not self._is_picturing:
            return
        now_s = time.monotonic()
        self._measures.pictures += 1
        self.session.post(Picture(0, 320, 180, _JPEG, int(now_s * 1000) - self._shift_us // 1000))
        self._flush(now_s)
        asyncio.get_running_loop().call_later(self._pictures_s, self._picture)

    def _obey(self, message: OrdersChanged, now_s: float) -> None:
        """Apply new orders at once and let go of the others, as an agent does."""
        wanted = {order.id for order in message.orders}
        for order in wanted - self._orders.keys():
            self._orders[order] = OrderReport(order, "applied")
            self._post(OrderReported(order, "applied", int(now_s * 1000)), now_s)
        for order in self._orders.keys() - wanted:
            del self._orders[order]
            self._post(OrderReported(order, "released", int(now_s * 1000)), now_s)

    def _post(self, message: Message, now_s: float) -> int:
        self._measures.messages += 1
        seq = self.session.post(message)
        self._flush(now_s)
        return seq

    def _post_durable(self, message: Message, now_s: float) -> None:
        self._measures.events += 1
        self._waiting.append((self._post(message, now_s), now_s))

    def _count_acknowledged(self, now_s: float) -> None:
        reached = self.session.seq - self.session.unacknowledged
        while self._waiting and self._waiting[0][0] <= reached:
            sent_s = self._waiting.popleft()[1]
            self._measures.acknowledged_ms.append((now_s - sent_s) * 1000)

    def _flush(self, now_s: float) -> None:
        if self._connection is not None and (frames := self.session.take_outgoing(now_s)):
            self._connection.send(frames)
