from __future__ import annotations

import random

import pytest

from wire.codec import HELLO_LIMIT, Catalogue, encode, split
from wire.errors import Fault, FrameError
from wire.messages import (
    FROM_DEVICE,
    Acknowledged,
    Challenge,
    EarlierReported,
    Heartbeat,
    Hello,
    Message,
    Picture,
    Rejected,
    Resumed,
    StateAsked,
    UserChanged,
    ViewersChanged,
    Welcome,
    WindowChanged,
)
from wire.session import Backoff, DeviceIdentity, DeviceSession, proof_input

IDENTITY = DeviceIdentity("oak-trust", "north", "pc-07")
CATALOGUE = Catalogue(FROM_DEVICE)
CHALLENGE = encode(Challenge(nonce=b"n" * 32, protocol=1))
PICTURE = Picture(monitor=0, width=1, height=1, jpeg=b"jpeg", at_ms=0)


def window(title: str) -> WindowChanged:
    return WindowChanged(application="a", title=title, at_ms=0)


def welcome(received: int = 0) -> bytes:
    return encode(Welcome(received=received, heartbeat_s=10.0, silence_s=30.0, now_ms=0))


def connect(session: DeviceSession, received: int = 0, now_s: float = 0.0) -> list[int]:
    """Admit the session; the numbers of what it sends again behind its `resumed`."""
    session.opened(now_s)
    session.receive(CHALLENGE, now_s)
    session.take_outgoing(now_s)
    session.receive(welcome(received), now_s)
    resumed, *again = session.take_outgoing(now_s)
    first = CATALOGUE.decode(resumed)[1]
    found = [CATALOGUE.decode(frame)[0] for frame in again]
    assert first == Resumed(first=found[0] if found else session.seq + 1)
    return found


def numbers(session: DeviceSession, now_s: float = 0.0) -> list[int]:
    return [CATALOGUE.decode(frame)[0] for frame in session.take_outgoing(now_s)]


def said(session: DeviceSession, now_s: float = 0.0) -> list[Message]:
    return [CATALOGUE.decode(frame)[1] for frame in session.take_outgoing(now_s)]


@pytest.fixture
def session() -> DeviceSession:
    return DeviceSession(IDENTITY, "e1", lambda signed: b"s" * 64, agent="a", platform="p")


def fault_of(session: DeviceSession, message: Message, now_s: float = 0.0) -> Fault:
    with pytest.raises(FrameError) as caught:
        session.receive(encode(message), now_s)
    return caught.value.fault


def test_challenge_is_answered_by_a_signed_hello() -> None:
    signed: list[bytes] = []

    def sign(text: bytes) -> bytes:
        signed.append(text)
        return b"s" * 64

    session = DeviceSession(IDENTITY, "e1", sign, agent="formroom 0.1", platform="linux-x11")
    session.opened(0.0)
    assert session.receive(CHALLENGE, 0.0) == []
    [hello] = said(session)
    assert hello == Hello(
        protocol=1,
        trust="oak-trust",
        site="north",
        device="pc-07",
        epoch="e1",
        proof=b"s" * 64,
        agent="formroom 0.1",
        platform="linux-x11",
    )
    assert signed == [proof_input(b"n" * 32, IDENTITY, "e1")]


def test_proof_is_over_domain_identity_epoch_and_nonce() -> None:
    assert proof_input(b"N" * 32, IDENTITY, "e1") == (
        b"formroom-hello-1\0oak-trust\0north\0pc-07\0e1\0" + b"N" * 32
    )


def test_longest_hello_fits_its_limit() -> None:
    longest = DeviceIdentity("t" * 64, "s" * 64, "d" * 64)
    session = DeviceSession(
        longest, "e" * 64, lambda signed: b"s" * 64, agent="a" * 256, platform="p" * 256
    )
    session.opened(0.0)
    session.receive(CHALLENGE, 0.0)
    [frame] = session.take_outgoing(0.0)
    assert len(frame) <= HELLO_LIMIT


def test_newer_hub_is_answered_in_the_version_that_this_side_speaks(session: DeviceSession) -> None:
    session.opened(0.0)
    session.receive(encode(Challenge(nonce=b"n" * 32, protocol=9)), 0.0)
    [hello] = said(session)
    assert isinstance(hello, Hello)
    assert hello.protocol == 1


def test_nothing_leaves_before_the_welcome(session: DeviceSession) -> None:
    session.opened(0.0)
    session.post(window("x"))
    session.post(PICTURE)
    assert said(session) == []


