"""Two results side by side: what became better, what worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Table

from loadtests.charts import line_chart
from loadtests.figures import FAULTS, FIGURES, shown
from loadtests.page import document, table
from loadtests.result import Result
from loadtests.sampler import Sample

NOISE = 0.10
"""A change by less than this share says nothing on a machine that does other things too."""


_CHARTS: tuple[tuple[str, str, Callable[[Sample], float | None]], ...] = (
    ("Latency from device to teacher, p95", "ms", lambda one: one.p95_ms),
    ("Server processor", "cores", lambda one: sum(one.cores.values())),
    ("Server memory, resident", "MB", lambda one: sum(one.memory_mb.values())),
    ("Devices connected", "", lambda one: one.connected),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both results; None where it was not measured."""

    name: str
    before: float | None
    after: float | None

    @property
    def share(self) -> float | None:
        """The change as a share of the first; None where it cannot be said."""
        if self.before is None or self.after is None or not self.before:
            return None
        return self.after / self.before - 1

    @property
    def verdict(self) -> str:
        """`better`, `worse`, `same` (within the noise), or empty where neither is."""
        better = FIGURES[self.name].better
        if self.before is None or self.after is None or not better:
            return ""
        if self.name not in FAULTS and self.share is not None and abs(self.share) <= NOISE:
            return "same"
        if self.before == self.after:
            return "same"
        return "better" if (self.after < self.before) == (better == "less") else "worse"


def changes(before: Result, after: Result) -> list[Change]:
    """Every figure that either of them has, in the usual order."""
    return [
        Change(name, before.figures.get(name), after.figures.get(name))
        for name in FIGURES
        if name in before.figures or name in after.figures
    ]


def differences(before: Result, after: Result) -> list[str]:
    """What else is not the same, so that the figures say less than they seem to."""
    found = []
    for name in sorted(before.load.keys() | after.load.keys()):
        if name != "about" and before.load.get(name) != after.load.get(name):
            found.append(f"{name}: {before.load.get(name)} and {after.load.get(name)}")
    for name in ("processor", "cores", "memory_gb", "python"):
        if before.machine.get(name) != after.machine.get(name):
            found.append(f"{name}: {before.machine.get(name)} and {after.machine.get(name)}")
    found += [f"{one.started_at} is partial" for one in (before, after) if one.partial]
    return found


def show_comparison(before: Result, after: Result, console: Console) -> None:
    """Print both as a table."""
    printed = Table("figure", title=f"{before.commit} and {after.commit}: {after.profile}")
    for heading in ("first", "second", "change", ""):
        printed.add_column(heading, justify="right")
    colours = {"better": "green", "worse": "red"}
    for one in changes(before, after):
        cells = _cells(one)
        printed.add_row(*cells, style=colours.get(one.verdict, ""))
    console.print(printed)
    for text in differences(before, after):
        console.print(f"not the same: {text}", style="yellow", highlight=False)


def write_comparison(before: Result, after: Result, path: Path) -> None:
    """Write both as one HTML page, replacing the file."""
    classes = {"better": "good", "worse": "bad"}
    rows = []
    for one in changes(before, after):
        label, first, second, share, verdict = map(escape, _cells(one))
        verdict = f'<span class="{classes.get(one.verdict, "dim")}">{verdict}</span>'
        rows.append((label, first, second, share, verdict))
    notes = "".join(
        f'<p class="note">Not the same: {escape(text)}</p>' for text in differences(before, after)
    )
    both = {"first": before, "second": after}
    charts = [
        line_chart(
            title,
            unit,
            {
                name: [
                    (sample.at_s, value)
                    for sample in result.samples
                    if (value := of(sample)) is not None
                ]
                for name, result in both.items()
            },
        )
        for title, unit, of in _CHARTS
    ]
    body = (
        f"<h1>{escape(before.commit)} and {escape(after.commit)}</h1>"
        f'<p class="dim">{escape(after.profile)}: {escape(before.started_at)} and '
        f"{escape(after.started_at)}. Changes within {NOISE:.0%} are called the same.</p>"
        f"{notes}{table(('figure', 'first', 'second', 'change', ''), rows)}{''.join(charts)}"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document("Two loads", body), encoding="utf-8")


def _cells(one: Change) -> tuple[str, str, str, str, str]:
    return (
        FIGURES[one.name].label,
        shown(one.name, one.before),
        shown(one.name, one.after),
        "" if one.share is None else f"{one.share:+.0%}",
        one.verdict,
    )
