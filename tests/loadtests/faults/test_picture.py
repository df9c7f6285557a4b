from __future__ import annotations

from loadtests.faults.picture import Picture
from wire.messages import Changed, DeviceState, LessonState, Snapshot

STATE = LessonState("lesson-1", "7b", "7B", "north", 1, ("Ms Khan",))


def picture(*devices: DeviceState) -> Picture:
    one = Picture("lesson-1")
    one.replace(Snapshot("lesson-1", "c0", STATE, devices))
    return one


def changed(*devices: dict[str, object], removed: tuple[str, ...] = ()) -> Changed:
    return Changed("lesson-1", "c1", devices, None, removed)


def test_changes_on_a_snapshot_equal_a_fresh_snapshot() -> None:
    lived = picture(DeviceState("a", title="old", seq=3), DeviceState("b"))
    lived.apply(changed({"device": "a", "title": "", "seq": 4}, {"device": "b", "user": "ana"}))
    lived.apply(changed({"device": "c"}, removed=("b",)))
    assert lived.cursor == "c1"
    assert lived.differences(picture(DeviceState("a", seq=4), DeviceState("c"))) == []
    assert lived.violations == []


def test_every_difference_from_a_fresh_snapshot_is_named() -> None:
    lived = picture(DeviceState("a", title="old"), DeviceState("b"))
    found = lived.differences(picture(DeviceState("a", title="new"), DeviceState("c")))
    assert [one.promise for one in found] == ["stale console"] * 3
    ended = Picture("lesson-1")
    ended.replace(Snapshot("lesson-1", "c0", LessonState(**{**_fields(), "ended": True}), ()))
    assert len(picture().differences(ended)) == 1


def test_an_effect_that_is_shown_twice_is_found() -> None:
    lived = picture(DeviceState("a", epoch="e", seq=3))
    lived.apply(changed({"device": "a", "title": "four", "seq": 4}))
    lived.apply(changed({"device": "a", "title": "four", "seq": 4}))
    (found,) = lived.violations
    assert found.promise == "shown twice"
    assert "4 after 4" in found.evidence


def test_an_effect_that_comes_too_late_is_found() -> None:
    lived = picture(DeviceState("a", epoch="e", seq=5))
    lived.apply(changed({"device": "a", "title": "four", "seq": 4}))
    assert len(lived.violations) == 1


def test_numbers_begin_anew_with_each_run_of_an_agent() -> None:
    lived = picture(DeviceState("a", epoch="e", seq=5))
    lived.apply(changed({"device": "a", "epoch": "f", "connection": "connected"}))
    lived.apply(changed({"device": "a", "title": "one", "seq": 1}))
    assert lived.violations == []


def _fields() -> dict[str, object]:
    return {name: getattr(STATE, name) for name in STATE.__struct_fields__}