def test_numbered_messages_wait_for_the_welcome_and_leave_in_order(session: DeviceSession) -> None:
    assert [session.post(window(str(i))) for i in range(3)] == [1, 2, 3]
    assert connect(session) == [1, 2, 3]
    assert session.post(window("4")) == 4
    assert numbers(session) == [4]


def test_messages_without_number_are_dropped_while_not_welcomed(session: DeviceSession) -> None:
    assert session.post(PICTURE) == 0
    connect(session)
    assert session.post(PICTURE) == 0
    assert said(session) == [PICTURE]


def test_what_is_not_acknowledged_is_sent_again_after_a_break(session: DeviceSession) -> None:
    connect(session)
    for title in "abc":
        session.post(window(title))
    assert numbers(session) == [1, 2, 3]
    session.receive(encode(Acknowledged(seq=1)), 0.0)
    session.closed()
    assert connect(session, received=1) == [2, 3]


def test_welcome_acknowledges_what_the_break_hid(session: DeviceSession) -> None:
    connect(session)
    session.post(window("a"))
    session.post(window("b"))
    session.closed()
    assert connect(session, received=1) == [2]
    assert session.unacknowledged == 1


def test_hub_that_lost_everything_gets_all_that_is_not_acknowledged(session: DeviceSession) -> None:
    connect(session)
    for title in "abc":
        session.post(window(title))
    session.receive(encode(Acknowledged(seq=2)), 0.0)
    session.closed()
    assert connect(session, received=0) == [3]


def test_acknowledgement_that_comes_twice_or_late_changes_nothing(session: DeviceSession) -> None:
    connect(session)
    for title in "abc":
        session.post(window(title))
    for seq in (3, 3, 1):
        session.receive(encode(Acknowledged(seq=seq)), 0.0)
    assert session.unacknowledged == 0


def test_rejected_message_is_never_sent_again_and_the_others_are(session: DeviceSession) -> None:
    connect(session)
    for title in "abc":
        session.post(window(title))
    rejected = Rejected(seq=2, fault="invalid", detail="title")
    assert session.receive(encode(rejected), 0.0) == [rejected]
    assert list(session.rejected) == [rejected]
    session.closed()
    assert connect(session, received=0) == [1, 3]


def test_full_outbox_drops_the_oldest_and_counts_it() -> None:
    session = DeviceSession(IDENTITY, "e1", lambda signed: b"s" * 64, outbox_limit=3)
    for title in "abcde":
        session.post(window(title))
    assert (session.dropped, session.unacknowledged, session.seq) == (2, 3, 5)
    assert connect(session) == [3, 4, 5]


def test_full_outbox_drops_what_must_not_be_lost_last() -> None:
    session = DeviceSession(IDENTITY, "e1", lambda signed: b"s" * 64, outbox_limit=3)
    for message in (
        UserChanged("amy", 1),
        window("a"),
        UserChanged("", 2),
        window("b"),
        UserChanged("ben", 3),
    ):
        session.post(message)
    assert connect(session) == [1, 3, 5]
    session.post(UserChanged("", 4))
    assert (session.dropped, session.unacknowledged) == (3, 3)
    session.closed()
    assert connect(session) == [3, 5, 6]


def test_what_must_not_be_lost_is_given_away_to_be_kept_until_it_is_acknowledged() -> None:
    kept: list[list[tuple[str, int]]] = []

    def keep(messages: tuple[EarlierReported, ...]) -> None:
        kept.append([(one.epoch, split(one.frame)[1]) for one in messages])

    session = DeviceSession(IDENTITY, "e1", lambda signed: b"s" * 64, keep=keep)
    earlier = EarlierReported("e0", encode(UserChanged("amy", 1), 77))
    session.post_earlier([earlier])
    session.post(window("a"))
    assert kept == []
    session.post(UserChanged("", 2))
    assert kept == [[("e0", 77), ("e1", 3)]], "each as it was numbered first"
    assert connect(session) == [1, 2, 3]
    session.receive(encode(Acknowledged(seq=2)), 0.0)
    assert kept[1:] == [[("e1", 3)]]
    session.receive(encode(Rejected(seq=3, fault="invalid", detail="")), 0.0)
    assert kept[2:] == [[]]


def test_frames_left_from_a_broken_connection_do_not_leak_into_the_next(
    session: DeviceSession,
) -> None:
    connect(session)
    session.post(PICTURE)
    session.post(window("a"))
    session.closed()
    session.opened(0.0)
    assert said(session) == []


