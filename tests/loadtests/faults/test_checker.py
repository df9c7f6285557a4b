"""The checker catches each way in which a hub could break its word: a mutation of a clean run."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from loadtests.faults.checker import StoredEvent, check_acts, check_events, check_orders
from loadtests.faults.ledger import STATE, Id, Said

SITE = "north"


def clean() -> tuple[dict[Id, Said], set[Id], list[StoredEvent]]:
    """Three devices with two runs each, everything acknowledged and stored as it was meant."""
    said: dict[Id, Said] = {}
    stored: list[StoredEvent] = []
    for device, epoch, seq in itertools.product("abc", ("one", "two"), (2, 3, 7)):
        kind, user, detail = "capture_failed", f"{device}-user", f"text {seq}"
        said[device, epoch, seq] = Said(device, epoch, seq, kind, user, SITE, "", detail)
        stored.append(
            StoredEvent(len(stored) + 1, device, epoch, seq, kind, user, SITE, "", detail)
        )
    return said, set(said), stored


def promises(stored: list[StoredEvent], *, rejected: frozenset[Id] = frozenset()) -> list[str]:
    """What is found against the clean run's ledger."""
    said, acknowledged, _ = clean()
    found = check_events(said, acknowledged, rejected, stored)
    return [one.promise for one in found]


def test_a_clean_run_breaks_no_promise() -> None:
    assert promises(clean()[2]) == []


@pytest.mark.parametrize("at", range(18))
def test_one_lost_id_is_found(at: int) -> None:
    stored = clean()[2]
    gone = stored.pop(at)
    said, acknowledged, _ = clean()
    (found,) = check_events(said, acknowledged, set(), stored)
    assert found.promise == "lost"
    assert str(gone.id) in found.evidence


@pytest.mark.parametrize("at", range(18))
def test_one_doubled_id_is_found(at: int) -> None:
    stored = clean()[2]
    again = msgspec.structs.replace(stored[at], position=100)
    assert promises([*stored, again]) == ["doubled"]


@pytest.mark.parametrize(
    "change",
    [
        {"user": "b-user"},
        {"user": ""},
        {"kind": "notice_ended"},
        {"subject": "lock-1"},
        {"site": "south"},
        {"detail": "text 3"},
    ],
    ids=str,
)
def test_one_misattributed_id_is_found(change: dict[str, str]) -> None:
    stored = clean()[2]
    stored[0] = msgspec.structs.replace(stored[0], **change)
    assert promises(stored) == ["misattributed"]


def test_an_event_under_another_device_is_found() -> None:
    stored = clean()[2]
    stored[0] = msgspec.structs.replace(stored[0], device="d")
    assert sorted(promises(stored)) == ["foreign", "lost"]


def test_one_disordered_pair_is_found() -> None:
    stored = clean()[2]
    first, second = stored[0].position, stored[1].position
    stored[0] = msgspec.structs.replace(stored[0], position=second)
    stored[1] = msgspec.structs.replace(stored[1], position=first)
    assert promises(stored) == ["disordered"]


def test_the_order_of_two_runs_of_one_device_is_free() -> None:
    stored = clean()[2]
    moved = [msgspec.structs.replace(one, position=one.position + 100) for one in stored[:3]]
    assert promises([*moved, *stored[3:]]) == []


def test_what_nobody_said_is_found() -> None:
    stored = clean()[2]
    foreign = msgspec.structs.replace(stored[0], seq=8, position=100)
    assert promises([*stored, foreign]) == ["foreign"]


def test_what_the_server_notes_itself_has_no_number_but_a_run() -> None:
    stored = clean()[2]
    note = msgspec.structs.replace(stored[0], seq=0, kind="duplicate_seen", position=100)
    assert promises([*stored, note, note]) == []
    assert promises([*stored, msgspec.structs.replace(note, epoch="three")]) == ["foreign"]
    assert promises([*stored, msgspec.structs.replace(note, kind="signed_on")]) == [
        "disordered",
        "foreign",
    ]


def test_what_is_both_acknowledged_and_rejected_is_found() -> None:
    said, _, stored = clean()
    assert promises(stored, rejected=frozenset([next(iter(said))])) == ["acknowledged and rejected"]


def test_what_was_never_acknowledged_may_be_missing_but_not_wrong() -> None:
    said, acknowledged, stored = clean()
    last = stored.pop()
    acknowledged.discard(last.id)
    assert check_events(said, acknowledged, set(), stored) == []
    wrong = msgspec.structs.replace(last, user="a-user")
    (found,) = check_events(said, acknowledged, set(), [*stored, wrong])
    assert found.promise == "misattributed"


