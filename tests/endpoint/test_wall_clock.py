"""A wall clock that was set is told from one that goes on, runs a little fast, or slept."""

from __future__ import annotations

import pytest

from endpoint.wall_clock import WallClock


class Clocks:
    def __init__(self) -> None:
        self.wall_ms = 1_800_000_000_000
        self.awake_s = 1_000.0
        self.watch = WallClock(lambda: self.wall_ms, lambda: self.awake_s)

    def pass_s(self, seconds: float, *, drift_s: float = 0.0) -> None:
        self.awake_s += seconds
        self.wall_ms += int((seconds + drift_s) * 1000)


@pytest.mark.parametrize("jump_s", [3600, -3600, 86_400, -11])
def test_a_jump_is_seen_once(jump_s: int) -> None:
    clocks = Clocks()
    clocks.pass_s(10, drift_s=jump_s)
    assert clocks.watch.take_jump() == jump_s
    clocks.pass_s(10)
    assert clocks.watch.take_jump() == 0


def test_drift_and_sleep_are_no_jumps() -> None:
    clocks = Clocks()
    for _ in range(100):
        clocks.pass_s(10, drift_s=0.5)
        assert clocks.watch.take_jump() == 0
    clocks.pass_s(36_000)
    assert clocks.watch.take_jump() == 0
