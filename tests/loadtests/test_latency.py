"""Percentiles by nearest rank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.latency import percentile, percentiles

_FLOATS = st.lists(st.floats(0, 1e6), min_size=1)


def test_the_nearest_rank_is_taken() -> None:
    ordered = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert [percentile(ordered, share) for share in (0.05, 0.3, 0.4, 0.5, 1.0)] == [
        15.0,
        20.0,
        20.0,
        35.0,
        50.0,
    ]


@given(_FLOATS, st.floats(0.01, 1))
def test_a_percentile_is_a_measured_value_with_enough_below_it(
    values: list[float], share: float
) -> None:
    found = percentile(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_values_need_not_be_in_order() -> None:
    assert percentiles([3.0, 1.0, 2.0], (0.5, 1.0)) == (2.0, 3.0)


def test_nothing_measured_is_none_and_not_zero() -> None:
    assert percentiles([], (0.5, 0.95)) == (None, None)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        percentile([1.0], share)
