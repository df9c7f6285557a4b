"""The command line: `python -m loadtests run PROFILE`."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from loadtests.drive import State, Stopped
from loadtests.lesson import Lesson, LessonRun
from loadtests.profiles import LESSON, LessonProfile
from loadtests.pupils import run_pupils
from loadtests.report import LessonResult, show, write
from loadtests.server import ServerFailed
from loadtests.teachers import run_teachers
from loadtests.workers import WorkerFailed

EXIT_UNCLEAN = 1
EXIT_FAILED = 2
EXIT_STOPPED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run a profile; 0: done and clean, 1: something was lost or doubled, 2: it could not run."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0].startswith("_"):
        return _work(given[0], given[1:])
    options = _parser(given).parse_args(given)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _parser(given: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loadtests", description="A school full of devices.")
    run = parser.add_subparsers(required=True).add_parser("run", help="run a profile")
    profiles = run.add_subparsers(required=True, metavar="PROFILE")
    lesson = profiles.add_parser("lesson", help="classes in their lessons, with teachers watching")
    lesson.set_defaults(run=_run_lesson)
    lesson.add_argument("--devices", type=int, default=LESSON.devices, help="simulated pupils")
    lesson.add_argument("--rate", type=float, default=LESSON.rate, help="messages a second of each")
    lesson.add_argument("--seconds", type=float, default=LESSON.seconds, help="length of the test")
    lesson.add_argument("--class-size", type=int, default=LESSON.class_size, help="pupils a class")
    lesson.add_argument("--watched", type=int, help="devices in lessons; default: all")
    lesson.add_argument("--teachers", type=int, help="watching teachers; default: one a class")
    lesson.add_argument(
        "--ramp", type=float, default=LESSON.connects_per_s, help="connections begun a second"
    )
    lesson.add_argument("--json", type=Path, help="write the result here")
    lesson.add_argument("--hub", default="", help="address of a hub that runs already")
    lesson.add_argument("--school", type=Path, help="with --hub: the file that seed-load wrote")
    lesson.add_argument("--server-pid", type=int, help="with --hub: its process, to measure it")
    lesson.add_argument("--no-baselines", action="store_true", help="leave the comparisons out")
    media = profiles.add_parser("media", help="live screens, with a real agent and browser")
    if "media" in given:
        # It needs a browser's driver, which the other profiles do without.
        from loadtests.media import bench

        bench.add_arguments(media)
        media.set_defaults(run=bench.run)
    return parser


def _work(role: str, arguments: list[str]) -> int:
    """A process that another process of this program started."""
    if role in ("_pupils", "_teachers"):
        work: Callable[[], Coroutine[Any, Any, None]] = (
            run_pupils if role == "_pupils" else run_teachers
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work())
        return 0
    port = int(arguments[arguments.index("--port") + 1])
    if role == "_bare_socket":
        from loadtests.baselines import bare_socket

        bare_socket.run(port)
    else:
        from loadtests.baselines import ray_calls

        ray_calls.run(port)
    return 0


def _run_lesson(options: argparse.Namespace) -> int:
    console = Console(stderr=True)
    try:
        profile = LessonProfile(
            devices=options.devices,
            rate=options.rate,
            seconds=options.seconds,
            class_size=options.class_size,
            teachers=options.teachers,
            watched=options.watched,
            connects_per_s=options.ramp,
        )
        run = LessonRun(
            profile=profile,
            started_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            hub=options.hub,
            school=options.school,
            server_pid=options.server_pid,
            has_baselines=not options.no_baselines,
        )
        result = asyncio.run(_watch(run, console))
    except Stopped:
        console.print("stopped before there was anything to measure")
        return EXIT_STOPPED
    except (ServerFailed, WorkerFailed, ValueError, OSError) as error:
        console.print(f"error: {error}", style="red", highlight=False)
        return EXIT_FAILED
    if options.json:
        write(result, options.json)
    show(result, Console())
    return 0 if result.is_clean else EXIT_UNCLEAN


async def _watch(run: LessonRun, console: Console) -> LessonResult:
    """Run with a live line of progress; Ctrl-C and SIGTERM end it early."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    columns = (
        TextColumn("{task.description:<32}"),
        BarColumn(),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0, detail="")

        def show_state(part: str, state: State) -> None:
            late = "" if state.p95_ms is None else f", p95 {state.p95_ms:.0f} ms"
            progress.update(
                task,
                description=f"{part}: {state.phase}",
                completed=state.done,
                detail=f"{state.connected} connected, {state.sent} sent, {state.seen} seen{late}",
            )

        return await Lesson(run, stop, show_state).run()


if __name__ == "__main__":
    sys.exit(main())