def test_poison_may_be_put_aside() -> None:
    said, acknowledged, stored = clean()
    gone = stored.pop().id
    said[gone] = msgspec.structs.replace(said[gone], is_poison=True)
    assert check_events(said, acknowledged, set(), stored) == []


@pytest.mark.parametrize(
    ("user", "kind", "stored_user", "found"),
    [
        ("ana", "signed_on", "ana", []),
        ("ana", "signed_on", "ben", ["misattributed"]),
        ("ana", "signed_off", "ana", ["misattributed"]),
        ("", "signed_off", "ana", []),
        ("", "capture_failed", "ana", ["misattributed"]),
    ],
)
def test_a_whole_state_may_be_stored_as_a_change_of_account(
    user: str, kind: str, stored_user: str, found: list[str]
) -> None:
    said = {("a", "one", 1): Said("a", "one", 1, STATE, user, SITE)}
    event = StoredEvent(1, "a", "one", 1, kind, stored_user, SITE)
    assert [one.promise for one in check_events(said, set(), set(), [event])] == found
    assert check_events(said, set(), set(), []) == []


def reports(*states: str) -> list[StoredEvent]:
    return [
        StoredEvent(at, "a", "one", at, f"order_{state}", "", SITE, "lock-1")
        for at, state in enumerate(states, 1)
    ]


@pytest.mark.parametrize(
    "states",
    [
        ("applied", "released"),
        ("applied", "expired"),
        ("refused",),
        ("refused", "released"),
        ("applied", "expired", "applied", "released"),
    ],
    ids=" ".join,
)
def test_an_order_with_one_end_is_in_order(states: tuple[str, ...]) -> None:
    assert check_orders(reports(*states)) == []


@pytest.mark.parametrize(
    "states",
    [
        ("applied",),
        ("applied", "released", "released"),
        ("applied", "released", "expired"),
        ("applied", "applied", "released"),
        ("released", "applied"),
        ("applied", "expired", "expired"),
        ("released", "applied", "released"),
    ],
    ids=" ".join,
)
def test_an_order_without_exactly_one_end_is_found(states: tuple[str, ...]) -> None:
    (found,) = check_orders(reports(*states))
    assert found.promise == "order without one end"
    assert "lock-1" in found.evidence


def test_orders_of_different_devices_are_judged_apart() -> None:
    mine, theirs = reports("applied", "released")
    theirs = msgspec.structs.replace(theirs, device="b")
    assert len(check_orders([mine, theirs])) == 1


def test_a_run_that_has_gone_owes_no_end() -> None:
    (applied,) = reports("applied")
    assert len(check_orders([applied])) == 1
    assert check_orders([applied], {("a", "one")}) == []
    assert len(check_orders([applied], {("a", "two")})) == 1


def test_only_where_a_command_may_not_have_been_stored_may_a_released_order_hold_again() -> None:
    states = reports("applied", "released", "applied", "released")
    events = [msgspec.structs.replace(one, lesson="lesson-1") for one in states]
    assert len(check_orders(events)) == 1
    assert len(check_orders(events, unsure={"lesson-2"})) == 1
    assert check_orders(events, unsure={"lesson-1"}) == []
    assert len(check_orders(events[:3], unsure={"lesson-1"})) == 1


def test_every_answered_command_has_to_be_in_the_audit_record_once() -> None:
    assert check_acts({"screens_locked": 3}, {}, {"screens_locked": 3}) == []
    assert len(check_acts({"screens_locked": 3}, {}, {"screens_locked": 2})) == 1
    assert len(check_acts({"screens_locked": 3}, {}, {"screens_locked": 4})) == 1


def test_a_command_nobody_knows_of_may_be_in_the_audit_record() -> None:
    for recorded in (3, 4, 5):
        assert check_acts({"locked": 3}, {"locked": 2}, {"locked": recorded}) == []
    assert len(check_acts({"locked": 3}, {"locked": 2}, {"locked": 6})) == 1


def test_of_what_may_find_nothing_to_do_less_may_be_recorded_but_not_more() -> None:
    assert check_acts({"screens_unlocked": 3}, {}, {"screens_unlocked": 1}) == []
    assert len(check_acts({"screens_unlocked": 3}, {}, {"screens_unlocked": 4})) == 1
