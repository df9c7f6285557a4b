"""The load tester against one real hub: a tenth of each load, and every message accounted for."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from loadtests.crew import Field, Stopped
from loadtests.drive import Drive, Outcome
from loadtests.experiment import Site, Target, field_of, hub_for
from loadtests.knee import Climb, Limits, climb
from loadtests.profiles import Act, Profile, Rates, read_profile
from loadtests.school import School

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

CLASS = 30


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Site]:
    """One hub whose school has a class for each test that teaches."""
    async with hub_for(Target(), 8 * CLASS, CLASS, 2, lambda part, state: None) as site:
        yield site


def _part(site: Site, first: int, count: int) -> Site:
    """The hub with some of its classes only."""
    school = School(
        site.url,
        site.school.devices[first * CLASS : (first + count) * CLASS],
        site.school.teachers[first : first + count],
    )
    return Site(site.url, site.pid, school)


async def _run(profile: Profile, site: Site) -> Outcome:
    return await Drive(
        profile,
        field_of(profile, site),
        asyncio.Event(),
        lambda state: None,
        measures_idle=False,
    ).run()


def _assert_clean(figures: dict[str, float]) -> None:
    faults = ("lost", "doubled", "disordered", "foreign", "unacknowledged", "rejected", "dropped")
    assert {name: figures.get(name) for name in faults if figures.get(name)} == {}


async def test_the_program_loads_a_hub_that_runs_and_judges_it(hub: Site, tmp_path: Path) -> None:
    part = _part(hub, 0, 2)
    school, out, page = (tmp_path / name for name in ("school.json", "result.json", "page.html"))
    school.write_bytes(msgspec.json.encode(part.school))
    budgets = tmp_path / "budgets.toml"
    budgets.write_text('[[budget]]\nfigure = "messages"\nmost = 1\nreason = "to miss it"\n')
    command = [*(sys.executable, "-m", "loadtests", "run", "lesson", "--devices", "60")]
    command += ["--rate", "2", "--seconds", "4", "--class-size", "30", "--no-baselines"]
    command += ["--hub", hub.url, "--school", str(school), "--server-pid", str(hub.pid)]
    command += ["--json", str(out), "--html", str(page), "--budgets", str(budgets)]
    run = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=200, check=False
    )
    said = " ".join((run.stdout + run.stderr).split())
    assert run.returncode == 1, said
    assert "Never point it at a server that people use" in said
    assert "budget missed: messages is" in said
    assert "to miss it" in said
    result = json.loads(out.read_bytes())
    figures = result["figures"]
    _assert_clean(figures)
    assert (result["load"]["devices"], result["partial"]) == (60, False)
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]
    assert figures["ray_processes"] > 0
    assert figures["server_cpu_cores"] > 0
    assert sum(sample["sent"] for sample in result["samples"]) > 0
    assert "<polyline" in page.read_text()


async def test_locks_and_events_of_an_incident_all_arrive(hub: Site) -> None:
    profile = read_profile("incident-storm").with_(
        {
            "devices": 60,
            "seconds": 9.0,
            "rates": {"window": 1.0, "event": 0.5},
            "acts": [
                {"do": "lock", "at_s": 0.5},
                {"do": "unlock", "at_s": 4.0},
                {"do": "lock", "at_s": 6.0},
            ],
        }
    )
    outcome = await _run(profile, _part(hub, 2, 2))
    figures = outcome.figures()
    _assert_clean(figures)
    assert (figures["locks"], figures["locks_unconfirmed"]) == (4, 0)
    assert len(outcome.tally.acknowledged_ms) == figures["events"] > 0


async def test_everybody_is_back_after_all_were_cut_at_one_instant(hub: Site) -> None:
    profile = Profile(
        name="storm",
        about="",
        devices=2 * CLASS,
        arrive_within_s=0.0,
        seconds=6.0,
        rates=Rates(window=0.5),
        acts=(Act("break", 2.0),),
    )
    figures = (await _run(profile, _part(hub, 4, 2))).figures()
    _assert_clean(figures)
    assert (figures["returned"], figures["away"]) == (2 * CLASS, 0)


async def test_a_wall_of_pictures_is_seen(hub: Site) -> None:
    profile = read_profile("pictures").with_(
        {"devices": CLASS, "seconds": 4.0, "acts": [{"do": "wall", "pictures_ms": 500}]}
    )
    figures = (await _run(profile, _part(hub, 6, 1))).figures()
    _assert_clean(figures)
    assert CLASS <= figures["pictures"] <= figures["pictures_sent"]


async def test_a_load_is_spread_over_ray(hub: Site, tmp_path: Path) -> None:
    part = _part(hub, 7, 1)
    school, out = tmp_path / "school.json", tmp_path / "result.json"
    school.write_bytes(msgspec.json.encode(part.school))
    command = [*(sys.executable, "-m", "loadtests", "run", "events", "--devices", "10")]
    command += ["--seconds", "3", "--hub", hub.url, "--school", str(school), "--ray", "local"]
    command += ["--processes", "2", "--json", str(out)]
    run = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=200, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    figures = json.loads(out.read_bytes())["figures"]
    assert figures["events"] > 0
    assert figures["unacknowledged"] == 0
    assert 0 < figures["event_p50_ms"] < 60_000


async def test_a_climb_takes_step_after_step_while_they_hold(hub: Site) -> None:
    steps = await climb(
        Climb(first=20.0, most=40.0, seconds=1.5, durable=True, limits=Limits(60_000.0, 100.0)),
        Field(hub.url, hub.pid, hub.school.devices[7 * CLASS :][10:20]),
        asyncio.Event(),
        lambda state: None,
    )
    assert [step.asked_per_s for step in steps] == [20.0, 32.0][: len(steps)]
    assert all(not step.reason for step in steps[:-1])
    assert len(steps) == 2 or steps[0].reason
    assert all(step.messages_per_s > 0 and step.p95_ms is not None for step in steps)


async def test_a_run_that_is_stopped_before_its_window_says_so(hub: Site) -> None:
    stop = asyncio.Event()
    stop.set()
    profile = Profile(name="stopped", about="", devices=5, lessons=False)
    field = Field(hub.url, hub.pid, hub.school.devices[7 * CLASS :][20:25])
    with pytest.raises(Stopped):
        await Drive(profile, field, stop, lambda state: None).run()
