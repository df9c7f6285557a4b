"""`python -m loadtests bench`: every goal that can be measured here, and docs/performance.md."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console

from loadtests import machine, mornings, overview, rivals, units
from loadtests.crew import Stopped
from loadtests.experiment import Experiment, Show, Target
from loadtests.page import write_page
from loadtests.performance import (
    Performance,
    missed_goals,
    page_of,
    read_goals,
    read_performance,
)
from loadtests.profiles import read_profile
from loadtests.progress import EXIT_FAILED, EXIT_STOPPED, EXIT_UNCLEAN, watch
from loadtests.result import Result, read_result, write
from loadtests.server import ServerFailed
from loadtests.workers import WorkerFailed

ROOT = Path(__file__).parent.parent
QUICK = 10
"""A quick run has so much less of each load."""
STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Context:
    """What every step is given."""

    is_quick: bool
    started_at: str
    stop: asyncio.Event
    show: Show
    folder: Path


Step = Callable[[Context], Awaitable[Result]]


def of_profile(name: str, *, has_baselines: bool = False, **changes: object) -> Step:
    """A step that runs a profile."""

    async def step(context: Context) -> Result:
        profile = read_profile(name).with_(changes)
        if context.is_quick:
            devices = max(30, profile.devices // QUICK)
            quick: dict[str, object] = {"devices": devices}
            if profile.watched is not None:
                quick["watched"] = min(devices, max(30, profile.watched // QUICK))
            if profile.arrive_within_s is not None:
                quick["arrive_within_s"] = profile.arrive_within_s / QUICK
            if not profile.acts:
                quick["seconds"] = max(5.0, profile.seconds / QUICK)
            profile = profile.with_(quick)
        return await Experiment(
            profile,
            Target(tls=profile.tls),
            context.stop,
            context.show,
            started_at=context.started_at,
            has_baselines=has_baselines,
        ).run()

    return step


async def _units(context: Context) -> Result:
    plan = units.Plan(1000, 3.0) if context.is_quick else units.Plan()
    costs = await units.measure(plan, context.started_at, context.stop, context.show)
    write(costs, context.folder / units.COMMITTED.name)
    return costs.result()


async def _rivals(context: Context) -> Result:
    plan = rivals.Plan(50, 4, 100.0, 400.0, 3.0) if context.is_quick else rivals.Plan()
    knees = await rivals.measure(plan, context.started_at, context.stop, context.show)
    return rivals.result_of(knees)


async def _sign_ins(context: Context) -> Result:
    plan = mornings.Plan(30, 6.0) if context.is_quick else mornings.Plan()
    return await mornings.measure(plan, context.started_at, context.stop, context.show)


async def _overview(context: Context) -> Result:
    plan = overview.Plan(10, 300, 100_000, 20) if context.is_quick else overview.Plan()
    return await overview.measure(plan, context.started_at, context.stop, context.show)


STEPS: dict[str, Step] = {
    "lesson": of_profile("lesson", has_baselines=True, devices=2000, seconds=30.0),
    "lock": of_profile("lock"),
    "lock-all": of_profile("lock-all"),
    "ten-thousand": of_profile("ten-thousand"),
    "reconnect-storm": of_profile("reconnect-storm", arrive_within_s=40.0, seconds=40.0),
    "tls": of_profile("tls"),
    "pictures": of_profile("pictures", seconds=30.0),
    "events": of_profile("events", seconds=30.0),
    "soak": of_profile("soak", seconds=75.0),
    "units": _units,
    "rivals": _rivals,
    "sign-ins": _sign_ins,
    "overview": _overview,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--quick", action="store_true", help="a tenth of each load")
    parser.add_argument("--only", help=f"some of: {','.join(STEPS)}")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each step")
    parser.add_argument("--resume", action="store_true", help="keep results of this commit")
    parser.add_argument("--folder", type=Path, default=ROOT / "var/bench", help="for every result")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where the page is made")
    parser.add_argument("--page", action="store_true", help="only make the page again")


def run(options: argparse.Namespace) -> int:
    """0: all goals reached; 1: some missed, with the reasons; 2: a step failed; 130: stopped.

    A step that fails does not keep the others from running. The page is made of what there is;
    after a quick, stopped or partial run it is left alone, and is made in the folder instead.
    """
    console = Console(stderr=True)
    wanted = options.only.split(",") if options.only else list(STEPS)
    unknown = [name for name in wanted if name not in STEPS]
    if unknown:
        console.print(f"error: no such step: {', '.join(unknown)}", style="red")
        return EXIT_FAILED
    if options.page:
        return _make_page(read_performance(options.docs / "performance.json"), options.docs)
    found = _run_all(options, wanted, console)
    is_whole = not options.quick and not options.only and not found.failed
    docs = options.docs if is_whole else options.folder
    status = _make_page(found, docs)
    if is_whole:
        fitted = options.folder / units.COMMITTED.name
        if fitted.exists():
            units.COMMITTED.write_bytes(fitted.read_bytes())
    console.print(f"{docs / 'performance.md'} is made")
    for name, why in found.failed.items():
        console.print(f"{name}: {why}", style="red", highlight=False)
    if STOPPED in found.failed.values():
        return EXIT_STOPPED
    return EXIT_FAILED if found.failed else status


def _run_all(options: argparse.Namespace, wanted: list[str], console: Console) -> Performance:
    facts, commit = machine.facts(), machine.commit()
    results: dict[str, tuple[Result, ...]] = {}
    failed: dict[str, str] = {}
    for at, name in enumerate(wanted):
        for repeat in range(options.repeats):
            path = options.folder / f"{name}-{repeat}.json"
            found: Result | str | None = _kept(path, commit) if options.resume else None
            if found is None:
                console.print(f"{at + 1} of {len(wanted)}: {name}", highlight=False)
                found = _run_step(name, options, console)
            if isinstance(found, str) and found != STOPPED:
                console.print(f"{name} failed and is tried again: {found}", highlight=False)
                found = _run_step(name, options, console)
            if isinstance(found, str):
                failed[name] = found
                break
            write(found, path)
            write_page(found, path.with_suffix(".html"))
            results[name] = (
                *results.get(name, ()),
                msgspec.structs.replace(found, samples=()),
            )
        if failed.get(name) == STOPPED:
            break
    return Performance(options.started_at, commit, facts, options.quick, results, failed)


def _run_step(name: str, options: argparse.Namespace, console: Console) -> Result | str:
    """The result, or why there is none."""
    reason = ""

    async def doing(stop: asyncio.Event, show: Show) -> Result:
        nonlocal reason
        context = Context(options.quick, options.started_at, stop, show, options.folder)
        try:
            return await STEPS[name](context)
        except Stopped:
            reason = STOPPED
            raise
        except (ServerFailed, WorkerFailed, ValueError, OSError, AssertionError) as error:
            # The whole of a server's log is for the terminal; its last line says what it was.
            reason = (str(error).strip() or type(error).__name__).splitlines()[-1]
            raise OSError(str(error)) from error

    found = watch(doing, console)
    if isinstance(found, int):
        return reason or STOPPED
    return STOPPED if found.partial else found


def _kept(path: Path, commit: str) -> Result | None:
    """A result of an earlier run of the same code."""
    try:
        found = read_result(path)
    except (ValueError, OSError):
        return None
    return found if commit and found.commit == commit and not found.partial else None


def _make_page(found: Performance, docs: Path) -> int:
    goals = read_goals()
    write(found, docs / "performance.json")
    (docs / "performance.md").write_text(page_of(found, goals), encoding="utf-8")
    missed = missed_goals(found, goals)
    console = Console(stderr=True)
    for text in missed:
        console.print(f"missed: {text}", style="yellow", highlight=False)
    return EXIT_UNCLEAN if missed else 0
