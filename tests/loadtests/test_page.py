"""The HTML report stands alone and shows what the result holds."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from loadtests.page import page_of, write_page
from tests.loadtests.results import RESULT


def test_the_page_needs_no_other_file() -> None:
    page = page_of(RESULT)
    assert not re.search(r"<script|<link|<img|src=|href=|url\(|@import", page)


def test_the_page_has_every_figure_and_a_line_for_every_series() -> None:
    page = page_of(RESULT)
    assert "device to teacher, p95" in page
    assert "20 ms" in page
    assert page.count("<polyline") == 11
    assert "bare socket" in page


def test_words_of_a_result_cannot_become_markup(tmp_path: Path) -> None:
    odd = msgspec.structs.replace(RESULT, about="<b>bold</b>", notes=("<i>",))
    path = tmp_path / "page.html"
    write_page(odd, path)
    assert "<b>" not in path.read_text()
    assert "<i>" not in path.read_text().replace('<i style="background', "")


def test_a_run_that_was_too_short_for_samples_has_no_charts() -> None:
    assert "<svg" not in page_of(msgspec.structs.replace(RESULT, samples=()))
