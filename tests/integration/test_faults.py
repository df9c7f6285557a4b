"""Three seeds of faults against three hubs: what they acknowledged is stored, once and as meant."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SEEDS = (1, 2, 17)
"""In 40 s these three hold every fault that a schedule for SQLite can hold."""
SECONDS = 40
DEVICES = 40
LATEST_S = 700
"""By then a run is over or hangs; nothing here has to be quick."""

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(900)]


def begin(folder: Path, *options: str) -> subprocess.Popen[str]:
    folder.mkdir()
    return subprocess.Popen(
        (
            *(sys.executable, "-m", "loadtests", "faults", "--devices", str(DEVICES)),
            *("--json", str(folder / "result.json"), "--keep", str(folder / "kept"), *options),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(run: subprocess.Popen[str], folder: Path) -> dict[str, object]:
    """The result of a run that kept every promise."""
    try:
        output, _ = run.communicate(timeout=LATEST_S)
    finally:
        # A run that is told to end ends its hub too; one that is killed cannot.
        run.terminate()
        run.wait(60)
    assert run.returncode == 0, output[-6000:]
    result: dict[str, object] = json.loads((folder / "result.json").read_bytes())
    return result


def test_three_seeds_of_faults_lose_double_and_move_nothing(tmp_path: Path) -> None:
    runs = {
        seed: begin(tmp_path / str(seed), "--seed", str(seed), "--seconds", str(SECONDS))
        for seed in SEEDS
    }
    for seed, run in runs.items():
        result = finish(run, tmp_path / str(seed))
        assert result["violations"] == []
        applied = [fault for fault in result["faults"] if not fault.get("skipped")]
        assert len(applied) >= 3
        # Every device said something, and all of it was acknowledged in the end; what a twin
        # left unsaid when it went is its own.
        assert result["acknowledged"] > DEVICES
        assert result["stored"] >= result["acknowledged"]
        assert result["commands"]["answered screens_locked"] > 0
