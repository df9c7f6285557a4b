"""The sizes and rates in which a monitor is sent."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wire.messages import Mode


@dataclass(frozen=True, slots=True)
class Rung:
    """One size and rate of a monitor's video. Bit rates are bits per second.

    `gap_s` is the least time between two frames, `hurried_gap_s` the one that holds for a moment
    after somebody's input, so that its effect is seen at once.
    """

    name: str
    most_width: int
    most_height: int
    gap_s: float
    hurried_gap_s: float
    most_bitrate: int
    least_bitrate: int


SMALL = Rung("small", 384, 216, 1 / 5, 1 / 5, 200_000, 50_000)
"""A tile on the wall."""
FULL = Rung("full", 1280, 720, 1 / 15, 1 / 30, 2_000_000, 250_000)
"""One screen that somebody opened."""


def rung_of(mode: Mode) -> Rung:
    """The rung that a viewer of this mode gets."""
    return SMALL if mode == "wall" else FULL


def divisor(width: int, height: int, rung: Rung) -> int:
    """The whole number by which both sides are divided so that the picture fits the rung."""
    return max(1, math.ceil(width / rung.most_width), math.ceil(height / rung.most_height))


def fit(width: int, height: int, rung: Rung) -> tuple[int, int]:
    """The even size, of the same shape and never enlarged, that fits the rung."""
    scale = min(1.0, rung.most_width / width, rung.most_height / height)
    return max(2, int(width * scale) & ~1), max(2, int(height * scale) & ~1)
