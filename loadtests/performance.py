"""`docs/performance.md`, made from the results of `make bench` and from nothing else."""

from __future__ import annotations

import statistics
import tomllib
from pathlib import Path

import msgspec

from loadtests.figures import FIGURES, number, shown
from loadtests.result import Result

GOALS = Path(__file__).parent / "goals.toml"
ABSENT = (
    ("L5", "matching of 18,000 terms", "comes with the safeguarding pipeline"),
    ("L8", "hours of soak", "`python -m loadtests run soak`, by hand and at night"),
    ("L10", "1,000 audit entries a second", "not measured by this bench"),
)
"""Goals that no step measures, and why."""


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row. Without `most` the figure is shown and not judged."""

    id: str
    what: str
    step: str
    figure: str
    reason: str
    most: float | None = None
    beside: str = ""

    def __post_init__(self) -> None:
        unknown = {self.figure, self.beside} - FIGURES.keys() - {""}
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no figure")


class Performance(msgspec.Struct, frozen=True):
    """What one `make bench` measured. `failed` says why a step has no result."""

    started_at: str
    commit: str
    machine: dict[str, str | int | float]
    is_quick: bool
    results: dict[str, tuple[Result, ...]]
    failed: dict[str, str]


class _Goals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    goal: tuple[Goal, ...]


def read_goals(path: Path = GOALS) -> tuple[Goal, ...]:
    """The goals in their order; raises `ValueError` or `OSError`."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Goals).goal


def read_performance(path: Path) -> Performance:
    """Raises `ValueError` when the file is none, `OSError` when unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Performance)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path}: {error}") from None


def missed_goals(performance: Performance, goals: tuple[Goal, ...]) -> list[str]:
    """The goals that were not reached or not measured, in words, each with its reason."""
    found = []
    for goal in goals:
        value, _ = _measured(performance, goal.step, goal.figure)
        if goal.most is not None and (value is None or value > goal.most):
            found.append(
                f"{goal.id}, {goal.what}: {shown(goal.figure, value)}, at most "
                f"{shown(goal.figure, goal.most)} wanted: {goal.reason}"
            )
    return found


def page_of(performance: Performance, goals: tuple[Goal, ...]) -> str:
    """The page, in Markdown."""
    machine = performance.machine
    lines = [
        "# Performance",
        "",
        "Made by `make bench` from `performance.json`; not written by hand, and a test compares "
        "the two. Devices, teachers and the server run on the same machine over real sockets: "
        "the simulators' processor time is not in the server's figures, but takes its share of "
        "the cores.",
        "",
        f"Measured {performance.started_at} at commit {performance.commit or 'unknown'}: "
        f"{machine.get('processor')}, {machine.get('cores')} cores, {machine.get('memory_gb')} GB, "
        f"{machine.get('system')}, Python {machine.get('python')}; load of the machine before: "
        f"{machine.get('load_before')}.",
        "",
    ]
    if performance.is_quick:
        lines += ["**A quick run with a tenth of each load: not the figures of the goals.**", ""]
    lines += [
        "| | what | goal | measured | spread | against a bare socket | kept |",
        "|---|---|---|---|---|---|---|",
    ]
    for goal in goals:
        value, spread = _measured(performance, goal.step, goal.figure)
        beside, _ = _measured(performance, goal.step, goal.beside)
        limit = "" if goal.most is None else f"at most {shown(goal.figure, goal.most)}"
        kept = "" if goal.most is None else "no"
        if value is None:
            kept = "not measured"
        elif performance.is_quick:
            kept = ""
        elif goal.most is not None and value <= goal.most:
            kept = "yes"
        ratio = "" if beside is None else f"{number(beside)} x"
        cells = (goal.id, goal.what, limit, shown(goal.figure, value), spread, ratio, kept)
        lines.append(f"| {' | '.join(cells)} |")
    for id_, what, why in ABSENT:
        lines.append(f"| {id_} | {what} |  | - |  |  | {why} |")
    lines += ["", "Spread: lowest to highest of the repeats; empty with one run.", ""]
    lines += _devices(performance) + _units(performance) + _rivals(performance)
    if performance.failed:
        lines += ["## Steps without a result", ""]
        lines += [f"- {name}: {why}" for name, why in performance.failed.items()]
        lines.append("")
    lines += [
        "## What these figures do not say",
        "",
        "Wi-Fi, the schools' lines and real pupils' PCs were not measured. `python -m loadtests "
        "size` adds up the unit costs for larger trusts and names its assumptions; live screens "
        "have a bench of their own (`make media-bench`).",
        "",
    ]
    return "\n".join(lines)


def _measured(performance: Performance, step: str, figure: str) -> tuple[float | None, str]:
    """The median of a figure over the repeats, and its spread in words."""
    values = [
        value
        for result in performance.results.get(step, ())
        if (value := result.figures.get(figure)) is not None
    ]
    if not values:
        return None, ""
    spread = f"{number(min(values))} to {number(max(values))}" if len(values) > 1 else ""
    return statistics.median(values), spread


def _rows(performance: Performance, step: str, table: str) -> tuple[dict[str, float | str], ...]:
    results = performance.results.get(step, ())
    return results[-1].tables.get(table, ()) if results else ()


def _table(
    headings: dict[str, str], rows: tuple[dict[str, float | str], ...], title: str, about: str
) -> list[str]:
    if not rows:
        return []
    lines = [f"## {title}", "", about, ""]
    lines += [f"| {' | '.join(headings.values())} |", f"|{'---|' * len(headings)}"]
    for row in rows:
        cells = (row[name] for name in headings)
        lines.append(
            f"| {' | '.join(one if isinstance(one, str) else number(one) for one in cells)} |"
        )
    return [*lines, ""]


def _devices(performance: Performance) -> list[str]:
    return _table(
        {
            "devices": "devices",
            "rest_cores": "cores at rest",
            "working_cores": "cores at 0.2 messages/s each",
            "us_per_message": "µs a message",
            "memory_mb": "memory, MB",
            "connect_us": "µs a connection",
        },
        _rows(performance, "units", "devices"),
        "From few devices to many",
        "One hub, nobody watching. Memory counts what processes share once.",
    )


def _units(performance: Performance) -> list[str]:
    return _table(
        {
            "unit": "unit",
            "us": "processor, µs",
            "intercept": "there anyway, cores",
            "r2": "R²",
            "bytes": "bytes, both ways",
        },
        _rows(performance, "units", "units"),
        "What one more costs",
        "The slope of a line through the server's processor time at several loads. An R² below "
        "0.98 says that the line explains too little.",
    )


def _rivals(performance: Performance) -> list[str]:
    return _table(
        {
            "server": "server",
            "devices": "devices",
            "per_s": "messages/s",
            "cores": "cores",
            "memory_mb": "memory, MB",
            "p95_ms": "p95, ms",
            "most_per_s": "most messages/s",
            "most_cores": "cores then",
            "most_p95_ms": "p95 then, ms",
            "gives_up": "why it gives up",
        },
        _rows(performance, "rivals", "rivals"),
        "Beside simpler servers",
        "Events that are acknowledged: by Formroom once they are in the database, by the others "
        "as soon as they are decoded. The load is raised until the p95 is above 400 ms, the "
        "server uses more than 1.6 cores, or the simulators can send no more.",
    )
