"""The actors of one shard together: batches, mail, timers and views."""

from __future__ import annotations

import msgspec
import pytest

from actors.device import NOT_A_MEMBER, Device
from actors.house import FAILED, House
from actors.keys import Kind, lesson_topic
from actors.messages import Arrived, LessonRunning, Present
from actors.ports import (
    Attached,
    Detach,
    Done,
    EndLesson,
    Lock,
    PeerRestarted,
    Reading,
    Refusal,
    Screen,
    Unlock,
    Watched,
)
from actors.viewing import NOT_RECORDED
from store.lessons import StoredLesson, StoredLock
from store.records import DeviceEvent
from tests.actors.cast import (
    HUB,
    KHAN,
    LEASE_S,
    NOW_MS,
    REGISTER,
    SITE,
    TRUST,
    applied,
    attach,
    classroom_key,
    decoded,
    device_key,
    frame,
    screen,
    start_lesson,
    watch,
)
from wire.errors import Fault
from wire.messages import (
    DeviceState,
    OrdersChanged,
    StateReported,
    UserChanged,
    ViewersChanged,
    WindowChanged,
)

TOPIC = lesson_topic(TRUST, SITE, "l1")


def a_house() -> House:
    return House("pool-0", "life-1", lambda _key: "pool-0", LEASE_S)


def read(house: House, after: int = 0) -> Reading:
    return house.log.read(HUB, "life-1", after, frozenset({TOPIC}))


def to_devices(house: House, kind: type, after: int = 0) -> list[object]:
    return [m for m in decoded(f for _, f in read(house, after).devices) if isinstance(m, kind)]


def window(title: str, seq: int, *, id_: str = "pc-1", session: int = 1) -> object:
    return frame(WindowChanged("notes", title, 1), seq, id_=id_, session=session)


def a_class(*, pupils: bool = False) -> House:
    """Two devices in a lesson."""
    house = a_house()
    items = [attach("pc-1", session=1), attach("pc-2", session=2)]
    if pupils:
        items += [
            frame(StateReported(1, user=user), 1, id_=id_, session=session)
            for user, id_, session in (("amy", "pc-1", 1), ("ben", "pc-2", 2))
        ]
        items.append(start_lesson(devices=(), pupils=("amy", "ben")))
    else:
        items.append(start_lesson())
    delivered = house.deliver(items, NOW_MS)
    assert delivered.answers[-1] == Done()
    return house


@pytest.mark.parametrize("pupils", [False, True])
def test_a_lesson_has_its_devices_as_soon_as_it_began(pupils: bool) -> None:
    view = a_class(pupils=pupils).view(TOPIC)
    assert view.lesson is not None
    assert [msgspec.msgpack.decode(d)["device"] for d in view.devices] == ["pc-1", "pc-2"]


def test_a_batch_is_carried_out_in_order_and_each_command_answered() -> None:
    delivered = a_house().deliver(
        [
            attach(),
            window("one", 1),
            window("two", 2),
            Detach(device_key(), HUB, 1, True),
            attach(session=2),
        ],
        NOW_MS,
    )
    assert delivered.received == {1: 2}
    assert delivered.answers == (Attached(0), Done(), Attached(2))
    assert delivered.faults == ()


def test_a_frame_of_a_connection_that_was_replaced_is_neither_taken_nor_counted() -> None:
    house = a_house()
    house.deliver([attach(), window("old", 5)], NOW_MS)
    delivered = house.deliver([attach(session=2), window("late", 6)], NOW_MS)
    assert delivered.received == {}
    assert read(house).closed == [1]


def test_a_frame_of_a_device_that_was_never_attached_here_is_not_counted() -> None:
    assert a_house().deliver([window("lost", 3)], NOW_MS).received == {}


def test_a_bad_frame_is_named_and_harms_no_other_device() -> None:
    house = a_class()
    bad = (str(device_key("pc-1")), 1, "window_changed", 9, b"\xc1")
    delivered = house.deliver([bad, window("fine", 1, id_="pc-2", session=2)], NOW_MS)
    assert [(f.session, f.seq) for f in delivered.faults] == [(1, 9)]
    assert delivered.received == {2: 1}


def test_an_actor_that_fails_at_an_item_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    house = a_class()
    whole = Device.frame

    def fail(self: Device, session: int, *rest: object, **more: object) -> object:
        if session == 1:
            raise ZeroDivisionError
        return whole(self, session, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Device, "frame", fail)
    delivered = house.deliver([window("bad", 1), window("fine", 1, id_="pc-2", session=2)], NOW_MS)
    assert [(f.session, f.seq, f.detail) for f in delivered.faults] == [(1, 1, FAILED)]
    assert delivered.received == {2: 1}


