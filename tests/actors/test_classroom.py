"""A lesson's actor: who may ask, what it wants of each device, and what it stores."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.classroom import RENEWAL_MS, Classroom
from actors.effects import Commit, Effect, Tell
from actors.messages import (
    Arrived,
    Departed,
    LessonOver,
    LessonRunning,
    Membership,
    Released,
    Taken,
)
from actors.ports import Done, EndLesson, JoinLesson, LeaveLesson, Lock, Refusal, Unlock
from safeguarding.permissions import Principal
from store.lessons import LessonEnded, LessonStarted, LocksChanged, TeachersChanged
from store.records import Act
from tests.actors.cast import (
    ADMIN,
    BELL,
    KHAN,
    LEASE_S,
    NOW_MS,
    REGISTER,
    STRANGER,
    classroom_key,
    device_key,
    patches,
    start_lesson,
    told,
)
from wire.errors import Fault

DEVICES = ("pc-1", "pc-2", "pc-3")
ROOM = classroom_key()


def a_lesson(*, devices: tuple[str, ...] = DEVICES, pupils: tuple[str, ...] = ()) -> Classroom:
    room = Classroom(ROOM, LEASE_S)
    answer, _ = room.start(start_lesson(devices=devices, pupils=pupils), NOW_MS)
    assert answer == Done()
    return room


def lock(*devices: str, by: Principal = KHAN, countdown_s: float | None = None) -> Lock:
    return Lock(ROOM, by, devices, "Eyes on me", countdown_s)


def unlock(*devices: str) -> Unlock:
    return Unlock(ROOM, KHAN, devices)


def records(effects: list[Effect]) -> list[type]:
    records = [effect.record for effect in effects if isinstance(effect, Commit)]
    return [type(record) for record in records if not isinstance(record, Act)]


def acts(effects: list[Effect]) -> list[tuple[str, str, str]]:
    records = [effect.record for effect in effects if isinstance(effect, Commit)]
    return [(r.act, r.person, r.detail) for r in records if isinstance(r, Act)]


def wanted(effects: list[Effect]) -> dict[str, str | None]:
    """The lock that each device was told last, by its id."""
    locks: dict[str, str | None] = {}
    for key, message in told(effects, Membership):
        assert isinstance(message, Membership)
        locks[key.id] = message.lock.id if message.lock else None
    return locks


# --- beginning and ending ----------------------------------------------------------------------


def test_a_lesson_is_stored_shown_and_told_to_its_devices_when_it_begins() -> None:
    room = Classroom(ROOM, LEASE_S)
    answer, effects = room.start(start_lesson(devices=DEVICES), NOW_MS)
    assert answer == Done()
    assert records(effects) == [LessonStarted]
    assert wanted(effects) == dict.fromkeys(DEVICES)
    assert [key for key, _ in told(effects, LessonRunning)] == [REGISTER]
    assert room.state is not None
    assert room.state.teachers == ("Ms Khan",)


def test_beginning_twice_is_beginning_once() -> None:
    room = a_lesson()
    assert room.start(start_lesson(principal=BELL), NOW_MS) == (Done(), [])
    assert room.state is not None
    assert room.state.teachers == ("Ms Khan",)


@pytest.mark.parametrize("who", [ADMIN, STRANGER])
def test_nobody_without_the_role_begins_a_lesson(who: Principal) -> None:
    room = Classroom(ROOM, LEASE_S)
    answer, effects = room.start(start_lesson(principal=who), NOW_MS)
    assert isinstance(answer, Refusal)
    assert answer.fault == Fault.FORBIDDEN
    assert effects == []
    assert room.state is None


@pytest.mark.parametrize("who", [ADMIN, STRANGER, BELL])
def test_nobody_but_its_teachers_locks_unlocks_or_ends_a_lesson(who: Principal) -> None:
    room = a_lesson()
    for answer, effects in (
        room.lock(lock(by=who), NOW_MS),
        room.unlock(Unlock(ROOM, who, ()), NOW_MS),
        room.end(EndLesson(ROOM, who), NOW_MS),
    ):
        assert isinstance(answer, Refusal)
        assert answer.fault == Fault.FORBIDDEN
        assert effects == []
    assert room.leave(LeaveLesson(ROOM, who), NOW_MS) == (Done(), [])


def test_nobody_of_another_trust_joins() -> None:
    answer, effects = a_lesson().join(JoinLesson(ROOM, STRANGER), NOW_MS)
    assert isinstance(answer, Refusal)
    assert effects == []


def test_a_lesson_goes_on_while_one_teacher_is_in_it_and_ends_with_the_last() -> None:
    room = a_lesson()
    _, effects = room.join(JoinLesson(ROOM, BELL), NOW_MS)
    assert records(effects) == [TeachersChanged]
    assert room.join(JoinLesson(ROOM, BELL), NOW_MS) == (Done(), [])
    _, effects = room.leave(LeaveLesson(ROOM, KHAN), NOW_MS)
    assert records(effects) == [TeachersChanged]
    for _, message in told(effects, Membership):
        assert isinstance(message, Membership)
        assert message.teachers == {"bell"}
    _, effects = room.leave(LeaveLesson(ROOM, BELL), NOW_MS)
    assert records(effects) == [LessonEnded]
    assert {key.id for key, _ in told(effects, Released)} == set(DEVICES)
    assert [key for key, _ in told(effects, LessonOver)] == [REGISTER]
    ((kind, state),) = patches(effects)
    assert kind == "lesson"
    assert isinstance(state, dict)
    assert state["ended"] is True
    assert room.state is None


def test_a_lesson_that_is_over_takes_no_orders() -> None:
    room = a_lesson()
    room.end(EndLesson(ROOM, KHAN), NOW_MS)
    for answer, effects in (
        room.lock(lock(), NOW_MS),
        room.unlock(unlock(), NOW_MS),
        room.join(JoinLesson(ROOM, BELL), NOW_MS),
    ):
        assert isinstance(answer, Refusal)
        assert answer.fault == Fault.OVER
        assert effects == []
    assert room.end(EndLesson(ROOM, KHAN), NOW_MS) == (Done(), [])
    assert room.wake_at_ms is None


# --- locks -------------------------------------------------------------------------------------

subsets = st.lists(st.sampled_from(DEVICES), unique=True, max_size=3)


@given(st.lists(st.tuples(st.sampled_from(["lock", "unlock"]), subsets), max_size=25))
def test_the_newest_lock_that_names_a_device_holds_until_it_is_unlocked(
    asks: list[tuple[str, list[str]]],
) -> None:
    room = a_lesson()
    model: dict[str, str | None] = dict.fromkeys(DEVICES)
    effects = room.renew(NOW_MS)
    for number, (what, devices) in enumerate(asks):
        now_ms = NOW_MS + number
        ask = lock(*devices) if what == "lock" else unlock(*devices)
        answer, effects = (room.lock if what == "lock" else room.unlock)(ask, now_ms)  # type: ignore[operator]
        assert answer == Done()
        assert records(effects) == [LocksChanged]
        assert room.state is not None
        newest = room.state.locks[-1].id if room.state.locks else None
        for device in devices or DEVICES:
            model[device] = newest if what == "lock" else None
    assert wanted(effects) == model
    assert room.state is not None
    assert {lock.id for lock in room.state.locks} == {id_ for id_ in model.values() if id_}


def test_a_lock_of_all_holds_for_who_joins_later() -> None:
    room = a_lesson(devices=(), pupils=("amy",))
    _, effects = room.lock(lock(), NOW_MS)
    assert wanted(effects) == {}
    assert room.state is not None
    effects = room.told(Arrived("pc-9"), NOW_MS)
    assert wanted(effects) == {"pc-9": room.state.locks[0].id}


def test_unlocking_one_pupil_frees_nobody_who_joins_later() -> None:
    room = a_lesson(devices=(), pupils=("amy", "ben", "cal"))
    for device in ("pc-1", "pc-2"):
        room.told(Arrived(device), NOW_MS)
    room.lock(lock(), NOW_MS)
    assert room.state is not None
    (all_,) = room.state.locks
    _, effects = room.unlock(unlock("pc-1"), NOW_MS)
    assert wanted(effects) == {"pc-1": None, "pc-2": all_.id}
    assert wanted(room.told(Arrived("pc-9"), NOW_MS)) == {"pc-9": all_.id}
    assert wanted(room.told(Arrived("pc-1"), NOW_MS)) == {"pc-1": None}


def test_a_lock_of_all_is_over_once_everybody_is_unlocked() -> None:
    room = a_lesson(devices=(), pupils=("amy", "ben"))
    for device in ("pc-1", "pc-2"):
        room.told(Arrived(device), NOW_MS)
    room.lock(lock(), NOW_MS)
    room.unlock(unlock("pc-1"), NOW_MS)
    room.unlock(unlock("pc-2"), NOW_MS)
    assert room.state is not None
    assert room.state.locks == ()
    assert wanted(room.told(Arrived("pc-9"), NOW_MS)) == {"pc-9": None}


def test_only_members_can_be_locked_by_name() -> None:
    answer, effects = a_lesson().lock(lock("pc-1", "pc-9"), NOW_MS)
    assert answer == Refusal(Fault.INVALID, "not in this lesson: pc-9")
    assert effects == []


def test_a_countdown_ends_by_itself() -> None:
    room = a_lesson()
    room.lock(lock(countdown_s=10), NOW_MS)
    assert room.wake_at_ms == NOW_MS + 10_000
    assert room.wake(NOW_MS + 9_999) == []
    effects = room.wake(NOW_MS + 10_000)
    assert wanted(effects) == dict.fromkeys(DEVICES)
    assert records(effects) == [LocksChanged]


def test_a_clock_that_is_put_back_gives_no_lock_an_older_number() -> None:
    room = a_lesson()
    room.lock(lock("pc-1"), NOW_MS)
    room.lock(lock("pc-2"), NOW_MS - 60_000)
    assert room.state is not None
    older, newer = (int(held.id) for held in room.state.locks)
    assert newer > older


# --- members -----------------------------------------------------------------------------------


def test_members_are_told_again_and_again_with_a_lease() -> None:
    room = a_lesson()
    assert room.wake_at_ms == NOW_MS + RENEWAL_MS
    assert room.wake(NOW_MS + RENEWAL_MS - 1) == []
    effects = room.wake(NOW_MS + RENEWAL_MS)
    assert {key for key, _ in told(effects, Membership)} == {device_key(id_) for id_ in DEVICES}
    for _, message in told(effects, Membership):
        assert isinstance(message, Membership)
        assert message.until_ms == NOW_MS + RENEWAL_MS + int(LEASE_S * 1000)


def test_a_pupils_device_comes_and_goes_with_the_pupil() -> None:
    room = a_lesson(devices=("pc-1",), pupils=("amy",))
    assert wanted(room.told(Arrived("pc-9"), NOW_MS)) == {"pc-9": None}
    effects = room.told(Departed("pc-9"), NOW_MS)
    assert [key.id for key, _ in told(effects, Released)] == ["pc-9"]
    assert room.told(Departed("pc-1"), NOW_MS) == [], "a device of the class stays"


def test_a_device_that_another_lesson_took_is_told_nothing_more() -> None:
    room = a_lesson()
    room.told(Taken("pc-1", "l2"), NOW_MS)
    _, effects = room.lock(lock(), NOW_MS)
    assert set(wanted(effects)) == {"pc-2", "pc-3"}


def test_a_register_that_believes_in_a_lesson_that_is_over_is_put_right() -> None:
    room = Classroom(ROOM, LEASE_S)
    assert room.told(Arrived("pc-1"), NOW_MS) == [Tell(REGISTER, LessonOver("l1"))]
    assert room.announce(NOW_MS) == []


def test_a_restored_lesson_wants_what_it_wanted() -> None:
    room = Classroom(ROOM, LEASE_S)
    _, effects = room.start(start_lesson(devices=DEVICES), NOW_MS)
    records = [e.record for e in effects if isinstance(e, Commit)]
    (stored,) = [r.lesson for r in records if isinstance(r, LessonStarted)]
    for _, effects in (
        room.lock(lock("pc-1", countdown_s=60), NOW_MS),
        room.join(JoinLesson(ROOM, BELL), NOW_MS),
    ):
        for record in [e.record for e in effects if isinstance(e, Commit)]:
            match record:
                case LocksChanged():
                    stored = replace(stored, locks=record.locks)
                case TeachersChanged():
                    stored = replace(stored, teachers=record.teachers)
    again = Classroom(ROOM, LEASE_S)
    restored = again.restore(stored, NOW_MS + 5_000)
    assert again.state == room.state
    assert wanted(restored) == wanted(effects)
    again.lock(lock("pc-2"), NOW_MS - 60_000)
    assert again.state is not None
    older, newer = (int(held.id) for held in again.state.locks)
    assert newer > older


def test_every_act_of_a_teacher_is_recorded_once_and_no_renewal_is() -> None:
    room = Classroom(classroom_key(), LEASE_S)

    def done(outcome: tuple[object, list[Effect]]) -> list[tuple[str, str, str]]:
        return acts(outcome[1])

    assert done(room.start(start_lesson(), NOW_MS)) == [("lesson_started", "khan", "7B")]
    assert done(room.start(start_lesson(), NOW_MS)) == []
    assert done(room.join(JoinLesson(classroom_key(), BELL), NOW_MS)) == [
        ("lesson_joined", "bell", "")
    ]
    lock = Lock(classroom_key(), BELL, ("pc-2", "pc-1"), "", None)
    assert done(room.lock(lock, NOW_MS)) == [("screens_locked", "bell", "pc-1, pc-2")]
    assert acts(room.wake(NOW_MS + 60_000)) == []
    unlock = Unlock(classroom_key(), KHAN, ())
    assert done(room.unlock(unlock, NOW_MS)) == [
        ("screens_unlocked", "khan", "every device of the lesson")
    ]
    assert done(room.unlock(unlock, NOW_MS)) == [], "nothing was locked any more"
    assert done(room.leave(LeaveLesson(classroom_key(), BELL), NOW_MS)) == [
        ("lesson_left", "bell", "")
    ]
    assert done(room.leave(LeaveLesson(classroom_key(), KHAN), NOW_MS)) == [
        ("lesson_left", "khan", ""),
        ("lesson_ended", "khan", ""),
    ]


def test_an_act_that_is_written_again_has_the_same_name() -> None:
    def ids() -> list[str]:
        room = Classroom(classroom_key(), LEASE_S)
        _, begun = room.start(start_lesson(), NOW_MS)
        _, locked = room.lock(Lock(classroom_key(), KHAN, (), "", None), NOW_MS)
        records = [e.record for e in [*begun, *locked] if isinstance(e, Commit)]
        return [record.id for record in records if isinstance(record, Act)]

    assert ids() == ids()
    assert len(set(ids())) == 2


def test_a_lock_that_is_brought_again_is_recorded_once() -> None:
    asked = replace(lock(), id="asked-1")
    ids = set()
    for now_ms in (NOW_MS, NOW_MS + 5_000):
        _, effects = a_lesson().lock(asked, now_ms)
        ids |= {e.record.id for e in effects if isinstance(e, Commit) and isinstance(e.record, Act)}
    assert len(ids) == 1
