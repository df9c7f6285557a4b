"""Two results side by side."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
from rich.console import Console

from loadtests.comparison import changes, differences, show_comparison, write_comparison
from loadtests.result import Result
from tests.loadtests.results import RESULT


def _other(**figures: float) -> Result:
    return msgspec.structs.replace(RESULT, commit="def", figures=RESULT.figures | figures)


def _verdict(name: str, other: Result) -> str:
    return next(one.verdict for one in changes(RESULT, other) if one.name == name)


def test_less_is_better_where_it_is_and_small_changes_say_nothing() -> None:
    assert _verdict("p95_ms", _other(p95_ms=15.0)) == "better"
    assert _verdict("p95_ms", _other(p95_ms=25.0)) == "worse"
    assert _verdict("p95_ms", _other(p95_ms=21.5)) == "same"
    assert _verdict("messages", _other(messages=150.0)) == ""


def test_one_lost_message_is_worse_than_none() -> None:
    assert _verdict("lost", _other(lost=1.0)) == "worse"


def test_a_figure_that_only_one_has_is_shown_without_a_verdict() -> None:
    other = _other(locks=10.0)
    assert _verdict("locks", other) == ""
    assert "classes locked" in _shown(other)


def test_what_else_differs_is_said() -> None:
    other = msgspec.structs.replace(RESULT, load={"devices": 60}, partial=True)
    assert differences(RESULT, other) == [
        "devices: 30 and 60",
        "2026-11-21T12:00:00+00:00 is partial",
    ]
    assert "not the same: devices: 30 and 60" in _shown(other)


def test_the_page_shows_both(tmp_path: Path) -> None:
    path = tmp_path / "both.html"
    write_comparison(RESULT, _other(p95_ms=40.0), path)
    page = path.read_text()
    assert "+100%" in page
    assert 'class="bad">worse' in page
    assert page.count("<polyline") == 8


def _shown(other: Result) -> str:
    out = io.StringIO()
    show_comparison(RESULT, other, Console(file=out, width=140))
    return out.getvalue()
