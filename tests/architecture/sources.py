"""The files of this project, as the tests of this folder see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = (
    "wire",
    "safeguarding",
    "store",
    "actors",
    "webrtc",
    "hub",
    "endpoint",
    "loadtests",
    "scripts",
)
_MADE = {
    ".git",
    ".venv",
    "var",
    "node_modules",
    "dist",
    "build",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}
"""Folders that are made, not written."""


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that somebody wrote."""
    for path in sorted(folder.iterdir()):
        if path.name in _MADE or path.suffix == ".egg-info":
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def python_files(*folders: str) -> list[Path]:
    """Python files of these folders, relative to the root."""
    found = (path for folder in folders for path in files(ROOT / folder) if path.suffix == ".py")
    return [path.relative_to(ROOT) for path in found]
