"""The result of a run: one JSON object, and a table for people."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table


class Baseline(msgspec.Struct, frozen=True):
    """The same messages on a simpler server. Its cost is processor time for each message."""

    devices: int
    messages: int
    messages_per_s: float
    cpu_us_per_message: float
    server_cpu_cores: float


class LessonResult(msgspec.Struct, frozen=True):
    """Everything that a run of `lesson` measured.

    Latency is from a device's `post` to the arrival in a watching teacher's console, on one
    clock. None: not measured (the server's own figures need a hub that this program started).
    """

    profile: str
    started_at: str
    commit: str
    machine: dict[str, str | int | float]
    partial: bool
    """Stopped before the end of its window."""
    devices: int
    watched: int
    """Devices in lessons: only their messages can be seen, lost or doubled. `unacknowledged`,
    `rejected` and `dropped` are of all devices."""
    teachers: int
    classes: int
    seconds: float
    messages: int
    messages_per_s: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    lost: int
    doubled: int
    disordered: int
    foreign: int
    unacknowledged: int
    """Messages that the hub had not acknowledged when the run ended."""
    rejected: int
    dropped: int
    failures: int
    """Connections of devices and teachers that broke or could not be made."""
    connect_s: float
    """From the first device's first attempt until every device was welcomed."""
    ray_processes: int | None = None
    server_rss_mb: float | None = None
    server_pss_mb: float | None = None
    server_cpu_cores: float | None = None
    server_idle_cpu_cores: float | None = None
    """The same server with everybody connected and nobody doing anything."""
    server_cpu_us_per_message: float | None = None
    cpu_by_process: dict[str, float] = {}
    """Cores by process of the server."""
    load_cpu_cores: float = 0.0
    """Cores that the simulated devices and teachers took on the same machine."""
    ratio_to_bare_socket: float | None = None
    """Processor time for each message, all of the server's processes, against `bare_socket`."""
    ratio_of_call_per_message: float | None = None
    """What one Ray call for each message costs, against `bare_socket`."""
    bare_socket: Baseline | None = None
    call_per_message: Baseline | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Nothing was lost, doubled, out of order, refused or left behind."""
        return not any(
            (self.lost, self.doubled, self.disordered, self.foreign, self.rejected, self.dropped)
        )


def write(result: LessonResult, path: Path) -> None:
    """Write the result as JSON, replacing the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")


def show(result: LessonResult, console: Console) -> None:
    """Print the result as a table."""
    table = Table(title=f"lesson: {result.devices} devices, {result.teachers} teachers")
    table.add_column("what")
    table.add_column("measured", justify="right")
    for name, value in _rows(result):
        table.add_row(name, value)
    console.print(table)
    for note in result.notes:
        console.print(f"note: {note}", style="yellow", highlight=False)


def _rows(result: LessonResult) -> list[tuple[str, str]]:
    return [
        ("messages", f"{result.messages:,}"),
        ("messages a second", f"{result.messages_per_s:,.0f}"),
        (
            "device to teacher p50 / p95 / p99",
            " / ".join(_figure(x) for x in (result.p50_ms, result.p95_ms, result.p99_ms)) + " ms",
        ),
        (
            "lost / doubled / out of order",
            f"{result.lost} / {result.doubled} / {result.disordered}",
        ),
        ("all devices connected after", f"{result.connect_s:.1f} s"),
        ("broken connections", str(result.failures)),
        ("Ray processes", _figure(result.ray_processes)),
        ("server memory (shared once)", f"{_figure(result.server_pss_mb)} MB"),
        (
            "server processor, idle / loaded",
            f"{_figure(result.server_idle_cpu_cores)} / {_figure(result.server_cpu_cores)} cores",
        ),
        ("server processor a message", f"{_figure(result.server_cpu_us_per_message)} µs"),
        ("against a bare socket", f"{_figure(result.ratio_to_bare_socket)} x"),
        ("one Ray call a message, against it", f"{_figure(result.ratio_of_call_per_message)} x"),
    ]


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
