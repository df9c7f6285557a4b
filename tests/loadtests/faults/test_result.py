from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from loadtests.faults.result import Broken, FaultsResult, Happened, show, write


def result(*violations: Broken) -> FaultsResult:
    return FaultsResult(
        seed=7,
        seconds=90.0,
        database="sqlite",
        devices=61,
        faults=(
            Happened("F01", "kill shard", 2.0, 0.1, "", 1.5, 2.5, 3.5),
            Happened("F08", "kill postgres", 9.0, 0.0, "the run is on SQLite"),
        ),
        said=100,
        acknowledged=90,
        stored=95,
        rejected=0,
        commands={"answered screens_locked": 3},
        refusals={"unavailable: try again": 2},
        quiet_after_s=1.25,
        hub_starts=1,
        violations=violations,
    )


def shown(one: FaultsResult) -> str:
    out = io.StringIO()
    show(one, Console(file=out, width=200))
    return out.getvalue()


def test_the_json_holds_faults_counts_and_evidence(tmp_path: Path) -> None:
    write(result(Broken("lost", 1, ("('pc-1', 'run', 3)",))), tmp_path / "out.json")
    found = json.loads((tmp_path / "out.json").read_bytes())
    assert found["faults"][0]["commands_out_s"] == 2.5
    assert found["faults"][1]["skipped"] == "the run is on SQLite"
    assert found["violations"] == [
        {"promise": "lost", "times": 1, "evidence": ["('pc-1', 'run', 3)"]}
    ]


def test_a_clean_run_says_so() -> None:
    assert result().is_clean
    text = shown(result())
    assert "every promise was kept" in text
    assert "refused 2 times: unavailable: try again" in text


def test_a_broken_promise_is_shown_with_its_evidence() -> None:
    one = result(Broken("lost", 1, ("('pc-1', 'run', 3)",)))
    assert not one.is_clean
    text = shown(one)
    assert "BROKEN lost: 1" in text
    assert "('pc-1', 'run', 3)" in text
    assert "every promise" not in text
