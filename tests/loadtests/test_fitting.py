"""A line through points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.fitting import fit


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_points_of_a_line_give_that_line(slope: float, intercept: float) -> None:
    line = fit([(x, intercept + slope * x) for x in (1.0, 2.0, 4.0, 8.0)])
    assert line.slope == pytest.approx(slope, abs=1e-6)
    assert line.intercept == pytest.approx(intercept, abs=1e-6)


def test_a_straight_line_explains_everything_and_grows_nowhere() -> None:
    line = fit([(1.0, 3.0), (2.0, 5.0), (10.0, 21.0)])
    assert line.r2 == pytest.approx(1.0)
    assert line.last_step == pytest.approx(1.0)


def test_a_curve_is_seen_in_its_last_step_and_explained_less() -> None:
    line = fit([(x, x * x) for x in (1.0, 2.0, 4.0, 8.0)])
    assert line.last_step > 1.2
    assert line.r2 < 0.98


def test_one_point_is_no_line() -> None:
    with pytest.raises(ValueError, match="two points"):
        fit([(1.0, 1.0), (1.0, 2.0)])
