"""Every source file has its test file. The list of those that have none may only shrink."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT, python_files

EXCEPTIONS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "untested.toml").read_text(encoding="utf-8")
)
"""Source files without a test file of their own, each with the reason."""


def mirrored() -> dict[str, Path]:
    """Source files that need a test file, with the one that they need."""
    return {
        path.as_posix(): Path("tests", path.parent, f"test_{path.stem.strip('_')}.py")
        for path in python_files(*PACKAGES)
        if path.name != "__init__.py" and "migrations" not in path.parts
    }


def test_every_source_file_has_its_test_file() -> None:
    missing = [name for name, test in mirrored().items() if not (ROOT / test).exists()]
    assert [name for name in missing if name not in EXCEPTIONS] == []


def test_the_list_of_exceptions_only_shrinks() -> None:
    sources = mirrored()
    stale = [name for name in EXCEPTIONS if name not in sources or (ROOT / sources[name]).exists()]
    assert stale == [], "these are gone or have their test now: take them off untested.toml"


def test_every_exception_has_a_reason() -> None:
    assert [name for name, reason in EXCEPTIONS.items() if len(reason) < 10] == []
