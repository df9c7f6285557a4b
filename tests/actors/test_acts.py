"""What a viewer does becomes audit entries: one for each real change."""

from __future__ import annotations

from actors.acts import act
from actors.device import Device
from actors.effects import Effect, Keep
from actors.viewing import NOT_RECORDED
from store.records import Act
from tests.actors.cast import BELL, LEASE_S, NOW_MS, attach, device_key, membership, screen, watch
from tests.actors.cast import frame as framed
from wire.messages import UserChanged


def a_device() -> Device:
    device = Device(device_key(), LEASE_S)
    device.attach(attach(), NOW_MS)
    device.told(membership(teachers=("khan", "bell")), NOW_MS)
    _, session, name, seq, payload = framed(UserChanged("amy", 1), 1)
    device.frame(session, name, seq, payload, NOW_MS)
    return device


def recorded(effects: list[Effect]) -> list[Act]:
    records = [effect.record for effect in effects if isinstance(effect, Keep)]
    return [record for record in records if isinstance(record, Act)]


def look(device: Device, mode: str | None, *, at_ms: int = NOW_MS, **more: int) -> list[Act]:
    one = None if mode is None else screen(mode=mode, **more)
    refusal, effects = device.watch(watch(*([one] if one else [])), one, at_ms)
    assert not refusal
    return recorded(effects)


def test_each_change_of_what_a_viewer_does_is_recorded_once() -> None:
    device = a_device()
    steps: list[tuple[str | None, list[tuple[str, str]]]] = [
        ("wall", []),
        ("view", [("screen_viewed", "")]),
        ("view", []),
        ("share", [("control_taken", "share")]),
        ("control", [("control_taken", "control")]),
        ("view", [("control_released", "control")]),
        ("wall", [("screen_closed", "")]),
        ("control", [("screen_viewed", ""), ("control_taken", "control")]),
        (None, [("control_released", "control"), ("screen_closed", "")]),
    ]
    for place, (mode, acts) in enumerate(steps):
        made = look(device, mode, at_ms=NOW_MS + place)
        assert [(one.act, one.detail) for one in made] == acts, place
        assert all((one.person, one.subject, one.pupil) == ("khan", "pc-1", "amy") for one in made)


def test_a_renewal_after_the_shard_died_is_the_same_act_again() -> None:
    ids = []
    for at_ms in (NOW_MS, NOW_MS + 60_000):
        acts = look(a_device(), "control", at_ms=at_ms, opened_ms=NOW_MS, mode_ms=NOW_MS)
        assert [one.at_ms for one in acts] == [NOW_MS, NOW_MS]
        ids.append([one.id for one in acts])
    assert ids[0] == ids[1]


def test_a_lease_that_ends_closes_what_it_opened() -> None:
    device = a_device()
    look(device, "control")
    acts = recorded(device.wake(NOW_MS + 60_000))
    assert [one.act for one in acts] == ["control_released", "screen_closed"]


def test_nobody_takes_control_while_nothing_can_be_recorded_but_whoever_has_it_keeps_it() -> None:
    device = a_device()
    look(device, "control")
    held = screen(mode="control")
    assert device.watch(watch(held), held, NOW_MS + 5_000, False)[0] == ""
    look(device, "view")
    refusal, effects = device.watch(watch(held), held, NOW_MS + 6_000, False)
    assert refusal == NOT_RECORDED
    assert recorded(effects) == []
    assert device.state.controller == ""
    viewed = screen(mode="view")
    by_bell = watch(viewed, principal=BELL, viewer="v2")
    assert device.watch(by_bell, viewed, NOW_MS + 7_000, False)[0] == "", "looking waits its turn"


def test_what_is_not_the_same_has_another_name() -> None:
    key = device_key()
    ids = {
        act(key, verb, "khan", "Ms Khan", NOW_MS, *same).id
        for verb, same in (("a", ("x",)), ("a", ("y",)), ("b", ("x",)), ("a", ("x", "")))
    }
    assert len(ids) == 4
    assert all(len(id_) <= 64 for id_ in ids)
