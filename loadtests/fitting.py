"""A straight line through measured points: what one more costs, and what is there anyway."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

R2_WANTED = 0.98
"""Below it a line says little: something else was measured, or there is a shared bottleneck."""


class Line(msgspec.Struct, frozen=True):
    """`y = intercept + slope * x`, and how much of the points it explains."""

    slope: float
    intercept: float
    r2: float
    points: tuple[tuple[float, float], ...]

    @property
    def last_step(self) -> float:
        """The slope between the last two points against the line's: above 1, cost grows."""
        (x0, y0), (x1, y1) = self.points[-2:]
        return (y1 - y0) / (x1 - x0) / self.slope if self.slope else 0.0


def fit(points: Sequence[tuple[float, float]]) -> Line:
    """The line of least squares; raises `ValueError` for less than two different x."""
    count = len(points)
    if len({x for x, _ in points}) < 2:
        raise ValueError("a line needs two points")
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    intercept = mean_y - slope * mean_x
    total = sum((y - mean_y) ** 2 for _, y in points)
    left = sum((y - intercept - slope * x) ** 2 for x, y in points)
    r2 = 1.0 - left / total if total else 1.0
    return Line(slope, intercept, r2, tuple(points))
