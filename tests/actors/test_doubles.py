"""Two agents with one identity are told from one that was started again."""

from __future__ import annotations

from actors.device import Device
from actors.doubles import ANSWER_MS, SHOWN_MS
from actors.effects import CloseDevice, Effect, Keep
from actors.ports import Detach
from store.records import DeviceEvent
from tests.actors.cast import HUB, LEASE_S, NOW_MS, attach, device_key, frame, membership, sent
from wire.messages import Message, StateAsked, StateReported, WindowChanged


def a_device() -> Device:
    device = Device(device_key(), LEASE_S)
    device.attach(attach(session=1, epoch="a"), NOW_MS)
    device.told(membership(until_ms=NOW_MS + 10 * SHOWN_MS), NOW_MS)
    return device


def say(device: Device, message: Message, seq: int, session: int) -> list[Effect]:
    _, _, name, number, payload = frame(message, seq, session=session)
    if not device.is_attached(session):
        return device.overhear(session, name, NOW_MS)
    effects, fault = device.frame(session, name, number, payload, NOW_MS)
    assert fault is None
    return effects


def seen(effects: list[Effect]) -> list[tuple[str, int, str, str]]:
    records = [effect.record for effect in effects if isinstance(effect, Keep)]
    return [(r.epoch, r.seq, r.kind, r.subject) for r in records if isinstance(r, DeviceEvent)]


def closed(effects: list[Effect]) -> list[int]:
    return [effect.session for effect in effects if isinstance(effect, CloseDevice)]


def test_an_agent_that_answers_after_it_was_replaced_is_a_second_one() -> None:
    device = a_device()
    _, effects = device.attach(attach(session=2, epoch="b"), NOW_MS)
    assert sent(effects, StateAsked), "the older one is asked whether it lives"
    assert closed(effects) == []
    assert say(device, WindowChanged("a", "late", 5), 7, 1) == [], "only the answer is a proof"
    answered = say(device, StateReported(5, user="eve", title="other"), 8, 1)
    assert closed(answered) == [1]
    assert seen(answered) == [("a", 0, "duplicate_seen", "b")]
    assert device.state.duplicate
    assert (device.state.user, device.state.title) == ("", ""), "never mixed"


def test_an_agent_that_was_started_again_is_no_second_one() -> None:
    device = a_device()
    device.attach(attach(session=2, epoch="b"), NOW_MS)
    assert device.wake_at_ms == NOW_MS + ANSWER_MS
    effects = device.wake(NOW_MS + ANSWER_MS)
    assert closed(effects) == [1], "it never answered"
    assert not device.state.duplicate
    device.detach(Detach(device_key(), HUB, 2, False), NOW_MS)
    _, effects = device.attach(attach(session=3, epoch="c"), NOW_MS)
    assert seen(effects) == []


def test_a_connection_that_ended_by_itself_needs_no_closing() -> None:
    device = a_device()
    device.attach(attach(session=2, epoch="b"), NOW_MS)
    device.detach(Detach(device_key(), HUB, 1, False), NOW_MS)
    assert closed(device.wake(NOW_MS + ANSWER_MS)) == []


def test_the_same_agent_on_a_new_connection_closes_its_old_one_at_once() -> None:
    device = a_device()
    _, effects = device.attach(attach(session=2, epoch="a"), NOW_MS)
    assert closed(effects) == [1]
    assert not sent(effects, StateAsked)


def test_a_run_that_comes_back_after_another_one_is_a_second_one() -> None:
    device = a_device()
    device.detach(Detach(device_key(), HUB, 1, False), NOW_MS)
    device.attach(attach(session=2, epoch="b"), NOW_MS)
    _, effects = device.attach(attach(session=3, epoch="a"), NOW_MS)
    assert seen(effects) == [("b", 0, "duplicate_seen", "a")]
    assert device.state.duplicate
    _, effects = device.attach(attach(session=4, epoch="b"), NOW_MS)
    assert closed(effects) == [3], "no question where the answer is known"


def test_a_duplicate_is_shown_until_there_was_no_sign_of_it_for_a_while() -> None:
    device = a_device()
    device.attach(attach(session=2, epoch="b"), NOW_MS)
    say(device, StateReported(5), 8, 1)
    device.wake(NOW_MS + SHOWN_MS - 1)
    assert device.state.duplicate
    device.wake(NOW_MS + SHOWN_MS)
    assert not device.state.duplicate
