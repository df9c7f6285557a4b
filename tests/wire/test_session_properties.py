"""The session over a connection that loses: any history of breaks, losses and refusals.

The other side is a hub that keeps the protocol's promises and no more: it takes numbered messages
in order, acknowledges when it likes, refuses some, forgets nothing that it acknowledged, and may
lose its place. Every step is drawn by Hypothesis.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from wire.codec import Catalogue, encode
from wire.messages import (
    FROM_DEVICE,
    Acknowledged,
    Challenge,
    Hello,
    Message,
    PeerSignal,
    Rejected,
    Resumed,
    Welcome,
    WindowChanged,
)
from wire.session import DeviceIdentity, DeviceSession

CATALOGUE = Catalogue(FROM_DEVICE)
OUTBOX_LIMIT = 12
REFUSED = "refused"


class Hub:
    """The other side. `taken` is what took effect, in order, by number."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, str]] = []
        self.received = 0
        self.admitted = False
        self.resumed = False

    def open(self) -> bytes:
        self.admitted = self.resumed = False
        return encode(Challenge(nonce=b"n" * 32, protocol=1))

    def take(self, frame: bytes) -> list[bytes]:
        """What the hub answers; an empty answer to a refused message would break the promise."""
        seq, message = CATALOGUE.decode(frame)
        if isinstance(message, Hello):
            assert not self.admitted
            self.admitted = True
            return [self.welcome()]
        assert self.admitted, "nothing but hello may come before the welcome"
        if isinstance(message, Resumed):
            self.resumed = True
        elif isinstance(message, WindowChanged) and self.resumed and seq > self.received:
            if message.title == REFUSED:
                return [encode(Rejected(seq=seq, fault="invalid"))]
            self.taken.append((seq, message.title))
            self.received = seq
        return []

    def welcome(self) -> bytes:
        self.resumed = False
        return encode(Welcome(received=self.received, heartbeat_s=10.0, silence_s=30.0, now_ms=0))


class LossyConnection(RuleBasedStateMachine):
    """Frames in flight each way; both queues are lost when the connection breaks."""

    @initialize()
    def begin(self) -> None:
        identity = DeviceIdentity("t", "s", "d")
        self.session = DeviceSession(
            identity, "e1", lambda signed: b"s" * 64, outbox_limit=OUTBOX_LIMIT
        )
        self.hub = Hub()
        self.posted: dict[int, str] = {}
        self.open = False
        self.up: list[bytes] = []
        self.down: list[bytes] = []

    @rule(title=st.sampled_from(["a", "b", REFUSED]))
    def post(self, title: str) -> None:
        seq = self.session.post(WindowChanged(application="x", title=title, at_ms=0))
        assert seq == len(self.posted) + 1
        self.posted[seq] = title

    @rule()
    def post_what_is_not_numbered(self) -> None:
        self.session.post(PeerSignal(viewer="v", connection=1, kind="bye"))

    @precondition(lambda self: not self.open)
    @rule()
    def connect(self) -> None:
        self.open = True
        self.up, self.down = [], [self.hub.open()]
        self.session.opened(0.0)

    @precondition(lambda self: self.open)
    @rule(arrive_up=st.integers(0, 5), arrive_down=st.integers(0, 5))
    def break_off(self, arrive_up: int, arrive_down: int) -> None:
        """Some of what is in flight still arrives; the rest is lost."""
        self.travel(arrive_up, arrive_down)
        if self.open:
            self.lose()

    @precondition(lambda self: self.open)
    @rule(up=st.integers(0, 20), down=st.integers(0, 20))
    def travel(self, up: int, down: int) -> None:
        self.up += self.session.take_outgoing(0.0)
        for frame in self.up[:up]:
            self.down += self.hub.take(frame)
        for frame in self.down[:down]:
            for message in self.session.receive(frame, 0.0):
                if isinstance(message, Rejected):
                    self.lose()
                    return
        self.up, self.down = self.up[up:], self.down[down:]

    @precondition(lambda self: self.open and self.hub.admitted)
    @rule()
    def acknowledge(self) -> None:
        self.down.append(encode(Acknowledged(seq=self.hub.received)))

    @precondition(lambda self: self.open and self.hub.admitted)
    @rule()
    def hub_loses_its_place(self) -> None:
        self.down.append(self.hub.welcome())

    @invariant()
    def effects_are_in_order_and_each_at_most_once(self) -> None:
        numbers = [seq for seq, _ in self.hub.taken]
        assert numbers == sorted(set(numbers))
        assert all(self.posted[seq] == title for seq, title in self.hub.taken)

    @invariant()
    def outbox_is_bounded(self) -> None:
        assert self.session.unacknowledged <= OUTBOX_LIMIT

    def teardown(self) -> None:
        """A connection that holds: then everything arrives that was not dropped or refused."""
        if not hasattr(self, "session"):
            return
        for _ in range(len(self.posted) + 2):
            if not self.open:
                self.connect()
            for _ in range(6):
                if self.open:
                    self.travel(1000, 1000)
            if self.open and not self.session.unacknowledged:
                break
            if self.open:
                self.acknowledge()
                self.travel(1000, 1000)
        assert self.session.unacknowledged == 0
        missing = {seq for seq, title in self.posted.items() if title != REFUSED}
        missing -= {seq for seq, _ in self.hub.taken}
        assert len(missing) <= self.session.dropped

    def lose(self) -> None:
        self.open = False
        self.up, self.down = [], []
        self.session.closed()


LossyConnection.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None
)
TestLossyConnection = LossyConnection.TestCase


def test_one_refused_message_costs_one_connection_and_no_other_message() -> None:
    identity = DeviceIdentity("t", "s", "d")
    session = DeviceSession(identity, "e1", lambda signed: b"s" * 64)
    hub = Hub()
    messages: list[Message] = [
        WindowChanged(application="x", title=title, at_ms=0) for title in ("a", REFUSED, "b")
    ]
    for message in messages:
        session.post(message)
    for _ in range(2):
        session.opened(0.0)
        waiting = [hub.open()]
        while waiting:
            heard = [m for frame in waiting for m in session.receive(frame, 0.0)]
            if any(isinstance(message, Rejected) for message in heard):
                break
            waiting = [answer for sent in session.take_outgoing(0.0) for answer in hub.take(sent)]
        session.closed()
    assert [title for _, title in hub.taken] == ["a", "b"]
