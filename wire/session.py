"""An endpoint's side of the conversation with the hub, without I/O.

`DeviceSession` is told what happened (`opened`, `receive`, `closed`, `tick`) and what to say
(`post`); it answers with the frames to write (`take_outgoing`) and the messages to act on. It
numbers, keeps what is not acknowledged, and sends it again after a break, in order.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wire.codec import FRAME_LIMIT, Catalogue, encode, split
from wire.errors import Fault, FrameError
from wire.messages import (
    DURABLE,
    NUMBERED,
    TO_DEVICE,
    Acknowledged,
    Challenge,
    EarlierReported,
    Heartbeat,
    Hello,
    Message,
    Rejected,
    Resumed,
    Welcome,
)
from wire.version import PROTOCOL_VERSION

OUTBOX_LIMIT = 10_000
"""Messages that wait for acknowledgement; past that one is dropped and counted: the oldest that
is not durable, or the oldest of all."""

_to_device = Catalogue(TO_DEVICE)


@dataclass(frozen=True)
class DeviceIdentity:
    """Who a device is: the keys of its trust and site, and its own."""

    trust: str
    site: str
    device: str


def proof_input(nonce: bytes, identity: DeviceIdentity, epoch: str) -> bytes:
    """The bytes that a device signs in `hello`.

    The UTF-8 text ``formroom-hello-1``, the trust, the site, the device and the epoch, each
    followed by one zero byte, and then the 32 bytes of the challenge's nonce.
    """
    parts = ("formroom-hello-1", identity.trust, identity.site, identity.device, epoch)
    return b"".join(part.encode() + b"\0" for part in parts) + nonce


class Backoff:
    """How long to wait before the next attempt: doubling, with full jitter, reset on success."""

    def __init__(
        self, first_s: float = 0.5, most_s: float = 30.0, rng: random.Random | None = None
    ) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._rng = rng or random.Random()
        self._attempts = 0

    def next_delay_s(self) -> float:
        """Seconds to wait now; between a tenth and the whole of the present bound."""
        bound = min(self._most_s, self._first_s * 2**self._attempts)
        self._attempts = min(self._attempts + 1, 16)
        return float(bound * self._rng.uniform(0.1, 1.0))

    def reset(self) -> None:
        """The last attempt succeeded."""
        self._attempts = 0


class DeviceSession:
    """The conversation of one device over as many connections as one run of the agent has.

    Guarantees: numbered messages leave in order, each until it is acknowledged or rejected, at
    least once for each connection; messages that are not numbered are dropped while no
    connection is welcomed. `dropped` counts what overflowed, `rejected` what the hub refused.
    `keep` is given all durable messages that are not acknowledged, as a later run would report
    them, whenever they change: before a new one leaves, and after an acknowledgement.
    """

    def __init__(
        self,
        identity: DeviceIdentity,
        epoch: str,
        sign: Callable[[bytes], bytes],
        *,
        agent: str = "",
        platform: str = "",
        outbox_limit: int = OUTBOX_LIMIT,
        keep: Callable[[tuple[EarlierReported, ...]], None] = lambda messages: None,
    ) -> None:
        self.identity = identity
        self.epoch = epoch
        self.welcomed = False
        self._greeted = False
        self.dropped = 0
        self.rejected: deque[Rejected] = deque(maxlen=100)
        self._sign = sign
        self._agent = agent
        self._platform = platform
        self._outbox_limit = outbox_limit
        self._seq = 0
        self._outbox: deque[tuple[int, bytes, EarlierReported | None]] = deque()
        """(number, frame, what a later run reports of it if it is durable)."""
        self._keep = keep
        self._outgoing: list[bytes] = []
        self._heartbeat_s = 10.0
        self._silence_s = 30.0
        self._sent_at = 0.0
        self._heard_at = 0.0

    @property
    def unacknowledged(self) -> int:
        """Numbered messages that the hub has not yet acknowledged."""
        return len(self._outbox)

    @property
    def seq(self) -> int:
        """Number of the newest numbered message."""
        return self._seq

    def opened(self, now_s: float) -> None:
        """A connection is open; the hub speaks first. `now_s` is any monotonic clock."""
        self.welcomed = self._greeted = False
        self._outgoing.clear()
        self._heard_at = self._sent_at = now_s

    def closed(self) -> None:
        """The connection is gone."""
        self.welcomed = self._greeted = False
        self._outgoing.clear()

    def post(self, message: Message) -> int:
        """Send a message as soon as possible; returns its number, 0 if it has none."""
        if type(message) not in NUMBERED:
            if self.welcomed:
                self._outgoing.append(encode(message))
            return 0
        self._number(message)
        if type(message) in DURABLE:
            self._keep_durable()
        return self._seq

    def post_earlier(self, messages: Iterable[EarlierReported]) -> None:
        """Send what earlier runs could not deliver; before anything else is posted."""
        for message in messages:
            self._number(message)

    def _number(self, message: Message) -> None:
        self._seq += 1
        frame = encode(message, self._seq)
        later: EarlierReported | None = None
        if isinstance(message, EarlierReported):
            later = message
        elif type(message) in DURABLE:
            later = EarlierReported(self.epoch, frame)
        self._outbox.append((self._seq, frame, later))
        if len(self._outbox) > self._outbox_limit:
            self._drop_one()
        if self.welcomed:
            self._outgoing.append(frame)

    def _keep_durable(self) -> None:
        self._keep(tuple(later for _, _, later in self._outbox if later is not None))

    def receive(self, frame: bytes, now_s: float) -> list[Message]:
        """Take one frame of the hub; returns what the agent has to act on, `Welcome` included.

        Raises `FrameError`, after which the connection must be closed.
        """
        self._heard_at = now_s
        _, message = _to_device.decode_payload(*split(frame, FRAME_LIMIT))
        expected = Welcome if self._greeted else Challenge
        if not self.welcomed and not isinstance(message, expected):
            name, wanted = type(message).__name__, expected.__name__
            raise FrameError(Fault.OUT_OF_ORDER, f"{name} came where {wanted} must")
        match message:
            case Challenge() if self.welcomed:
                raise FrameError(Fault.OUT_OF_ORDER, "a second Challenge")
            case Challenge():
                self._answer(message)
                return []
            case Welcome():
                self._resume(message)
            case Acknowledged():
                self._forget(message.seq)
                return []
            case Rejected():
                self.rejected.append(message)
                self._drop(message.seq)
        return [message]

    def tick(self, now_s: float) -> None:
        """Let time pass: queue a heartbeat when one is due.

        Raises `FrameError` (`silent`) when the hub has said nothing for too long.
        """
        if now_s - self._heard_at > self._silence_s:
            raise FrameError(Fault.SILENT, f"nothing heard for {self._silence_s:g} s")
        if self.welcomed and now_s - self._sent_at >= self._heartbeat_s:
            self._outgoing.append(encode(Heartbeat()))
            self._sent_at = now_s

    def next_tick_s(self) -> float:
        """When `tick` next has something to do, on the clock of `opened`; it may move later."""
        silence = self._heard_at + self._silence_s
        return min(silence, self._sent_at + self._heartbeat_s) if self.welcomed else silence

    def take_outgoing(self, now_s: float) -> list[bytes]:
        """The frames to write now, in order."""
        if not self._outgoing:
            return []
        taken, self._outgoing = self._outgoing, []
        self._sent_at = now_s
        return taken

    def _answer(self, challenge: Challenge) -> None:
        self._greeted = True
        proof = self._sign(proof_input(challenge.nonce, self.identity, self.epoch))
        self._outgoing.append(
            encode(
                Hello(
                    protocol=min(PROTOCOL_VERSION, challenge.protocol),
                    trust=self.identity.trust,
                    site=self.identity.site,
                    device=self.identity.device,
                    epoch=self.epoch,
                    proof=proof,
                    agent=self._agent,
                    platform=self._platform,
                )
            )
        )

    def _resume(self, welcome: Welcome) -> None:
        self._forget(welcome.received)
        self.welcomed = True
        self._heartbeat_s = welcome.heartbeat_s
        self._silence_s = welcome.silence_s
        first = self._outbox[0][0] if self._outbox else self._seq + 1
        self._outgoing.append(encode(Resumed(first)))
        self._outgoing.extend(frame for _, frame, _ in self._outbox)

    def _forget(self, seq: int) -> None:
        if seq > self._seq:
            raise FrameError(Fault.OUT_OF_ORDER, f"{seq} acknowledged, only {self._seq} sent")
        had_durable = False
        while self._outbox and self._outbox[0][0] <= seq:
            had_durable |= self._outbox.popleft()[2] is not None
        if had_durable:
            self._keep_durable()

    def _drop_one(self) -> None:
        self.dropped += 1
        for place, (_, _, later) in enumerate(self._outbox):
            if later is None:
                del self._outbox[place]
                return
        self._outbox.popleft()

    def _drop(self, seq: int) -> None:
        self._outbox = deque(entry for entry in self._outbox if entry[0] != seq)
        self._keep_durable()
