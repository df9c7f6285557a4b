"""The result of a run: one JSON object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from loadtests.figures import FAULTS, FIGURES
from loadtests.sampler import Sample


class Baseline(msgspec.Struct, frozen=True):
    """The same messages on a simpler server. Its cost is processor time for each message."""

    devices: int
    messages: int
    messages_per_s: float
    cpu_us_per_message: float
    server_cpu_cores: float


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a run measured.

    `figures` are named as in `figures.FIGURES`; those that were not measured are left out (the
    server's own need a hub on this machine). Latencies are on one clock.
    """

    profile: str
    about: str = ""
    started_at: str
    commit: str
    machine: dict[str, str | int | float]
    partial: bool
    """Stopped before the end of its window."""
    load: dict[str, Any]
    """The profile as it ran."""
    figures: dict[str, float]
    cpu_by_process: dict[str, float] = {}
    """Cores by process of the server, in the window."""
    baselines: dict[str, Baseline] = {}
    tables: dict[str, tuple[dict[str, float | str], ...]] = {}
    """Rows of what was measured at several loads."""
    samples: tuple[Sample, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = self.figures.keys() - FIGURES.keys()
        if unknown:
            raise ValueError(f"unknown figures: {', '.join(sorted(unknown))}")

    @property
    def is_clean(self) -> bool:
        """Nothing was lost, doubled, out of order, refused or left behind."""
        return not any(self.figures.get(name) for name in FAULTS)


def write(result: msgspec.Struct, path: Path) -> None:
    """Write a result as JSON, replacing the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")


def read_result(path: Path) -> Result:
    """Read what `write` wrote; raises `ValueError` when it is none, `OSError` when unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Result)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} is no result of a run: {error}") from None
