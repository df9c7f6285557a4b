"""A result as a table for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from loadtests.figures import FIGURES, shown
from loadtests.result import Result


def show(result: Result, console: Console) -> None:
    """Print the result as a table."""
    table = Table(title=f"{result.profile}: {result.load['devices']} devices")
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("which is", style="dim")
    for name, value in result.figures.items():
        figure = FIGURES[name]
        table.add_row(figure.label, shown(name, value), figure.about)
    console.print(table)
    for note in result.notes:
        console.print(f"note: {note}", style="yellow", highlight=False)
