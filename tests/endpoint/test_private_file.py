"""A private file is replaced whole, and nobody else can read it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from endpoint.private_file import replace_private


def test_it_is_replaced_whole_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "file.json"
    for data in (b"one", b"a longer two"):
        replace_private(path, data)
        assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_a_crash_left_is_no_obstacle_and_what_cannot_be_written_is_said(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file.json"
    path.with_suffix(".new").write_bytes(b"half")
    replace_private(path, b"whole")
    assert path.read_bytes() == b"whole"
    blocked = tmp_path / "file.json" / "below"
    with pytest.raises(OSError, match=r"file\.json"):
        replace_private(blocked, b"x")
