from __future__ import annotations

import re

import pytest

from scripts.generation.page import render_page
from scripts.generation.schema import Structure, read_schema
from wire import codec, errors

SCHEMA = read_schema()
PAGE = render_page(SCHEMA)


@pytest.mark.parametrize("structure", SCHEMA.structures.values(), ids=lambda one: one.name)
def test_every_message_and_record_is_there_with_every_field(structure: Structure) -> None:
    title = f"`{structure.wire_name}`" if structure.wire_name else structure.name
    section = PAGE.split(f"#### {title}\n")[1].split("\n### ")[0].split("\n#### ")[0]
    for field in structure.fields:
        [row] = re.findall(rf"^\| `{field.name}` \|.*$", section, re.M)
        assert ("*required*" in row) is field.required


@pytest.mark.parametrize("fault", errors.Fault)
def test_every_fault_is_explained_with_its_code(fault: errors.Fault) -> None:
    assert re.search(rf"^\| `{fault.value}` \| {errors.CLOSE_CODES[fault]} \| \w.*\|$", PAGE, re.M)


def test_limits_are_stated() -> None:
    for limit in (codec.FRAME_LIMIT, codec.CONTROL_LIMIT, codec.HELLO_LIMIT):
        assert f"| {limit} |" in PAGE


def test_every_link_within_the_page_has_its_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.M)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) - anchors == set()


def test_nothing_of_the_template_is_left_open() -> None:
    assert "@@" not in PAGE
