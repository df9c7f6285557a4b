"""`python -m loadtests run PROFILE`: one profile on one hub."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from rich.console import Console

from loadtests.budgets import missed, read_budgets
from loadtests.experiment import Experiment, Show, Target
from loadtests.page import write_page
from loadtests.profiles import Profile, Rates, names, read_profile
from loadtests.progress import EXIT_FAILED, EXIT_UNCLEAN, watch
from loadtests.report import show
from loadtests.result import Result, write

WARNING = (
    "warning: {hub} takes this whole load, with devices and lessons that are not real. "
    "Never point it at a server that people use."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("profile", help=f"a TOML file, or one of {', '.join(names())}")
    add_changes(parser)
    parser.add_argument("--json", type=Path, help="write the result here")
    parser.add_argument("--html", type=Path, help="write a report with plots here")
    parser.add_argument("--budgets", type=Path, help="TOML file of limits; missed: status 1")
    parser.add_argument("--no-baselines", action="store_true", help="leave the comparisons out")
    add_target(parser)


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Options that change a profile; those that are not given leave it as it is."""
    parser.add_argument("--devices", type=int, help="simulated devices")
    parser.add_argument("--sites", type=int, help="schools among which they are dealt")
    parser.add_argument("--rate", type=float, help="window changes a second of each device")
    parser.add_argument("--seconds", type=float, help="length of the test")
    parser.add_argument("--class-size", type=int, help="pupils a class")
    parser.add_argument("--watched", type=int, help="devices in lessons")
    parser.add_argument("--teachers", type=int, help="watching teachers")
    parser.add_argument("--ramp", type=float, help="connections begun a second; 0: all at once")
    parser.add_argument("--tls", action="store_true", help="over TLS")


def add_target(parser: argparse.ArgumentParser) -> None:
    """Options that say where the load goes and comes from."""
    parser.add_argument("--hub", default="", help="address of a hub that runs already")
    parser.add_argument("--school", type=Path, help="with --hub: the file that seed-load wrote")
    parser.add_argument("--server-pid", type=int, help="with --hub: its process, to measure it")
    parser.add_argument("--ray", default="", help="address of a Ray cluster to spread over")
    parser.add_argument("--processes", type=int, default=1, help="at least so many for devices")


def profile_of(options: argparse.Namespace) -> Profile:
    """The profile that the options name, with their changes; raises `ValueError`, `OSError`."""
    profile = read_profile(options.profile)
    fields = ("devices", "sites", "seconds", "class_size", "watched", "teachers")
    changes: dict[str, Any] = {
        name: value for name in fields if (value := getattr(options, name)) is not None
    }
    if options.rate is not None:
        rates = profile.rates
        changes["rates"] = Rates(options.rate, rates.presence, rates.user, rates.event)
    if options.ramp is not None:
        devices = options.devices or profile.devices
        changes["arrive_within_s"] = devices / options.ramp if options.ramp else 0.0
    if options.tls:
        changes["tls"] = True
    return profile.with_(changes)


def run(options: argparse.Namespace) -> int:
    """0: done, clean and within budget; 1: not; 2: it could not run; 130: stopped at once."""
    console = Console(stderr=True)
    try:
        profile = profile_of(options)
        budgets = read_budgets(options.budgets) if options.budgets else ()
    except (ValueError, OSError) as error:
        console.print(f"error: {error}", style="red", highlight=False)
        return EXIT_FAILED
    if options.hub:
        console.print(WARNING.format(hub=options.hub), style="yellow", highlight=False)

    async def doing(stop: asyncio.Event, show_state: Show) -> Result:
        target = Target(options.hub, options.school, options.server_pid, tls=profile.tls)
        return await Experiment(
            profile,
            target,
            stop,
            show_state,
            started_at=options.started_at,
            has_baselines=not options.no_baselines,
            ray_address=options.ray,
            processes=options.processes,
        ).run()

    result = watch(doing, console)
    if isinstance(result, int):
        return result
    if options.json:
        write(result, options.json)
    if options.html:
        write_page(result, options.html)
    show(result, Console())
    failed = missed(budgets, result)
    for one in failed:
        console.print(f"budget missed: {one}", style="red", highlight=False)
    return 0 if result.is_clean and not failed else EXIT_UNCLEAN
