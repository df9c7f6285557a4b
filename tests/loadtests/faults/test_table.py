from __future__ import annotations

import pytest

from loadtests.faults.table import TABLE, row


def test_every_fault_of_the_promise_is_there_once() -> None:
    numbers = [*range(1, 17), *range(18, 24), *range(26, 29)]
    assert [one.id for one in TABLE] == [f"F{number:02}" for number in numbers]


def test_a_fault_is_found_by_its_id() -> None:
    assert row("F05").is_scheduled
    with pytest.raises(ValueError, match="F99"):
        row("F99")
