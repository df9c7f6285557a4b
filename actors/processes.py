"""The processes that another program started for this one, and their certain end."""

from __future__ import annotations

from collections.abc import Iterable

import psutil

END_S = 2.0
"""How long a process may take to end after it was asked to."""


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
