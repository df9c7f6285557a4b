"""What of a device's messages goes into the database, and under whom."""

from __future__ import annotations

import pytest

from actors.events import Event, earlier, event_of
from wire.codec import encode
from wire.errors import Fault, FrameError
from wire.messages import (
    EarlierReported,
    EventReported,
    Message,
    OrderReported,
    UserChanged,
    WindowChanged,
)


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (UserChanged("amy", 5), Event("signed_on", "amy", 5)),
        (UserChanged("amy", 5, before="ben"), Event("signed_on", "amy", 5, "", "instead of ben")),
        (UserChanged("", 5, before="ben"), Event("signed_off", "ben", 5)),
        (UserChanged("", 5), Event("signed_off", "known", 5)),
        (
            OrderReported("7", "refused", 5, "no display", "amy"),
            Event("order_refused", "amy", 5, "7", "no display"),
        ),
        (OrderReported("7", "applied", 5), Event("order_applied", "known", 5, "7")),
        (EventReported("notice_ended", 5), Event("notice_ended", "known", 5)),
        (
            EventReported("outbox_dropped", 5, 17, user="amy"),
            Event("outbox_dropped", "amy", 5, "", "17 messages"),
        ),
        (
            EventReported("clock_changed", 5, -3600, "put\nback"),
            Event("clock_changed", "known", 5, "", "-3600 s: put back"),
        ),
    ],
)
def test_a_durable_message_says_what_happened_and_to_whom(message: Message, event: Event) -> None:
    assert event_of(message, "known") == event


def test_what_is_not_durable_is_no_event() -> None:
    assert event_of(WindowChanged("a", "b", 5), "known") is None


def test_what_an_earlier_run_could_not_deliver_keeps_its_number() -> None:
    message = EarlierReported("e0", encode(UserChanged("amy", 5), 77))
    assert earlier(message, 1) == (77, Event("signed_on", "amy", 5))


@pytest.mark.parametrize(
    "frame",
    [
        b"\x93\xa1x\x01\x80",
        b"\xc1\xc1\xc1\xc1",
        encode(WindowChanged("a", "b", 5), 3),
        encode(UserChanged("amy", 5), 0),
        encode(EarlierReported("e", encode(UserChanged("amy", 5), 1)), 3),
    ],
)
def test_an_earlier_run_can_deliver_nothing_else(frame: bytes) -> None:
    with pytest.raises(FrameError) as caught:
        earlier(EarlierReported("e0", frame), 9)
    assert (caught.value.fault, caught.value.seq) == (Fault.INVALID, 9)
