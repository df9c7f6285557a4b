"""Actors are woken at the earliest time that they asked for."""

from __future__ import annotations

from actors.timers import Timers


def test_an_actor_is_woken_once_at_its_earliest_time() -> None:
    timers = Timers()
    timers.set("a", 50)
    timers.set("a", 80)
    timers.set("a", 30)
    timers.set("b", 40)
    timers.set("c", None)
    assert timers.next_ms == 30
    assert list(timers.take_due(45)) == ["a", "b"]
    assert list(timers.take_due(1_000)) == []
    assert timers.next_ms is None


def test_an_actor_may_ask_anew_while_it_is_woken() -> None:
    timers = Timers()
    timers.set("a", 10)
    for text in timers.take_due(20):
        timers.set(text, 30)
    assert timers.next_ms == 30