def test_other_messages_are_handed_to_the_agent(session: DeviceSession) -> None:
    connect(session)
    viewers = ViewersChanged(viewers=(), lease_s=15.0)
    assert session.receive(encode(viewers), 0.0) == [viewers]
    assert session.receive(encode(StateAsked()), 0.0) == [StateAsked()]


@pytest.mark.parametrize(
    "early",
    [
        Welcome(received=0, heartbeat_s=1.0, silence_s=1.0, now_ms=0),
        Acknowledged(seq=0),
        StateAsked(),
        ViewersChanged(viewers=(), lease_s=15.0),
    ],
)
def test_hub_that_does_not_begin_with_a_challenge_is_refused(
    session: DeviceSession, early: Message
) -> None:
    session.opened(0.0)
    assert fault_of(session, early) is Fault.OUT_OF_ORDER


def test_orders_before_the_welcome_are_refused(session: DeviceSession) -> None:
    session.opened(0.0)
    session.receive(CHALLENGE, 0.0)
    assert fault_of(session, ViewersChanged(viewers=(), lease_s=15.0)) is Fault.OUT_OF_ORDER


def test_challenge_after_the_welcome_is_refused(session: DeviceSession) -> None:
    connect(session)
    assert fault_of(session, Challenge(nonce=b"n" * 32, protocol=1)) is Fault.OUT_OF_ORDER


def test_second_welcome_has_everything_sent_again_behind_a_second_resumed(
    session: DeviceSession,
) -> None:
    connect(session)
    session.post(window("a"))
    assert numbers(session) == [1]
    session.post(window("b"))
    session.receive(welcome(received=0), 0.0)
    sent = [CATALOGUE.decode(frame) for frame in session.take_outgoing(0.0)]
    again = sent.index((0, Resumed(first=1)))
    assert [seq for seq, _ in sent[again + 1 :]] == [1, 2]


def test_second_challenge_is_not_signed(session: DeviceSession) -> None:
    session.opened(0.0)
    session.receive(CHALLENGE, 0.0)
    assert fault_of(session, Challenge(nonce=b"m" * 32, protocol=1)) is Fault.OUT_OF_ORDER
    assert len(session.take_outgoing(0.0)) == 1


def test_acknowledgement_of_what_was_never_sent_loses_nothing(session: DeviceSession) -> None:
    connect(session)
    session.post(window("a"))
    assert fault_of(session, Acknowledged(seq=2)) is Fault.OUT_OF_ORDER
    assert session.unacknowledged == 1


def test_message_of_the_other_direction_is_refused(session: DeviceSession) -> None:
    connect(session)
    assert fault_of(session, Heartbeat()) is Fault.UNKNOWN_TYPE


def test_heartbeat_leaves_only_when_nothing_else_did(session: DeviceSession) -> None:
    connect(session, now_s=100.0)
    session.post(window("a"))
    session.take_outgoing(105.0)
    session.receive(encode(Acknowledged(seq=1)), 105.0)
    session.tick(114.9)
    assert said(session, 114.9) == []
    assert session.next_tick_s() == 115.0
    session.tick(115.0)
    assert said(session, 115.0) == [Heartbeat()]
    session.tick(116.0)
    assert said(session, 116.0) == []


def test_silent_hub_is_given_up(session: DeviceSession) -> None:
    connect(session, now_s=100.0)
    session.tick(130.0)
    with pytest.raises(FrameError) as caught:
        session.tick(130.1)
    assert caught.value.fault is Fault.SILENT


def test_silence_before_the_welcome_is_given_up_too(session: DeviceSession) -> None:
    session.opened(0.0)
    assert session.next_tick_s() == 30.0
    with pytest.raises(FrameError) as caught:
        session.tick(30.1)
    assert caught.value.fault is Fault.SILENT


def test_back_off_doubles_up_to_its_bound_with_jitter_and_starts_anew() -> None:
    backoff = Backoff(first_s=0.5, most_s=30.0, rng=random.Random(7))
    bounds = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    for bound in bounds:
        assert bound * 0.1 <= backoff.next_delay_s() <= bound
    backoff.reset()
    assert backoff.next_delay_s() <= 0.5


def test_back_off_spreads_a_crowd() -> None:
    waits = [Backoff(rng=random.Random(seed)).next_delay_s() for seed in range(200)]
    assert max(waits) - min(waits) > 0.4
