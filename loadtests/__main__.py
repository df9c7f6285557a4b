"""The command line: `python -m loadtests COMMAND`."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import importlib
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

COMMANDS = {
    "run": ("loadtests.running", "run a profile"),
    "units": ("loadtests.units", "fit what a device, a message, a picture costs"),
    "knee": ("loadtests.knee", "raise the load until the hub gives up"),
    "size": ("loadtests.sizing", "what so many schools need, from the fitted unit costs"),
    "bench": ("loadtests.bench", "every goal, and docs/performance.md"),
    "compare": ("loadtests.comparing", "two results side by side"),
    "media": ("loadtests.media.bench", "live screens, with a real agent and browser"),
    "faults": ("loadtests.faults.command", "kill, stop and cut things, and count what is lost"),
}
"""Commands by name: the module that has `add_arguments` and `run`, and what it does."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0: done and well, 1: something is not as it must be, 2: it could not run."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0].startswith("_"):
        return _work(given[0], given[1:])
    if given[:2] == ["run", "media"]:
        given = given[1:]
    options = _parser(given).parse_args(given)
    options.started_at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _parser(given: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loadtests", description="A school full of devices.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module_name, about) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        if name in given[:1]:
            # Only the asked one is imported: some need a browser's driver, or Ray.
            module = importlib.import_module(module_name)
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def _work(role: str, arguments: list[str]) -> int:
    """A process that another process of this program started."""
    if role in ("_pupils", "_teachers"):
        from loadtests.staff_room import run_teachers
        from loadtests.swarm import run_pupils

        work: Callable[[], Coroutine[Any, Any, None]] = (
            run_pupils if role == "_pupils" else run_teachers
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work())
        return 0
    port = int(arguments[arguments.index("--port") + 1])
    module = importlib.import_module(f"loadtests.baselines.{role.strip('_')}")
    module.run(port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
