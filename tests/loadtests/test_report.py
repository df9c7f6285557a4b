"""The result as JSON and as a table."""

from __future__ import annotations

import io
import json
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from loadtests.report import Baseline, LessonResult, show, write

_RESULT = LessonResult(
    profile="lesson",
    started_at="2026-11-21T12:00:00+00:00",
    commit="abc",
    machine={"cores": 2},
    partial=False,
    devices=30,
    watched=30,
    teachers=1,
    classes=1,
    seconds=5.0,
    messages=75,
    messages_per_s=15.0,
    p50_ms=10.0,
    p95_ms=20.0,
    p99_ms=30.0,
    max_ms=31.0,
    lost=0,
    doubled=0,
    disordered=0,
    foreign=0,
    unacknowledged=0,
    rejected=0,
    dropped=0,
    failures=0,
    connect_s=0.5,
)


def test_the_json_has_every_field_even_what_was_not_measured(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "result.json"
    write(_RESULT, path)
    written = json.loads(path.read_bytes())
    assert set(written) == {field.name for field in msgspec.structs.fields(LessonResult)}
    assert written["ratio_to_bare_socket"] is None
    assert written["p95_ms"] == 20.0


@pytest.mark.parametrize(
    "fault", ["lost", "doubled", "disordered", "foreign", "rejected", "dropped"]
)
def test_any_fault_makes_a_result_unclean(fault: str) -> None:
    assert _RESULT.is_clean
    assert not msgspec.structs.replace(_RESULT, **{fault: 1}).is_clean


def test_the_table_says_what_was_measured_and_what_was_not() -> None:
    out = io.StringIO()
    bare = Baseline(30, 75, 15.0, 68.0, 0.03)
    result = msgspec.structs.replace(
        _RESULT, ratio_to_bare_socket=1.84, bare_socket=bare, notes=("stopped early",)
    )
    show(result, Console(file=out, width=120))
    assert "10 / 20 / 30 ms" in out.getvalue()
    assert "1.84 x" in out.getvalue()
    assert "note: stopped early" in out.getvalue()
    assert "- x" in out.getvalue()
