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
    assert (result["lost"], result["doubled"], result["disordered"]) == (0, 0, 0)
    assert (result["devices"], result["teachers"]) == (30, 2)
    assert abs(result["messages"] - 30 * 2.0 * result["seconds"]) <= 30
    assert 0 < result["p50_ms"] <= result["p95_ms"] <= result["p99_ms"]
    assert result["unacknowledged"] == 0
    assert result["ray_processes"] > 0
    assert result["server_rss_mb"] > 0
    assert result["server_cpu_cores"] > 0
    assert not result["partial"]
