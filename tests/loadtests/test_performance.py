"""docs/performance.md is what the committed results give."""

from __future__ import annotations

import msgspec
import pytest

from loadtests.bench import ROOT, STEPS
from loadtests.performance import (
    Goal,
    Performance,
    missed_goals,
    page_of,
    read_goals,
    read_performance,
)
from loadtests.result import Result
from tests.loadtests.results import RESULT

GOALS = (
    Goal("L2", "late", "lesson", "p95_ms", "r", most=150.0, beside="ratio_to_bare_socket"),
    Goal("L3", "locks", "lock", "lock_p95_ms", "teachers wait", most=500.0),
)


def _performance(*results: Result) -> Performance:
    return Performance("now", "abc", {"cores": 2}, False, {"lesson": results}, {})


def test_the_page_is_what_the_committed_results_give() -> None:
    results, page = ROOT / "docs/performance.json", ROOT / "docs/performance.md"
    assert results.exists() == page.exists()
    if results.exists():
        made = page_of(read_performance(results), read_goals())
        assert page.read_text(encoding="utf-8") == made, "run `python -m loadtests bench --page`"


def test_a_row_has_goal_figure_spread_ratio_and_verdict() -> None:
    worse = msgspec.structs.replace(RESULT, figures=RESULT.figures | {"p95_ms": 200.0})
    page = page_of(_performance(RESULT, RESULT, worse), GOALS)
    assert "| L2 | late | at most 150 ms | 20 ms | 20 to 200 | 1.84 x | yes |" in page
    assert "| L3 | locks | at most 500 ms | - |  |  | not measured |" in page


def test_what_was_not_measured_is_not_reached_and_says_why_it_matters() -> None:
    assert missed_goals(_performance(RESULT), GOALS) == [
        "L3, locks: -, at most 500 ms wanted: teachers wait"
    ]


def test_a_quick_run_says_that_it_is_one() -> None:
    quick = msgspec.structs.replace(_performance(RESULT), is_quick=True)
    assert "quick run" in page_of(quick, GOALS)


def test_tables_of_several_loads_are_shown() -> None:
    units = msgspec.structs.replace(
        RESULT,
        tables={
            "units": ({"unit": "connect", "us": 900.0, "intercept": 0.1, "r2": 1.0, "bytes": 0.0},)
        },
    )
    found = msgspec.structs.replace(_performance(RESULT), results={"units": (units,)})
    assert "| connect | 900 | 0.1 | 1 | 0 |" in page_of(found, GOALS)


@pytest.mark.parametrize("goal", read_goals(), ids=lambda goal: f"{goal.id}-{goal.figure}")
def test_every_goal_belongs_to_a_step_and_has_a_reason(goal: Goal) -> None:
    assert goal.step in STEPS
    assert goal.reason