def test_a_command_at_which_an_actor_fails_is_refused() -> None:
    house = a_class()
    broken = Lock(classroom_key(), KHAN, (), "", "soon")  # type: ignore[arg-type]
    delivered = house.deliver([broken, attach("pc-3", session=3)], NOW_MS)
    assert delivered.answers == (Refusal(Fault.INVALID, FAILED), Attached(0))


def test_what_consoles_hold_by_patches_is_the_view() -> None:
    house = a_class(pupils=True)
    position = read(house).cursor
    picture = {
        str(state["device"]): state
        for state in map(msgspec.msgpack.decode, house.view(TOPIC).devices)
    }
    house.deliver(
        [
            window("new", 2),
            Lock(classroom_key(), KHAN, ("pc-1",), "", 30),
            watch(screen("pc-1", "control"), screen("pc-2")),
            frame(UserChanged("", 1), 2, id_="pc-2", session=2),
            attach("pc-9", session=9),
            frame(StateReported(1, user="ben"), 1, id_="pc-9", session=9),
        ],
        NOW_MS,
    )
    house.wake(NOW_MS + 31_000)
    patches = [msgspec.msgpack.decode(patch) for _, _, patch in read(house, position).lessons]
    applied(picture, [tuple(patch) for patch in patches])
    fresh = {
        str(state["device"]): state
        for state in map(msgspec.msgpack.decode, house.view(TOPIC).devices)
    }
    assert set(fresh) == {"pc-1", "pc-9"}
    for device, state in fresh.items():
        assert msgspec.convert(picture[device], DeviceState) == msgspec.convert(state, DeviceState)


def test_only_members_of_the_lesson_are_watched_and_no_actor_is_made_for_a_name() -> None:
    house = a_class()
    before = house.devices
    (answer,) = house.deliver([watch(screen("pc-1"), screen("pc-77"))], NOW_MS).answers
    assert answer == Watched({"pc-77": NOT_A_MEMBER})
    assert house.devices == before


def test_a_console_that_shows_less_lets_go_of_the_rest() -> None:
    house = a_class()
    house.deliver([watch(screen("pc-1"), screen("pc-2"))], NOW_MS)
    position = read(house).cursor
    house.deliver([watch(screen("pc-2"))], NOW_MS)
    (left,) = [
        (session, message)
        for session, f in read(house, position).devices
        for message in decoded([f])
    ]
    assert left == (1, ViewersChanged((), 15.0))
    house.deliver([watch()], NOW_MS)
    states = map(msgspec.msgpack.decode, house.view(TOPIC).devices)
    assert [state.get("viewers", 0) for state in states] == [0, 0]


def test_viewers_run_out_and_lessons_renew_by_the_clock_alone() -> None:
    house = a_class()
    house.deliver([watch(Screen(device_key(), "wall"))], NOW_MS)
    assert house.wake_at_ms == NOW_MS + 15_000
    house.wake(NOW_MS + 15_000)
    assert to_devices(house, ViewersChanged)[-1] == ViewersChanged((), 15.0)
    assert house.wake_at_ms is not None
    house.wake(NOW_MS + 1_000_000)
    assert house.wake_at_ms is not None
    assert house.wake_at_ms > NOW_MS + 1_000_000


def test_a_restored_house_wants_of_its_devices_what_it_wanted_before() -> None:
    stored = StoredLesson(
        trust=TRUST,
        site=SITE,
        id="l1",
        class_id="7b",
        class_name="7B",
        devices=("pc-1",),
        pupils=("amy",),
        teachers=(("khan", "Ms Khan"),),
        started_at_ms=NOW_MS,
        locks=(StoredLock("5", (), "Eyes on me", None, "Ms Khan"),),
    )
    house = a_house()
    house.restore([stored], NOW_MS)
    house.deliver(
        [
            attach("pc-1", session=1),
            attach("pc-2", session=2),
            frame(StateReported(1, user="amy"), 1, id_="pc-2", session=2),
        ],
        NOW_MS,
    )
    states = map(msgspec.msgpack.decode, house.view(TOPIC).devices)
    assert [(state["device"], state["lock"]) for state in states] == [("pc-1", "5"), ("pc-2", "5")]
    locked = [
        session
        for session, f in read(house).devices
        for message in decoded([f])
        if isinstance(message, OrdersChanged) and message.orders
    ]
    assert set(locked) == {1, 2}


