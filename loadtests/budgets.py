"""Budgets: for each figure a limit and the reason for it, in a TOML file.

[[budget]]
figure = "p95_ms"
most = 150
reason = "a teacher sees what happens while it happens"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from loadtests.figures import FIGURES, shown
from loadtests.result import Result


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One limit. Exactly one of `most` and `least` is given. `profile` empty: for every one."""

    figure: str
    reason: str
    most: float | None = None
    least: float | None = None
    profile: str = ""

    def __post_init__(self) -> None:
        if self.figure not in FIGURES:
            raise ValueError(f"{self.figure!r} is no figure")
        if (self.most is None) == (self.least is None):
            raise ValueError(f"{self.figure}: give `most` or `least`")
        if not self.reason.strip():
            raise ValueError(f"{self.figure}: a budget needs its reason")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    budget: tuple[Budget, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A budget that a result does not keep; `value` None: it was not measured."""

    budget: Budget
    value: float | None

    def __str__(self) -> str:
        budget = self.budget
        limit = budget.most if budget.most is not None else budget.least
        word = "at most" if budget.most is not None else "at least"
        return (
            f"{FIGURES[budget.figure].label} is {shown(budget.figure, self.value)}, "
            f"{word} {shown(budget.figure, limit)} wanted: {budget.reason}"
        )


def read_budgets(path: Path) -> tuple[Budget, ...]:
    """The budgets of a file; raises `ValueError` with what is wrong, `OSError` if unreadable."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).budget
    except (ValueError, msgspec.ValidationError) as error:
        raise ValueError(f"budgets {path}: {error}") from None


def missed(budgets: tuple[Budget, ...], result: Result) -> tuple[Missed, ...]:
    """The budgets that a result does not keep; what was not measured is not kept either."""
    found = []
    for budget in budgets:
        if budget.profile not in ("", result.profile):
            continue
        value = result.figures.get(budget.figure)
        kept = value is not None and (
            value <= budget.most if budget.most is not None else value >= (budget.least or 0.0)
        )
        if not kept:
            found.append(Missed(budget, value))
    return tuple(found)
