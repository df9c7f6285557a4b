"""What one device may send."""

from __future__ import annotations

from hub.sockets.allowance import (
    NUMBERED_MOST,
    NUMBERED_PER_S,
    PASSING_BYTES_MOST,
    PASSING_MOST,
    PASSING_PER_S,
    Allowance,
)


def test_a_full_outbox_passes_and_a_flood_is_held_up_until_time_has_passed() -> None:
    allowance = Allowance()
    assert all(allowance.take_numbered() for _ in range(10_000))
    while allowance.take_numbered():
        pass
    assert not allowance.has_numbered
    allowance.refill(1.0)
    taken = 1
    while allowance.take_numbered():
        taken += 1
    assert taken == NUMBERED_PER_S


def test_frames_without_number_are_dropped_past_their_count_and_counted() -> None:
    allowance = Allowance()
    outcomes = [allowance.take_passing(100) for _ in range(int(PASSING_MOST) + 50)]
    assert outcomes == [True] * int(PASSING_MOST) + [False] * 50
    assert allowance.dropped == 50
    allowance.refill(1.0)
    assert [allowance.take_passing(1) for _ in range(40)].count(True) == PASSING_PER_S


def test_frames_without_number_are_dropped_past_their_bytes() -> None:
    allowance = Allowance()
    size = 256 * 1024
    taken = [allowance.take_passing(size) for _ in range(40)].count(True)
    assert taken == PASSING_BYTES_MOST / size


def test_allowance_does_not_pile_up() -> None:
    allowance = Allowance()
    allowance.refill(1e6)
    taken = 1
    while allowance.take_numbered():
        taken += 1
    assert taken == NUMBERED_MOST
