"""The culprit is found by the deaths at which it was in flight, over the lives of the shard."""

from __future__ import annotations

from actors.ports import FrameItem
from hub.sockets.quarantine import WITHIN_S, Quarantine


def frame(seq: int, *, session: int = 1) -> FrameItem:
    return ("oak/hill/device/pc-1", session, "window_changed", seq, b"x")


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_whatever_was_in_flight_twice_is_brought_alone_and_in_order() -> None:
    quarantine = Quarantine(Clock())
    items = [frame(1), frame(2), frame(3)]
    quarantine.died(items)
    assert quarantine.parts(items) == [items]
    quarantine.died([frame(2, session=9)])
    again = [frame(n, session=5) for n in (1, 2, 3)]
    assert quarantine.parts(again) == [again[:1], again[1:2], again[2:]]
    assert not quarantine.is_culprit([again[1]])
    quarantine.died([again[1]])
    assert quarantine.is_culprit([again[1]])
    assert not quarantine.is_culprit(again)


def test_what_took_effect_is_cleared_and_what_was_not_looked_at_is_not() -> None:
    quarantine = Quarantine(Clock())
    one, other = frame(1, session=1), frame(2, session=2)
    for _ in range(2):
        quarantine.died([one, other])
    quarantine.survived([one, other], {1: 1})
    assert quarantine.parts([one, other]) == [[one], [other]]
    quarantine.died([one])
    assert not quarantine.is_culprit([one])


def test_deaths_are_forgotten_after_a_minute() -> None:
    clock = Clock()
    quarantine = Quarantine(clock)
    for _ in range(2):
        quarantine.died([frame(1)])
    clock.now_s += WITHIN_S + 1
    quarantine.died([frame(1)])
    assert not quarantine.is_culprit([frame(1)])
    assert quarantine.parts([frame(1), frame(2)]) == [[frame(1), frame(2)]]


def test_what_was_set_aside_is_known_no_more() -> None:
    quarantine = Quarantine(Clock())
    for _ in range(3):
        quarantine.died([frame(1)])
    quarantine.forget(frame(1))
    assert not quarantine.is_culprit([frame(1)])
