"""When something is due, and what changed since it was sent last."""

from __future__ import annotations

from webrtc.source import Area

NOTHING: Area = (0, 0, 0, 0)


def union(one: Area | None, other: Area | None) -> Area | None:
    """The least area that holds both; None stands for everything."""
    if one is None or other is None:
        return None
    if one[2] == 0 or one[3] == 0:
        return other
    if other[2] == 0 or other[3] == 0:
        return one
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return (left, top, right - left, bottom - top)


class Pace:
    """One consumer of pictures: it gets one when it is out of date, but not too often."""

    def __init__(self) -> None:
        self.sent_s = float("-inf")
        self._area: Area | None = None

    @property
    def stale(self) -> bool:
        """Whether something changed since the last one."""
        return self._area != NOTHING

    def add(self, changed: Area | None) -> None:
        """Something changed; None: everything may have."""
        self._area = union(self._area, changed)

    def take(self, now_s: float) -> Area | None:
        """One is sent now; returns what changed since the one before."""
        area, self._area, self.sent_s = self._area, NOTHING, now_s
        return area
