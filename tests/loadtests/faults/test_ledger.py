from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.faults.ledger import Acknowledged, Ledger, Rejected, Said, read_entries

SAID = Said("pc-1", "run-1", 3, "signed_on", "ana", "north")


def test_what_is_synced_can_be_read_again_in_order(tmp_path: Path) -> None:
    book = Ledger(tmp_path / "ledger")
    entries = [SAID, Acknowledged("pc-1", "run-1", 3), Rejected("pc-1", "run-1", 4)]
    for entry in entries:
        book.write(entry)
    book.sync()
    assert list(read_entries(tmp_path / "ledger")) == entries
    assert book.said == {("pc-1", "run-1", 3): SAID}
    assert book.acknowledged == {("pc-1", "run-1", 3)}
    assert book.rejected == {("pc-1", "run-1", 4)}
    book.close()


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    book = Ledger(tmp_path / "ledger")
    book.write(SAID)
    book.close()
    path = tmp_path / "ledger"
    path.write_bytes(path.read_bytes() + b'["said","pc-')
    assert list(read_entries(path)) == [SAID]


def test_one_id_cannot_be_said_twice(tmp_path: Path) -> None:
    book = Ledger(tmp_path / "ledger")
    book.write(SAID)
    with pytest.raises(ValueError, match="said twice"):
        book.write(SAID)
    book.close()
