"""A lock is one trace, from the hub through a shard to the archivist: three processes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from actors import tracing
from actors.cluster import Plan, RayRuntime, make_plan
from store.engine import open_store
from tests.actors.collector import Span, run_collector
from tests.hub.sockets.school import TRUST, fill, running_hub
from wire.messages import LockAsked

pytestmark = pytest.mark.cluster
SECRET = "Message that is nobody's business"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "formroom.sqlite3"
    store = open_store(f"sqlite:///{path}")
    fill(store)
    store.close()
    return path


def plan_of(url: str) -> Plan:
    """One shard."""
    return make_plan(
        version="test",
        revision=0,
        shards=1,
        cores=1,
        devices_per_shard=0,
        order_lease_s=90.0,
        database_url=url,
        devices={},
    )


def of_lock(spans: list[Span]) -> list[Span]:
    """The spans of the trace that began with the lock."""
    locks = {one.trace for one in spans if one.attributes.get("kind") == "Lock"}
    return [one for one in spans if one.trace in locks]


async def test_a_lock_is_one_trace_over_three_processes(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_endpoint", "")
    with run_collector() as collector:
        tracing.enable(collector.endpoint, "hub")
        async with running_hub(
            database,
            make_runtime=lambda url, clock_s: RayRuntime(plan_of(url), url, clock_s=clock_s),
        ) as hub:
            lesson = await hub.lesson("pc-1")
            async with hub.teacher(lesson) as teacher, hub.pc("pc-1").connected() as pc:
                await pc.welcomed()
                await teacher.must(LockAsked(lesson, (), SECRET))
                spans = await asyncio.to_thread(
                    collector.until, lambda spans: len(of_lock(spans)) >= 3
                )
    hub_span, shard_span, archivist_span = sorted(
        of_lock(spans), key=lambda one: ["hub", "shard", "archivist"].index(one.part[9:])
    )
    assert (hub_span.name, hub_span.parent) == ("hub command", b"")
    assert (shard_span.name, shard_span.parent) == ("shard batch", hub_span.id)
    assert (archivist_span.name, archivist_span.parent) == ("archivist commit", shard_span.id)
    assert len({hub_span.pid, shard_span.pid, archivist_span.pid}) == 3
    told = repr([one.attributes for one in spans])
    for word in (SECRET, TRUST, "khan", "pc-1"):
        assert word not in told
