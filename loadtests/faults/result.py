"""What a run of faults found, as JSON and for the eye."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

EXAMPLES = 20


class Happened(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault as it was applied. Seconds count from the beginning of the schedule.

    `noticed_s` is how long after it a console was told that something is wrong, or was cut off;
    `commands_out_s` and `reports_out_s` how long after it the last command, or report of an
    event, was refused, lost, or took longer than a second: what the probe saw.
    """

    id: str
    name: str
    at_s: float
    held_s: float
    skipped: str = ""
    noticed_s: float | None = None
    commands_out_s: float | None = None
    reports_out_s: float | None = None


class Broken(msgspec.Struct, frozen=True):
    """A broken promise: how often, and some of the evidence."""

    promise: str
    times: int
    evidence: tuple[str, ...]


class FaultsResult(msgspec.Struct, frozen=True):
    """A run of a schedule, or of one scenario."""

    seed: int
    seconds: float
    database: str
    devices: int
    faults: tuple[Happened, ...]
    said: int
    """Durable messages that agents posted."""
    acknowledged: int
    stored: int
    rejected: int
    commands: dict[str, int]
    """Commands of teachers by what became of them, as `answered screens_locked`."""
    refusals: dict[str, int]
    quiet_after_s: float
    """From the last healing until everything was acknowledged and every lock was over."""
    hub_starts: int
    violations: tuple[Broken, ...]

    @property
    def is_clean(self) -> bool:
        """Every promise was kept."""
        return not self.violations


def write(result: FaultsResult, path: Path) -> None:
    """Write the result as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result)) + b"\n")


def show(result: FaultsResult, console: Console) -> None:
    """Print the faults with their times, the counts, and every broken promise."""
    table = Table("fault", "what", "at s", "held s", "noticed s", "commands s", "reports s")
    for one in result.faults:
        table.add_row(
            one.id,
            f"{one.name}: {one.skipped}" if one.skipped else one.name,
            *(_seconds(value) for value in (one.at_s, one.held_s, one.noticed_s)),
            *(_seconds(value) for value in (one.commands_out_s, one.reports_out_s)),
        )
    console.print(table)
    console.print(
        f"seed {result.seed}, {result.devices} devices, {result.database}: {result.said} said, "
        f"{result.acknowledged} acknowledged, {result.stored} stored, {result.rejected} rejected, "
        f"quiet after {result.quiet_after_s:.1f} s, {result.hub_starts} starts of the hub"
    )
    console.print(", ".join(f"{count} {name}" for name, count in result.commands.items()))
    for reason, count in result.refusals.items():
        console.print(f"refused {count} times: {reason}", highlight=False, markup=False)
    for broken in result.violations:
        console.print(f"BROKEN {broken.promise}: {broken.times}", style="red", highlight=False)
        for evidence in broken.evidence:
            console.print(f"  {evidence}", highlight=False, markup=False)
    if result.is_clean:
        console.print("every promise was kept", style="green")


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
