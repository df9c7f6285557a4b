"""What the person who started a run sees of it, and how they stop it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from loadtests.crew import State, Stopped
from loadtests.experiment import Show
from loadtests.server import ServerFailed
from loadtests.workers import WorkerFailed

EXIT_UNCLEAN = 1
EXIT_FAILED = 2
EXIT_STOPPED = 130
T = TypeVar("T")

Doing = Callable[[asyncio.Event, Show], Awaitable[T]]
"""A run: it is given the event that stops it, and whom to tell how far it is."""


def watch(doing: Doing[T], console: Console) -> T | int:
    """Run with a live line of progress; returns its result, or the exit status of a failure.

    Ctrl-C and SIGTERM set the event, and a run that has measured something ends with a partial
    result.
    """
    try:
        return asyncio.run(_watch(doing, console))
    except Stopped:
        console.print("stopped before there was anything to measure")
        return EXIT_STOPPED
    except (ServerFailed, WorkerFailed, ValueError, OSError) as error:
        console.print(f"error: {error}", style="red", highlight=False)
        return EXIT_FAILED


async def _watch(doing: Doing[T], console: Console) -> T:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    columns = (
        TextColumn("{task.description:<30}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0, detail="")

        def show(part: str, state: State) -> None:
            progress.update(
                task,
                description=f"{part}: {state.phase}",
                completed=min(state.done, 1.0),
                detail=detail_of(state),
            )

        return await doing(stop, show)


def detail_of(state: State) -> str:
    """One line of figures of this moment."""
    parts = [f"{state.connected:,} connected", f"{state.sent:,} sent", f"{state.seen:,} seen"]
    if state.p95_ms is not None:
        parts.append(f"p95 {state.p95_ms:.0f} ms")
    if state.server_cores is not None:
        parts.append(f"hub {state.server_cores:.2f} cores")
    if state.load_cores:
        parts.append(f"load {state.load_cores:.2f}")
    return ", ".join(parts)
