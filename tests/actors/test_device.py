"""A device's actor: numbers, snapshots and patches, who may look, and what is wanted of it."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.device import NOT_A_MEMBER, Device
from actors.effects import CloseDevice, Effect, ShowPicture, ToDevice, ToViewer
from actors.messages import Present, Released, Taken
from actors.ports import Detach, SignalDevice
from tests.actors.cast import (
    BELL,
    HUB,
    LEASE_S,
    NOW_MS,
    applied,
    attach,
    classroom_key,
    device_key,
    frame,
    lock,
    membership,
    patches,
    screen,
    sent,
    shown,
    told,
    watch,
)
from wire.messages import (
    DeviceState,
    Message,
    Monitor,
    OrderReport,
    OrderReported,
    OrdersChanged,
    PeerSignal,
    Picture,
    ScreenSignal,
    StateAsked,
    StateReported,
    UserChanged,
    ViewersChanged,
    ViewerSignal,
    WindowChanged,
)

PICTURE = Picture(0, 320, 180, b"jpeg", 1)


def a_device(*, is_member: bool = True, session: int = 1) -> Device:
    device = Device(device_key(), LEASE_S)
    device.attach(attach(session=session), NOW_MS)
    if is_member:
        device.told(membership(), NOW_MS)
    return device


def say(
    device: Device, message: Message, seq: int = 0, *, session: int = 1, now_ms: int = NOW_MS
) -> list[Effect]:
    _, _, name, number, payload = frame(message, seq, session=session)
    effects, fault = device.frame(session, name, number, payload, now_ms)
    assert fault is None
    return effects


def window(title: str) -> WindowChanged:
    return WindowChanged(application="notes", title=title, at_ms=5)


def viewers(effects: list[Effect]) -> list[tuple[str, str]]:
    """The newest list of viewers that goes to the device: (viewer, mode)."""
    found = sent(effects, ViewersChanged)
    assert found
    assert isinstance(found[-1], ViewersChanged)
    return [(viewer.id, viewer.mode) for viewer in found[-1].viewers]


# --- numbers -----------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 12), max_size=60))
def test_each_number_takes_effect_once_and_in_order(arrivals: list[int]) -> None:
    device = a_device()
    effective: list[int] = []
    for seq in arrivals:
        for kind, body in patches(say(device, window(f"title {seq}"), seq)):
            assert kind == "device"
            assert isinstance(body, dict)
            effective.append(body["seq"])
    assert effective == sorted(set(effective))
    assert device.numbers.received == max(arrivals, default=0)
    assert device.state.title == (f"title {device.numbers.received}" if arrivals else "")


def test_a_new_epoch_begins_at_one_again() -> None:
    device = a_device()
    say(device, window("old"), 7)
    answer, _ = device.attach(attach(session=2, epoch="e2"), NOW_MS)
    assert answer.received == 0
    say(device, window("new"), 1, session=2)
    assert device.state.title == "new"


def test_the_same_epoch_goes_on_where_it_was() -> None:
    device = a_device()
    say(device, window("old"), 7)
    answer, _ = device.attach(attach(session=2), NOW_MS)
    assert answer.received == 7


def test_a_frame_that_cannot_be_decoded_is_named_and_changes_nothing() -> None:
    device = a_device()
    effects, fault = device.frame(1, "window_changed", 4, b"\xc1", NOW_MS)
    assert not effects
    assert fault is not None
    assert (fault.session, fault.seq) == (1, 4)
    assert device.numbers.received == 0


# --- connections -------------------------------------------------------------------------------


def test_a_second_connection_takes_the_place_of_the_first() -> None:
    device = a_device()
    _, effects = device.attach(attach(session=2), NOW_MS)
    assert CloseDevice(HUB, 1) in effects
    assert not device.is_attached(1)
    assert device.is_attached(2)
    assert device.detach(Detach(device_key(), HUB, 1, False), NOW_MS) == []
    assert device.state.connection == "connected"


def test_an_older_connection_that_is_told_again_does_not_close_the_newer() -> None:
    device = a_device()
    device.attach(attach(session=2), NOW_MS)
    _, effects = device.attach(attach(session=1), NOW_MS)
    assert effects == []
    assert device.is_attached(2)


def test_a_device_that_signed_off_left_and_one_that_broke_off_is_lost() -> None:
    for orderly, shown_as in ((True, "left"), (False, "lost")):
        device = a_device()
        effects = device.detach(Detach(device_key(), HUB, 1, orderly), NOW_MS)
        assert device.state.connection == shown_as
        ((_, present),) = told(effects, Present)
        assert isinstance(present, Present)
        assert not present.connected


# --- a console's picture -----------------------------------------------------------------------

steps = st.lists(
    st.one_of(
        st.tuples(st.just("window"), st.text(max_size=5)),
        st.tuples(st.just("user"), st.sampled_from(["", "amy", "ben"])),
        st.tuples(st.just("report"), st.sampled_from(["100", "101"])),
        st.tuples(st.just("state"), st.sampled_from(["100", "101", ""])),
        st.tuples(st.just("member"), st.sampled_from(["l1", "l2"])),
        st.tuples(st.just("lock"), st.sampled_from(["", "100", "101"])),
        st.tuples(st.just("released"), st.sampled_from(["l1", "l2"])),
        st.tuples(st.just("watch"), st.sampled_from(["wall", "control"])),
        st.tuples(st.just("attach"), st.just("")),
        st.tuples(st.just("detach"), st.just("")),
        st.tuples(st.just("wait"), st.sampled_from(["5", "20", "100"])),
    ),
    max_size=40,
)


@given(steps)
def test_the_whole_state_with_its_patches_is_the_state(history: list[tuple[str, str]]) -> None:
    """What consoles of both lessons hold by patches is what a fresh snapshot would show."""
    device = Device(device_key(), LEASE_S)
    consoles: dict[str, dict[str, dict[str, object]]] = {"l1": {}, "l2": {}}
    now_ms, session = NOW_MS, 0
    for seq, (what, value) in enumerate(history, start=1):
        effects: list[Effect] = []
        match what:
            case "window":
                effects = say(device, window(value), seq, session=session, now_ms=now_ms)
            case "user":
                effects = say(device, UserChanged(value, 1), seq, session=session, now_ms=now_ms)
            case "report":
                message = OrderReported(value, "applied", 1)
                effects = say(device, message, seq, session=session, now_ms=now_ms)
            case "state":
                orders = (OrderReport(value, "applied"),) if value else ()
                effects = say(device, StateReported(1, orders=orders), seq, session=session)
            case "member":
                until_ms = now_ms + 90_000
                effects = device.told(membership(value, until_ms=until_ms), now_ms)
            case "lock" if device.lesson:
                wanted = lock(value, ends_at_ms=now_ms + 10_000) if value else None
                until_ms = now_ms + 90_000
                told_ = membership(device.lesson, lock=wanted, until_ms=until_ms)
                effects = device.told(told_, now_ms)
            case "released":
                effects = device.told(Released(value), now_ms)
            case "watch":
                asked = watch(screen(mode=value), lesson=device.lesson or "l1")
                _, effects = device.watch(asked, asked.screens[0], now_ms)
            case "attach":
                session += 1
                _, effects = device.attach(attach(session=session), now_ms)
            case "detach" if session:
                effects = device.detach(Detach(device_key(), HUB, session, False), now_ms)
            case "wait":
                now_ms += int(value) * 1000
                effects = device.wake(now_ms)
        for effect, published in zip(
            [e for e in effects if hasattr(e, "topic")], patches(effects), strict=True
        ):
            applied(consoles[effect.topic.rpartition("/")[2]], [published])
        for lesson, picture in consoles.items():
            if device.lesson == lesson:
                held = msgspec.convert(picture["pc-1"], DeviceState)
                assert held == device.state
            else:
                assert picture == {}


def test_what_a_pupil_writes_stays_plain_text() -> None:
    device = a_device()
    nasty = "<b>hi</b>\x1b[31m \u202egnp.exe\u200b"
    monitors = (Monitor(0, nasty, 0, 0, 10, 10),)
    state = StateReported(1, nasty, nasty, application=nasty, title=nasty, monitors=monitors)
    say(device, state, 1)
    seen = device.state
    for text in (seen.user, seen.user_name, seen.application, seen.title, seen.monitors[0].name):
        assert text == "<b>hi</b> [31m  gnp.exe "


# --- who looks ---------------------------------------------------------------------------------


def test_only_teachers_of_the_lesson_may_look() -> None:
    device = a_device()
    refusal, effects = device.watch(watch(screen(), principal=BELL), screen(), NOW_MS)
    assert refusal == "You are not a teacher of this lesson."
    assert sent(effects, ViewersChanged) == []
    refusal, effects = device.watch(watch(screen()), screen(), NOW_MS)
    assert refusal == ""
    assert viewers(effects) == [("v1", "wall")]


def test_nobody_may_look_at_a_device_of_another_lesson() -> None:
    device = a_device()
    refusal, effects = device.watch(watch(screen(), lesson="l2"), screen(), NOW_MS)
    assert (refusal, effects) == (NOT_A_MEMBER, [])


def test_a_teacher_who_leaves_the_lesson_looks_no_more() -> None:
    device = a_device()
    device.told(membership(teachers=("khan", "bell")), NOW_MS)
    for principal, viewer in ((BELL, "v2"), (None, "v1")):
        asked = watch(screen(), viewer=viewer, **({"principal": principal} if principal else {}))
        device.watch(asked, screen(), NOW_MS)
    effects = device.told(membership(teachers=("khan",)), NOW_MS)
    assert viewers(effects) == [("v1", "wall")]


def test_a_viewer_who_is_not_renewed_is_let_go() -> None:
    device = a_device()
    device.watch(watch(screen()), screen(), NOW_MS)
    assert device.wake_at_ms == NOW_MS + 15_000
    assert sent(device.wake(NOW_MS + 14_999), ViewersChanged) == []
    assert viewers(device.wake(NOW_MS + 15_000)) == []
    assert device.state.viewers == 0


def test_the_end_of_the_lesson_lets_everybody_go_and_ends_the_lock() -> None:
    device = a_device()
    device.told(membership(lock=lock()), NOW_MS)
    device.watch(watch(screen()), screen(), NOW_MS)
    say(device, PICTURE)
    effects = device.told(Released("l1"), NOW_MS)
    assert viewers(effects) == []
    assert sent(effects, OrdersChanged) == [OrdersChanged(())]
    assert device.ring.newest(0, NOW_MS) is None
    assert device.lesson is None


def test_a_viewer_who_comes_gets_the_picture_that_is_there() -> None:
    device = a_device()
    device.watch(watch(screen(pictures_ms=1000)), screen(pictures_ms=1000), NOW_MS)
    assert [e.viewer for e in say(device, PICTURE) if isinstance(e, ShowPicture)] == ["v1"]
    asked = watch(screen(pictures_ms=1000), viewer="v2")
    _, effects = device.watch(asked, asked.screens[0], NOW_MS)
    assert [e.viewer for e in effects if isinstance(e, ShowPicture)] == ["v2"]


def test_signalling_passes_between_a_device_and_its_viewers_only() -> None:
    device = a_device()
    offer = SignalDevice(device_key(), "v1", 1, "offer", "sdp")
    assert device.signal(offer) == []
    device.watch(watch(screen()), screen(), NOW_MS)
    assert sent(device.signal(offer), ViewerSignal) == [ViewerSignal("v1", 1, "offer", "sdp")]
    assert say(device, PeerSignal("v9", 1, "answer", "sdp")) == []
    (answer,) = say(device, PeerSignal("v1", 1, "answer", "sdp", detail="no\u202e"))
    assert isinstance(answer, ToViewer)
    assert (answer.hub, answer.viewer) == (HUB, "v1")
    assert shown(answer.frame) == ScreenSignal("pc-1", 1, "answer", "sdp", detail="no ")


# --- what is wanted ----------------------------------------------------------------------------


def test_a_lock_goes_out_with_what_is_left_of_its_countdown_whenever_the_device_attaches() -> None:
    device = Device(device_key(), LEASE_S)
    device.told(membership(lock=lock(ends_at_ms=NOW_MS + 60_000)), NOW_MS)
    _, effects = device.attach(attach(), NOW_MS + 20_000)
    (orders,) = sent(effects, OrdersChanged)
    assert isinstance(orders, OrdersChanged)
    (order,) = orders.orders
    assert (order.remaining_s, order.lease_s) == (40.0, LEASE_S)
    assert device.state.lock_state == "sent"


def test_a_lock_whose_time_is_up_is_over_for_device_and_console_alike() -> None:
    device = a_device()
    device.told(membership(lock=lock(ends_at_ms=NOW_MS + 1000)), NOW_MS)
    asked = watch(screen())
    _, effects = device.watch(asked, screen(), NOW_MS + 1000)
    assert ("device", {"device": "pc-1", "lock": None, "lock_state": ""}) in patches(effects)
    assert sent(effects, OrdersChanged) == [OrdersChanged(())]


def test_a_report_counts_also_when_it_came_before_the_lock() -> None:
    """After a restart of the shard the device speaks before the classroom may have."""
    device = Device(device_key(), LEASE_S)
    device.attach(attach(), NOW_MS)
    say(device, StateReported(1, orders=(OrderReport("100", "applied"),)), 1)
    device.told(membership(lock=lock("100")), NOW_MS)
    assert device.state.lock_state == "applied"


def test_a_report_of_another_lock_does_not_count() -> None:
    device = a_device()
    device.told(membership(lock=lock("100")), NOW_MS)
    say(device, OrderReported("99", "applied", 1), 1)
    assert device.state.lock_state == "sent"
    say(device, OrderReported("100", "refused", 1), 2)
    assert device.state.lock_state == "refused"


def test_the_lesson_that_began_last_has_the_device() -> None:
    device = a_device()
    effects = device.told(membership("l2", started_at_ms=2), NOW_MS)
    assert told(effects, Taken) == [(classroom_key("l1"), Taken("pc-1", "l2"))]
    assert device.lesson == "l2"
    effects = device.told(membership("l1", started_at_ms=1), NOW_MS)
    assert told(effects, Taken) == [(classroom_key("l1"), Taken("pc-1", "l2"))]
    assert device.lesson == "l2"


def test_a_membership_that_nobody_renews_runs_out() -> None:
    device = a_device()
    assert device.wake(NOW_MS + 89_999) == []
    effects = device.wake(NOW_MS + 90_000)
    assert device.lesson is None
    assert ("removed", "pc-1") in patches(effects)


def test_a_device_is_asked_for_its_state_only_while_it_is_connected() -> None:
    device = a_device()
    assert sent(device.ask_state(), StateAsked) == [StateAsked()]
    device.detach(Detach(device_key(), HUB, 1, True), NOW_MS)
    assert device.ask_state() == []
    assert not [e for e in device.told(membership(lock=lock()), NOW_MS) if isinstance(e, ToDevice)]
