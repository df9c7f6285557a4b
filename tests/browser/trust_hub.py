"""A trust of many schools behind the console, without devices: a store, a desk, and the pages."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from actors.ports import SiteSummary
from actors.stats import HubNote, HubSeen, RuntimeStats
from hub.passwords import Passwords
from hub.settings import Settings
from store.engine import open_store
from store.probes import ProbeResult, add_result
from store.records import Act, DeviceEvent
from store.sites import add_site
from store.writing import write_records
from tests.browser.programs import ROOT
from tests.hub.school import CHEAP, NOW_MS, School, fill
from tests.hub.test_standing import archivist, shard

SITES = 60
"""Further schools of the trust `oak`, beside `hill` and `dale`."""
EVENTS = 450
HOSTILE = "<img src=x onerror=alert(1)>"
DAY_MS = 86_400_000


@dataclass(frozen=True)
class TrustHub:
    """A running server of pages; people are those of `tests.hub.school.fill`."""

    address: str
    school: School


@contextlib.asynccontextmanager
async def run_trust_hub(folder: Path) -> AsyncIterator[TrustHub]:
    """Serve for as long as the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        settings = Settings(data_dir=folder, port=port, frontend_dir=ROOT / "frontend" / "dist")
        store = open_store(settings.database_url)
        passwords = Passwords(CHEAP)
        fill(store, passwords)
        passwords.close()
        school = School.open(store, settings)
        _fill(school)
        server = uvicorn.Server(
            uvicorn.Config(school.app(), log_config=None, lifespan="off")
        )  # fmt: skip
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        try:
            async with asyncio.TaskGroup() as group:
                serving = group.create_task(server.serve([listener]))
                yield TrustHub(settings.public_origins[0], school)
                server.should_exit = True
                await serving
        finally:
            school.context.passwords.close()
            store.close()


def _fill(school: School) -> None:
    store = school.context.store
    with store.writing() as session:
        for number in range(SITES):
            add_site(session, "oak", f"s{number:02}", f"School number {number}", NOW_MS)
    for number in range(SITES - 1):  # of the last one nothing is known now
        school.desk.standing[f"s{number:02}"] = SiteSummary(
            f"s{number:02}", 30, number, number // 2, number % 3, number // 3
        )
    for site in ("hill", "dale"):
        school.desk.standing[site] = SiteSummary(site, 2, 1, 1, 1, 1)
    events = [
        DeviceEvent(
            "oak", "hill", f"oak-pc{seq % 2 + 1}", "e", seq,
            "signed_on" if seq % 3 else "agent_started", "zoe", "", NOW_MS,
            NOW_MS - seq % 20 * DAY_MS, detail=HOSTILE if seq == EVENTS - 1 else "",
        )
        for seq in range(EVENTS)
    ]  # fmt: skip
    acts = [
        Act("oak", "hill", f"a{n}", NOW_MS + n, "ada", "Ada", "screen_viewed", "oak-pc1", "zoe")
        for n in range(150)
    ]
    write_records(store, [*events, *acts])
    for second in range(0, 7_200, 30):
        outcome = "down" if second == 3_600 else "up"
        at_ms = NOW_MS - 7_200_000 + second * 1000
        add_result(store, ProbeResult("probe-1", at_ms, outcome, 140), 90_000)
    standing = school.context.standing
    standing.hub, standing.database, standing.degraded = "hub-1", "sqlite", ""
    standing.started_at_ms = NOW_MS - DAY_MS
    notes = [
        HubNote(name, "server-1", 71, "https://formroom.example", 412, 9, 0, "")
        for name in ("hub-1", "hub-2")
    ]
    seen = HubSeen(notes[0], 1.0), HubSeen(notes[1], 45.0)
    before = RuntimeStats({"pool-0": shard(), "pool-1": shard(name="pool-1")}, archivist(20))
    standing.take(before, NOW_MS - 60_000)
    after = {"pool-0": replace(shard(), epoch="b"), "pool-1": None}
    standing.take(RuntimeStats(after, archivist(21, *seen)), NOW_MS - 2_000)