def test_what_is_for_another_shard_is_handed_over() -> None:
    house = House(
        "pool-0",
        "life-1",
        lambda key: "pool-1" if key.kind is Kind.REGISTER else "pool-0",
        LEASE_S,
    )
    house.deliver([attach(), start_lesson(devices=("pc-1",))], NOW_MS)
    assert {type(message) for key, message in house.tells if key == REGISTER} == {
        Present,
        LessonRunning,
    }
    house.tells.clear()
    house.told([(classroom_key(), Arrived("pc-8"))], NOW_MS)
    house.deliver([PeerRestarted("pool-1")], NOW_MS)
    running = [m for _, m in house.tells if isinstance(m, LessonRunning)]
    assert [sorted(m.members) for m in running] == [["pc-1", "pc-8"]]
    assert {m.device for _, m in house.tells if isinstance(m, Present)} == {"pc-1", "pc-8"}


def test_the_end_of_a_lesson_leaves_nothing_of_it() -> None:
    house = a_class()
    house.deliver([EndLesson(classroom_key(), KHAN)], NOW_MS)
    view = house.view(TOPIC)
    assert (view.lesson, view.devices) == (None, ())
    assert [entry.lesson for entry in house.directory(TRUST, SITE)] == ["", ""]


# --- what must not be lost ---------------------------------------------------------------------


def user(name: str, seq: int, *, session: int = 1) -> object:
    return frame(UserChanged(name, 1), seq, session=session)


def kinds(house: House) -> list[tuple[int, str]]:
    records = [one.record for one in house.records]
    return [(r.seq, r.kind) for r in records if isinstance(r, DeviceEvent)]


def test_nothing_is_acknowledged_beyond_what_waits_for_the_database() -> None:
    house = a_house()
    items = [attach(), window("a", 1), user("amy", 2), window("b", 3)]
    delivered = house.deliver(items, NOW_MS)
    assert delivered.received == {1: 1}
    assert kinds(house) == [(2, "signed_on")]
    assert house.deliver([attach()], NOW_MS).answers == (Attached(1),)
    house.stored(house.records)
    assert read(house).stored == [(1, 3)]
    assert house.deliver([attach()], NOW_MS).answers == (Attached(3),)


def test_what_is_stored_is_told_to_the_connection_that_the_device_has_by_then() -> None:
    house = a_house()
    house.deliver([attach(), user("amy", 1), attach(session=2)], NOW_MS)
    house.stored(house.records)
    assert read(house).stored == [(2, 1)]
    house.deliver([user("", 2, session=2), Detach(device_key(), HUB, 2, False)], NOW_MS)
    house.stored(house.records[1:])
    assert read(house).stored == [(2, 1)]


def test_a_device_that_found_no_room_is_shown_and_asked_again_when_there_is_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("actors.house.ROOM", 2)
    house = a_class()
    house.records.clear()
    house._unsettled = 0
    house.deliver([user("amy", 1), user("", 2), user("ben", 3), window("b", 4)], NOW_MS)
    assert kinds(house) == [(1, "signed_on"), (2, "signed_off")]
    states = [msgspec.msgpack.decode(one) for one in house.view(TOPIC).devices]
    assert (states[0]["user"], states[0]["title"]) == ("ben", "b"), "what is shown goes on"
    assert read(house).again == []
    house.stored(house.records)
    assert read(house).stored == [(1, 1), (1, 2)]
    assert read(house).again == [1]
    house.records.clear()
    answers = house.deliver([attach(), user("ben", 3), window("b", 4)], NOW_MS)
    assert answers.answers == (Attached(2),)
    assert kinds(house) == [(3, "signed_on")]


def test_while_nothing_can_be_recorded_no_lesson_begins_and_nothing_is_locked() -> None:
    house = a_class()
    house.can_record = False
    refusal = Refusal(Fault.UNAVAILABLE, NOT_RECORDED)
    lock = Lock(classroom_key(), KHAN, (), "", None)
    delivered = house.deliver([start_lesson("l2"), lock], NOW_MS)
    assert delivered.answers == (refusal, refusal)
    watched = house.deliver([watch(screen(mode="control"))], NOW_MS).answers
    assert watched == (Watched({"pc-1": NOT_RECORDED}),)
    ended = house.deliver([Unlock(classroom_key(), KHAN, ()), EndLesson(classroom_key(), KHAN)], 1)
    assert ended.answers == (Done(), Done()), "what lets pupils go is never refused"
