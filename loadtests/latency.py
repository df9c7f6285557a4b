"""Percentiles of what was measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of ascending values; `share` 0.95 is the 95th.

    Raises `ValueError` when there are no values or the share is not above 0 and at most 1.
    """
    if not ordered:
        raise ValueError("there are no values")
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {share}")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def percentiles(values: Iterable[float], shares: Sequence[float]) -> tuple[float | None, ...]:
    """One percentile for each share; None for each when nothing was measured."""
    ordered = sorted(values)
    if not ordered:
        return (None,) * len(shares)
    return tuple(percentile(ordered, share) for share in shares)
