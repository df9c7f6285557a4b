"""Durable messages outlive the agent, in a file that holds nothing else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from endpoint.spool import MOST, Spool
from wire.codec import encode
from wire.messages import EarlierReported, UserChanged
from wire.session import DeviceIdentity

IDENTITY = DeviceIdentity("oak", "hill", "pc-1")


def message(number: int) -> EarlierReported:
    return EarlierReported("e0", encode(UserChanged("amy", number), number))


def test_what_is_kept_is_read_by_the_next_run_in_its_order(tmp_path: Path) -> None:
    assert Spool(tmp_path, IDENTITY).read() == ()
    kept = (message(1), message(2))
    Spool(tmp_path, IDENTITY).keep(kept)
    assert Spool(tmp_path, IDENTITY).read() == kept
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_left_once_all_is_acknowledged(tmp_path: Path) -> None:
    spool = Spool(tmp_path, IDENTITY)
    spool.keep((message(1),))
    spool.keep(())
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_bounded_and_the_newest_stay(tmp_path: Path) -> None:
    spool = Spool(tmp_path, IDENTITY)
    spool.keep([message(number) for number in range(1, MOST + 3)])
    read = spool.read()
    assert len(read) == MOST
    assert read[-1] == message(MOST + 2)


def test_a_file_that_is_none_is_said_and_costs_nothing_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(tmp_path, IDENTITY)
    spool.keep((message(1),))
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"[{]")
    assert spool.read() == ()
    assert "cannot be read" in caplog.text
    spool.keep((message(2),))
    assert spool.read() == (message(2),)


def test_a_full_disk_does_not_stop_the_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    Spool(tmp_path / "file", IDENTITY).keep((message(1),))
    assert "cannot be written" in caplog.text
