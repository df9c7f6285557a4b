"""Bad closes, counted for each device by the clock of the test."""

from __future__ import annotations

from hub.sockets.misconduct import KEPT_OUT_S, OFFENCES, WITHIN_S, Misconduct


class Clock:
    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def test_the_last_of_so_many_offences_keeps_a_device_out_and_no_other() -> None:
    clock = Clock()
    misconduct = Misconduct(clock)
    assert [misconduct.note("a") for _ in range(OFFENCES)] == [False] * (OFFENCES - 1) + [True]
    assert misconduct.is_kept_out("a")
    assert not misconduct.is_kept_out("b")
    assert misconduct.kept_out == ["a"]


def test_it_comes_in_again_after_a_while_and_begins_anew() -> None:
    clock = Clock()
    misconduct = Misconduct(clock)
    for _ in range(OFFENCES):
        misconduct.note("a")
    clock.now_s += KEPT_OUT_S
    assert not misconduct.is_kept_out("a")
    assert misconduct.kept_out == []
    assert not misconduct.note("a")


def test_offences_far_apart_are_forgiven() -> None:
    clock = Clock()
    misconduct = Misconduct(clock)
    for _ in range(OFFENCES * 3):
        assert not misconduct.note("a")
        clock.now_s += WITHIN_S / (OFFENCES - 1) + 1
