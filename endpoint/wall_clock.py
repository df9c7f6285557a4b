"""Whether the device's wall clock was set: seen beside a clock that nobody can set."""

from __future__ import annotations

from collections.abc import Callable

JUMP_S = 10.0
"""Clocks drift, and are put right by fractions of a second; this much is a jump."""


class WallClock:
    """Compares wall time with `clock`, monotonic seconds that go on while the computer sleeps."""

    def __init__(self, now_ms: Callable[[], int], clock: Callable[[], float]) -> None:
        self._now_ms = now_ms
        self._clock = clock
        self._offset_s = self._difference_s()

    def take_jump(self) -> int:
        """By how many seconds the wall clock jumped since the last call, forward when above 0."""
        offset_s = self._difference_s()
        jump_s = offset_s - self._offset_s
        self._offset_s = offset_s
        return round(jump_s) if abs(jump_s) >= JUMP_S else 0

    def _difference_s(self) -> float:
        return self._now_ms() / 1000 - self._clock()
