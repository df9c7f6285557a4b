"""What consoles are told of a device is what differs, and only while it is in a lesson."""

from __future__ import annotations

from actors.shown import Shown
from tests.actors.cast import applied, patches


def test_only_what_differs_is_published_with_the_number_that_caused_it() -> None:
    shown = Shown("pc-1")
    shown.topic = "topic"
    assert patches(shown.change(title="a", user="amy", seq=4)) == [
        ("device", {"device": "pc-1", "title": "a", "user": "amy", "seq": 4})
    ]
    assert patches(shown.change(title="b", user="amy", seq=5)) == [
        ("device", {"device": "pc-1", "title": "b", "seq": 5})
    ]
    assert shown.change(title="b") == []


def test_outside_a_lesson_nothing_is_published_and_nothing_forgotten() -> None:
    shown = Shown("pc-1")
    assert shown.change(title="a") == []
    shown.topic = "topic"
    state: dict[str, dict[str, object]] = {}
    applied(state, patches([shown.whole()]))
    assert state["pc-1"]["title"] == "a"
    applied(state, patches([shown.removed()]))
    assert state == {}
