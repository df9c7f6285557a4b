"""Budgets: kept, missed, not measured, and files that make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.budgets import Budget, missed, read_budgets
from tests.loadtests.results import RESULT


def test_what_is_within_its_limit_is_kept() -> None:
    budgets = (Budget("p95_ms", "r", most=20.0), Budget("messages", "r", least=75.0))
    assert missed(budgets, RESULT) == ()


def test_what_is_beyond_its_limit_is_missed_with_figure_limit_and_reason() -> None:
    (found,) = missed((Budget("p95_ms", "teachers notice", most=19.9),), RESULT)
    text = "device to teacher, p95 is 20 ms, at most 19.9 ms wanted: teachers notice"
    assert str(found) == text


def test_what_was_not_measured_is_not_kept() -> None:
    (found,) = missed((Budget("lock_p95_ms", "r", most=500),), RESULT)
    assert found.value is None


def test_a_budget_of_another_profile_does_not_count() -> None:
    assert missed((Budget("p95_ms", "r", most=1.0, profile="storm"),), RESULT) == ()


def test_budgets_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "budgets.toml"
    path.write_text('[[budget]]\nfigure = "lost"\nmost = 0\nreason = "nothing is lost"\n')
    assert read_budgets(path) == (Budget("lost", "nothing is lost", most=0.0),)


@pytest.mark.parametrize(
    "text",
    [
        'figure = "lost"\nmost = 0',
        'figure = "lost"\nmost = 0\nreason = " "',
        'figure = "lost"\nreason = "r"',
        'figure = "lost"\nreason = "r"\nmost = 1\nleast = 1',
        'figure = "speed"\nmost = 0\nreason = "r"',
        'figure = "lost"\nmost = 0\nreason = "r"\nwhy = "x"',
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "budgets.toml"
    path.write_text(f"[[budget]]\n{text}\n")
    with pytest.raises(ValueError, match=r"budgets\.toml"):
        read_budgets(path)
