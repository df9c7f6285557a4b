"""A morning: staff who sign in by password, each from the own place, within a minute."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from loadtests import machine
from loadtests.crew import State
from loadtests.experiment import Show, Target, hub_for
from loadtests.latency import percentiles
from loadtests.processes import look
from loadtests.rest import RestError, request
from loadtests.result import Result
from loadtests.school import Staff

_ADDRESSES = 200
"""Of loopback: staff of many schools do not share one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """So many people sign in, spread evenly over so long."""

    people: int = 300
    within_s: float = 60.0


async def measure(plan: Plan, started_at: str, stop: asyncio.Event, show: Show) -> Result:
    """How long a sign-in takes while all do, and what memory the hashes take.

    Raises what a run raises; stopped early, it is partial.
    """
    facts = machine.facts()
    failed: list[str] = []
    times_ms: list[float] = []
    async with hub_for(Target(), plan.people, 1, 1, show) as site:
        assert site.pid is not None
        before = await asyncio.to_thread(look, site.pid, time.monotonic(), counts_shared=False)
        most_mb = before.rss_mb
        password = site.school.teachers[0].password

        async def sign_in(at: int, staff: Staff) -> None:
            await asyncio.sleep(at * plan.within_s / plan.people)
            if stop.is_set():
                return
            body = {"user": staff.user, "password": password}
            source = f"127.0.0.{2 + at % _ADDRESSES}"
            began_s = time.monotonic()
            try:
                await asyncio.to_thread(
                    request, site.url, "POST", "/api/session", body, source=source
                )
            except (RestError, OSError) as error:
                failed.append(str(error))
            else:
                times_ms.append((time.monotonic() - began_s) * 1000)
            show("sign-ins", State("signing in", len(times_ms) / plan.people))

        async with asyncio.TaskGroup() as tasks:
            doing = [
                tasks.create_task(sign_in(at, staff))
                for at, staff in enumerate(site.school.teachers)
            ]
            while not all(task.done() for task in doing):
                usage = await asyncio.to_thread(
                    look, site.pid, time.monotonic(), counts_shared=False
                )
                most_mb = max(most_mb, usage.rss_mb)
                await asyncio.sleep(0.5)
    p50, p95 = percentiles(times_ms, (0.5, 0.95))
    return Result(
        profile="sign-ins",
        about="Staff sign in by password in the morning.",
        started_at=started_at,
        commit=machine.commit(),
        machine=facts,
        partial=stop.is_set(),
        load={"devices": 0, "people": plan.people, "seconds": plan.within_s},
        figures={
            "failures": float(len(failed)),
            "sign_ins": float(len(times_ms)),
            **({"sign_in_p50_ms": round(p50, 1)} if p50 is not None else {}),
            **({"sign_in_p95_ms": round(p95, 1)} if p95 is not None else {}),
            "sign_in_memory_mb": round(most_mb - before.rss_mb, 1),
        },
        notes=tuple(failed[:3]),
    )
