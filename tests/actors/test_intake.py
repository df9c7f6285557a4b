"""A device's messages become events once, whoever was signed on and whatever died before."""

from __future__ import annotations

from actors.intake import Intake
from store.records import DeviceEvent
from tests.actors.cast import NOW_MS, SITE, TRUST, device_key
from wire.codec import encode
from wire.messages import (
    EarlierReported,
    EventReported,
    Message,
    StateReported,
    UserChanged,
    WindowChanged,
)


def an_intake() -> Intake:
    intake = Intake(device_key())
    intake.begin("e1")
    return intake


def take(
    intake: Intake, message: Message, seq: int, *, user: str = "", has_room: bool = True
) -> list[tuple[str, int, str, str]]:
    kept = intake.take(message, seq, user=user, lesson="l1", now_ms=NOW_MS, has_room=has_room)
    records = [one.record for one in kept or []]
    assert all(isinstance(record, DeviceEvent) for record in records)
    return [(r.epoch, r.seq, r.kind, r.user) for r in records]  # type: ignore[union-attr]


def test_a_durable_message_is_stored_once_and_names_what_it_settles() -> None:
    intake = an_intake()
    message = UserChanged("amy", 5)
    (kept,) = intake.take(message, 3, user="", lesson="l1", now_ms=NOW_MS, has_room=True) or []
    assert kept.record == DeviceEvent(
        TRUST, SITE, "pc-1", "e1", 3, "signed_on", "amy", "l1", 5, NOW_MS
    )
    assert kept.settles == (str(device_key()), "e1", 3)
    assert intake.take(message, 3, user="", lesson="", now_ms=NOW_MS, has_room=True) is None


def test_a_state_tells_of_another_account_once_it_is_known() -> None:
    intake = an_intake()
    assert take(intake, StateReported(5, user="amy"), 4) == [], "a shard that died forgot her"
    assert take(intake, StateReported(5, user="amy"), 5, user="amy") == []
    assert take(intake, StateReported(5, user="ben"), 6, user="amy") == [
        ("e1", 6, "signed_on", "ben")
    ]
    assert take(intake, StateReported(5), 7, user="ben") == [("e1", 7, "signed_off", "ben")]


def test_the_account_in_the_first_message_of_an_epoch_has_signed_on() -> None:
    assert take(an_intake(), StateReported(5, user="amy"), 1) == [("e1", 1, "signed_on", "amy")]


def test_a_message_of_an_earlier_run_is_stored_under_its_own_number() -> None:
    intake = an_intake()
    message = EarlierReported("e0", encode(UserChanged("", 5, before="amy"), 77))
    assert take(intake, message, 1, user="ben") == [("e0", 77, "signed_off", "amy")]
    assert intake.numbers.settled == 0
    assert intake.numbers.stored("e1", 1)


def test_without_room_a_message_is_taken_and_asked_for_again() -> None:
    intake = an_intake()
    assert take(intake, UserChanged("amy", 5), 1, has_room=False) == []
    assert take(intake, WindowChanged("a", "b", 5), 2) == []
    assert (intake.numbers.received, intake.numbers.settled) == (2, 0)
    intake.begin("e1")
    assert take(intake, UserChanged("amy", 5), 1) == [("e1", 1, "signed_on", "amy")]


def test_the_account_of_another_machine_with_this_identity_is_not_that_of_an_event() -> None:
    intake = an_intake()
    event = EventReported("capture_failed", 5)
    take(intake, StateReported(5, user="amy"), 1)
    assert take(intake, event, 2, user="amy") == [("e1", 2, "capture_failed", "amy")]
    intake.begin("copy")
    assert take(intake, event, 1, user="amy") == [("copy", 1, "capture_failed", "")]
    take(intake, StateReported(5, user="ben"), 2)
    intake.begin("e1")
    assert take(intake, event, 3, user="ben") == [("e1", 3, "capture_failed", "")]
    intake.begin("e1")
    take(intake, StateReported(5, user="amy"), 4, user="ben")
    assert take(intake, event, 5, user="amy") == [("e1", 5, "capture_failed", "amy")]
