"""Line charts as inline SVG: no script, no font and no file from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from loadtests.figures import number

COLOURS = ("#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#be185d", "#4b5563")
_WIDTH, _HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 30
_TICKS = 4

Points = Sequence[tuple[float, float]]
"""x and y, ascending in x."""


def line_chart(title: str, unit: str, series: Mapping[str, Points], x_unit: str = "s") -> str:
    """A figure with one line for each series and its legend; empty when there is no point."""
    kept = {name: points for name, points in series.items() if points}
    if not kept:
        return ""
    most_x = max(x for points in kept.values() for x, _ in points) or 1.0
    most_y = _ceiling(max(y for points in kept.values() for _, y in points))
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
        *_grid(most_x, most_y, unit, x_unit),
    ]
    legend = []
    for at, (name, points) in enumerate(kept.items()):
        colour = COLOURS[at % len(COLOURS)]
        drawn = " ".join(f"{_x(x, most_x):.1f},{_y(y, most_y):.1f}" for x, y in _thinned(points))
        parts.append(
            f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        )
        legend.append(f'<span><i style="background:{colour}"></i>{escape(name)}</span>')
    parts.append("</svg>")
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>{''.join(parts)}"
        f'<p class="legend">{"".join(legend)}</p></figure>'
    )


def _grid(most_x: float, most_y: float, unit: str, x_unit: str) -> list[str]:
    parts = []
    for tick in range(_TICKS + 1):
        value = most_y * tick / _TICKS
        y = _y(value, most_y)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{number(value)} {escape(unit)}</text>"
        )
        at = most_x * tick / _TICKS
        parts.append(
            f'<text x="{_x(at, most_x):.1f}" y="{_HEIGHT - 10}" text-anchor="middle">'
            f"{number(at)} {escape(x_unit)}</text>"
        )
    return parts


def _thinned(points: Points) -> Points:
    """At most some points for each pixel: hours of seconds stay a small file."""
    step = -(-len(points) // (_WIDTH * 2))
    return points[::step]


def _ceiling(most: float) -> float:
    """A round number that is not below."""
    if most <= 0:
        return 1.0
    power = 10.0 ** (len(f"{int(most)}") - 1) if most >= 1 else 0.001
    while power * 10 < most:
        power *= 10
    return next(power * step for step in (1, 2, 2.5, 5, 10) if power * step >= most)


def _x(value: float, most: float) -> float:
    return _LEFT + value / most * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float, most: float) -> float:
    return _HEIGHT - _BOTTOM - value / most * (_HEIGHT - _TOP - _BOTTOM)
