"""What the documents name exists."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("endpoint/*.md"))
    if path.name not in ("CHANGELOG.md",)
)
_PATH = re.compile(r"`([a-z_]+/[A-Za-z0-9_./-]+\.(?:py|ts|tsx|toml|md|json|png))`")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
_TARGET = re.compile(r"`make ([a-z-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_a_document_names_exists(document) -> None:
    text = document.read_text(encoding="utf-8")
    named = {ROOT / path for path in _PATH.findall(text)}
    linked = {document.parent / path for path in _LINK.findall(text)}
    assert sorted(str(path.relative_to(ROOT)) for path in named | linked if not path.exists()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_target_that_a_document_names_exists(document) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(_TARGET.findall(document.read_text(encoding="utf-8"))) <= targets
