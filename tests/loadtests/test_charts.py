"""Lines are drawn where the values are."""

from __future__ import annotations

import re

import pytest

from loadtests.charts import line_chart


def _points(chart: str) -> list[tuple[float, float]]:
    found = re.search(r'points="([^"]+)"', chart)
    assert found
    return [tuple(map(float, pair.split(","))) for pair in found[1].split()]  # type: ignore[misc]


def test_more_is_higher_and_later_is_further_right() -> None:
    (x0, y0), (x1, y1), (x2, y2) = _points(
        line_chart("t", "ms", {"a": [(0.0, 0.0), (1.0, 5.0), (2.0, 10.0)]})
    )
    assert x0 < x1 < x2
    assert y0 > y1 > y2
    assert x1 - x0 == pytest.approx(x2 - x1)
    assert y0 - y1 == pytest.approx(y1 - y2)


def test_a_scale_is_round_and_holds_the_highest_value() -> None:
    chart = line_chart("t", "ms", {"a": [(0.0, 87.0)], "b": [(0.0, 3.0)]})
    assert ">100 ms<" in chart
    assert chart.count("<polyline") == 2


@pytest.mark.parametrize("most", [0.0, 0.0004, 0.3, 1.0, 9.9, 10.0, 12_345.0])
def test_every_value_lies_within_the_picture(most: float) -> None:
    for _, y in _points(line_chart("t", "", {"a": [(0.0, most), (1.0, most / 2)]})):
        assert 0 <= y <= 240


def test_hours_of_seconds_are_thinned() -> None:
    assert len(_points(line_chart("t", "", {"a": [(float(x), 1.0) for x in range(50_000)]}))) < 1500


def test_nothing_measured_is_no_chart() -> None:
    assert line_chart("t", "", {"a": []}) == ""
