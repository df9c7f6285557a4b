"""The trust's overview with many schools and the events of weeks in the store."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from loadtests import machine
from loadtests.crew import State
from loadtests.experiment import Show, Target, hub_for
from loadtests.latency import percentiles
from loadtests.rest import request
from loadtests.result import Result


@dataclass(frozen=True, slots=True)
class Plan:
    """So many schools and events; the overview is asked so often."""

    sites: int = 100
    devices: int = 3000
    events: int = 1_000_000
    asks: int = 100


async def measure(plan: Plan, started_at: str, stop: asyncio.Event, show: Show) -> Result:
    """How long an answer takes, the first one included; raises what a run raises."""
    facts = machine.facts()
    times_ms: list[float] = []
    async with hub_for(Target(), plan.devices, 10, plan.sites, show, events=plan.events) as site:
        if site.school.admin is None:
            raise ValueError("the school has nobody who administers the trust")
        cookie = site.school.admin.cookie
        while len(times_ms) < plan.asks and not stop.is_set():
            began_s = time.monotonic()
            answer, _ = await asyncio.to_thread(
                request, site.url, "GET", "/api/trust/overview", None, cookie
            )
            times_ms.append((time.monotonic() - began_s) * 1000)
            show("overview", State("asking", len(times_ms) / plan.asks))
            await asyncio.sleep(0.1)
    stored = sum(day["count"] for one in answer["sites"] for day in one["days"])
    p50, p95 = percentiles(times_ms, (0.5, 0.95))
    assert p50 is not None
    assert p95 is not None
    return Result(
        profile="overview",
        about="The trust's overview, asked again and again by its administrator.",
        started_at=started_at,
        commit=machine.commit(),
        machine=facts,
        partial=stop.is_set(),
        load={"devices": plan.devices, "sites": plan.sites, "events": plan.events},
        figures={
            "overview_p50_ms": round(p50, 1),
            "overview_p95_ms": round(p95, 1),
            "events_stored": float(stored),
            "sites": float(len(answer["sites"])),
        },
        notes=(f"the first answer took {times_ms[0]:.0f} ms",),
    )
