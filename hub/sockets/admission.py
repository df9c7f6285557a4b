"""Who may begin a handshake now, and when the others should come back.

After a power cut every device of a trust comes at once. Taken all together none would be admitted
in time; so they begin one after another, and those for whom that takes too long are told a time
of their own.
"""

from __future__ import annotations

import math
import resource
from collections.abc import Callable

PER_S = 200.0
"""Handshakes that may begin in a second."""
PATIENCE_S = 6.0
"""A device that would wait longer than this for its turn is sent away."""
RETURNS_PER_S = 120.0
"""Pace at which those who were sent away are asked back: it leaves room for others."""
LATEST_S = 300.0
SPARE_PART = 0.1
SPARE_LEAST = 64
"""Descriptors kept free of devices, for the store, the shards, consoles and the logs."""
FULL_S = 30.0
"""A server that has no descriptors left asks to be left alone for this long."""


class Admission:
    """Paces handshakes. `time_s` is a monotonic clock.

    Guarantees: at most `PER_S` begin in a second, first come, first served, each within
    `PATIENCE_S`; those who are sent away are asked back one after another and none later than
    `LATEST_S`; no device comes in while there are more than `most_connections` connections.
    """

    def __init__(self, time_s: Callable[[], float], most_connections: int | None = None) -> None:
        self._time_s = time_s
        self._most_connections = most_connections or connections_allowed()
        self._next_turn_s = 0.0
        self._next_return_s = 0.0
        self.shed = 0
        """Devices that were asked to come back later."""
        self.shed_for_files = 0
        """Those of them for whom there was no descriptor to spare."""

    def turn_s(self, connections: int) -> float | None:
        """In how many seconds a handshake may begin; None: ask `return_s`.

        `connections` are those that this server has now.
        """
        if connections > self._most_connections:
            self.shed += 1
            self.shed_for_files += 1
            self._next_return_s = max(self._next_return_s, self._time_s() + FULL_S)
            return None
        now_s = self._time_s()
        turn_s = max(now_s, self._next_turn_s)
        if turn_s - now_s > PATIENCE_S:
            self.shed += 1
            return None
        self._next_turn_s = turn_s + 1 / PER_S
        return turn_s - now_s

    def return_s(self) -> int:
        """In how many whole seconds a device that was sent away should come back."""
        now_s = self._time_s()
        at_s = max(self._next_return_s, now_s + PATIENCE_S) + 1 / RETURNS_PER_S
        self._next_return_s = at_s if at_s < now_s + LATEST_S - 1 else now_s
        return math.ceil(at_s - now_s)


def connections_allowed() -> int:
    """How many connections the limit on open files leaves room for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return 1 << 30
    return max(1, soft - max(SPARE_LEAST, int(soft * SPARE_PART)))


def allow_many_files() -> None:
    """Raise this process's limit on open files as far as it may go."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
