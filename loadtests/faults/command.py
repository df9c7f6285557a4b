"""The command line of faults: a schedule from a seed, or one scenario."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path

import uvloop
from rich.console import Console

from loadtests.faults import run as runs
from loadtests.faults.postgres import own_cluster
from loadtests.faults.result import FaultsResult, show, write
from loadtests.faults.scenarios import SCENARIOS, play
from loadtests.faults.schedule import plan, scheduled
from loadtests.faults.stage import Size, raised
from loadtests.rest import RestError
from loadtests.server import ServerFailed

EXIT_BROKEN = 1
EXIT_FAILED = 2
EXIT_STOPPED = 130
EXPECTED = (ServerFailed, RestError, ValueError, OSError)
"""What ends a run with a sentence: `TimeoutError` is an `OSError`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be chosen."""
    parser.add_argument("--seed", type=int, default=1, help="the same seed is the same schedule")
    parser.add_argument("--seconds", type=float, default=90.0, help="length of the schedule")
    parser.add_argument("--faults", default="", help="ids, as F01,F05; default: all that can be")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), help="one fault on its own hub")
    parser.add_argument("--devices", type=int, default=Size.devices, help="simulated agents")
    parser.add_argument("--rate", type=float, default=Size.rate, help="messages a second of each")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--shards", type=int, default=2, help="shards of the hub")
    parser.add_argument("--json", type=Path, help="write the result here")
    parser.add_argument("--keep", type=Path, help="an empty folder for data, ledger and logs")


def run(options: argparse.Namespace) -> int:
    """Run as asked; 0: every promise was kept, 1: one was broken, 2: it could not run.

    SIGINT and SIGTERM end it early, and the hub with it; then it returns 130.
    """
    console = Console(stderr=True)
    try:
        with contextlib.ExitStack() as stack:
            folder = options.keep
            if folder is None:
                kept = tempfile.TemporaryDirectory(prefix="formroom-faults-")
                folder = Path(stack.enter_context(kept))
            folder.mkdir(parents=True, exist_ok=True)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                result = runner.run(_run(options, folder, stack, console))
    except (asyncio.CancelledError, KeyboardInterrupt):
        return EXIT_STOPPED
    except ExceptionGroup as group:
        if group.split(EXPECTED)[1] is not None:
            raise
        return _failed(console, group)
    except EXPECTED as error:
        return _failed(console, error)
    if options.json:
        write(result, options.json)
    show(result, Console())
    return 0 if result.is_clean else EXIT_BROKEN


def _failed(console: Console, error: Exception) -> int:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    console.print(f"error: {error}", style="red", highlight=False, markup=False)
    return EXIT_FAILED


async def _run(
    options: argparse.Namespace, folder: Path, stack: contextlib.ExitStack, console: Console
) -> FaultsResult:
    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    mine = asyncio.current_task()
    assert mine is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, mine.cancel)
    settings = {"FORMROOM_SHARDS": str(options.shards)}
    database = None
    if options.database == "postgres":
        database = await asyncio.to_thread(stack.enter_context, own_cluster())
    size = Size(devices=options.devices, rate=options.rate)
    if options.scenario:
        steps = SCENARIOS[options.scenario]
        return await play(steps, folder, options.seed, size, settings, database, say)
    wanted = options.faults.split(",") if options.faults else scheduled()
    planned = plan(options.seed, options.seconds, wanted, options.database)
    async with raised(folder, options.seed, size, settings, database) as stage, stage.running():
        happened, quiet_after_s = await runs.perform(stage, planned, options.seconds, say)
        violations, stored = await runs.judge(stage)
    return runs.result_of(stage, options.seconds, happened, quiet_after_s, violations, stored)
