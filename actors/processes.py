"""The processes that another program started for this one, and their certain end."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import psutil

END_S = 2.0
"""How long a process may take to end after it was asked to."""
SAME_S = 0.05
"""A process that began within this of the time that was noted is the one that was noted."""


def children() -> set[psutil.Process]:
    """The processes that this one started itself and that still run."""
    return set(psutil.Process().children())


def descendants(roots: Iterable[psutil.Process]) -> set[psutil.Process]:
    """These processes and all that they started, as far as they still run."""
    found: set[psutil.Process] = set()
    for root in roots:
        try:
            found |= {root, *root.children(recursive=True)}
        except psutil.NoSuchProcess:
            continue
    return found


def end(processes: Iterable[psutil.Process]) -> None:
    """Have these processes end; returns when none of them runs any more. Blocks."""
    left = [process for process in processes if process.is_running()]
    for ask in (psutil.Process.terminate, psutil.Process.kill):
        for process in left:
            try:
                ask(process)
            except psutil.NoSuchProcess:
                continue
        _, left = psutil.wait_procs(left, END_S)


def record(file: Path, processes: Iterable[psutil.Process]) -> None:
    """Write down which processes these are, so that `end_recorded` finds them again."""
    rows = []
    for process in processes:
        try:
            rows.append([process.pid, process.create_time()])
        except psutil.NoSuchProcess:
            continue
    file.write_text(json.dumps(rows), encoding="utf-8")


def end_recorded(file: Path) -> int:
    """End what a file names and what that started, as far as it still runs; returns how many.

    A process is known by its id and the time at which it began, so that no other one that was
    given the same id ends. Blocks; the file is gone afterwards.
    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    left = descendants(process for row in rows if (process := _found(*row)) is not None)
    end(left)
    file.unlink(missing_ok=True)
    return len(left)


def _found(pid: int, began_s: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        return process if abs(process.create_time() - began_s) < SAME_S else None
    except psutil.NoSuchProcess:
        return None
