"""The load tester against the real program: a small class, and every message accounted for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.cluster
@pytest.mark.timeout(300)
def test_a_class_of_thirty_loses_and_doubles_nothing(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    run = subprocess.run(
        (
            *(sys.executable, "-m", "loadtests", "run", "lesson", "--devices", "30"),
            *("--rate", "2", "--seconds", "5", "--class-size", "15", "--json", str(out)),
            "--no-baselines",
        ),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    result = json.loads(out.read_bytes())
    figures = result["figures"]
    assert (figures["lost"], figures["doubled"], figures["disordered"]) == (0, 0, 0)
    assert result["load"]["devices"] == 30
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]
    assert figures["unacknowledged"] == 0
    assert figures["ray_processes"] > 0
    assert figures["server_rss_mb"] > 0
    assert figures["server_cpu_cores"] > 0
    assert not result["partial"]
