"""The result as a table."""

from __future__ import annotations

import io

import msgspec
from rich.console import Console

from loadtests.report import show
from tests.loadtests.results import RESULT


def test_the_table_says_what_was_measured_with_its_unit() -> None:
    out = io.StringIO()
    show(msgspec.structs.replace(RESULT, notes=("stopped early",)), Console(file=out, width=140))
    assert "20 ms" in out.getvalue()
    assert "1.84 x" in out.getvalue()
    assert "note: stopped early" in out.getvalue()
    assert "all connected after" not in out.getvalue()
