"""A made-up result, for tests of what is done with results."""

from __future__ import annotations

from loadtests.result import Baseline, Result
from loadtests.sampler import Sample

RESULT = Result(
    profile="lesson",
    about="Classes in their lessons.",
    started_at="2026-11-21T12:00:00+00:00",
    commit="abc",
    machine={"cores": 2},
    partial=False,
    load={"devices": 30},
    figures={
        "messages": 75.0,
        "messages_per_s": 15.0,
        "p95_ms": 20.0,
        "lost": 0.0,
        "server_cpu_us_per_message": 125.0,
        "ratio_to_bare_socket": 1.84,
    },
    baselines={"bare_socket": Baseline(30, 75, 15.0, 68.0, 0.03)},
    samples=tuple(
        Sample(float(at), 30, 15, 15, 0, 10.0, 20.0, 30.0, {"hub": 0.1}, {"hub": 80.0}, 0.02, 70.0)
        for at in range(5)
    ),
)
