"""Spans of several processes join one trace; what is not traced costs and says nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from actors.tracing import continued, span
from tests.actors.collector import run_collector

HUB = """
import sys
from actors.tracing import enable, span
enable(sys.argv[1], "hub")
enable("http://127.0.0.1:9/v1/traces", "other")
with span("command", kind="Lock") as trace:
    print(trace.parent, flush=True)
    assert trace.endpoint == sys.argv[1]
"""
SHARD = """
import sys
from actors.tracing import Trace, continued, span
traces = [Trace(parent, sys.argv[1]) for parent in sys.argv[2:]]
with continued(traces, "shard", "batch", items=7) as further:
    assert len(further) == len(traces)
    with continued(further, "shard", "commit", records=2):
        pass
"""


def run(source: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source, *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_spans_of_two_processes_are_one_trace() -> None:
    with run_collector() as collector:
        parents = [run(HUB, collector.endpoint) for _ in range(2)]
        run(SHARD, collector.endpoint, *parents)
        spans = collector.until(lambda spans: len(spans) == 6)
    for parent in parents:
        _, trace, id_, _ = parent.split("-")
        mine = {one.name: one for one in spans if one.trace.hex() == trace}
        assert set(mine) == {"command", "batch", "commit"}
        command, batch, commit = mine["command"], mine["batch"], mine["commit"]
        assert (command.id.hex(), command.parent) == (id_, b"")
        assert batch.parent == command.id
        assert commit.parent == batch.id
        assert (command.part, batch.part) == ("formroom-hub", "formroom-shard")
        assert command.pid != batch.pid
        assert (command.attributes, batch.attributes) == ({"kind": "Lock"}, {"items": 7})


def test_without_a_collector_there_are_no_traces() -> None:
    with span("command") as trace:
        assert trace is None
    with continued((), "shard", "batch") as further:
        assert further == ()
