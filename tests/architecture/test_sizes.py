"""Files stay small enough to read. The list of those that do not may only shrink."""

from __future__ import annotations

import pytest

from tests.architecture.sources import PACKAGES, ROOT, files, python_files

LIMIT = 400
TEST_LIMIT = 600
LONGER: dict[str, tuple[int, str]] = {
    "wire/messages.py": (660, "the whole catalogue of the protocol, to be read as one page"),
}
"""Files that may be longer: at most how many lines, and why."""


def sizes() -> dict[str, tuple[int, int]]:
    """Lines and limit of every file of Python and TypeScript that somebody wrote."""
    found = {str(path): LIMIT for path in python_files(*PACKAGES)}
    found |= {str(path): TEST_LIMIT for path in python_files("tests")}
    for path in files(ROOT / "frontend"):
        if path.suffix in {".ts", ".tsx"} and path.name != "messages.ts":
            limit = TEST_LIMIT if ".test." in path.name else LIMIT
            found[str(path.relative_to(ROOT))] = limit
    return {
        name: (len((ROOT / name).read_text(encoding="utf-8").splitlines()), limit)
        for name, limit in found.items()
    }


def test_no_file_is_longer_than_its_limit() -> None:
    long = {
        name: lines
        for name, (lines, limit) in sizes().items()
        if lines > LONGER.get(name, (limit, ""))[0]
    }
    assert long == {}


@pytest.mark.parametrize("name", LONGER)
def test_a_longer_file_still_needs_its_exception(name: str) -> None:
    lines, limit = sizes()[name]
    assert lines > limit, "take it off the list"
