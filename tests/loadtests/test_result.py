"""The result as JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from loadtests.figures import FAULTS
from loadtests.result import read_result, write
from tests.loadtests.results import RESULT


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "result.json"
    write(RESULT, path)
    assert read_result(path) == RESULT


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match=r"other\.json is no result"):
        read_result(path)


def test_a_figure_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="speed"):
        msgspec.structs.replace(RESULT, figures={"speed": 1.0})


@pytest.mark.parametrize("fault", FAULTS)
def test_any_fault_makes_a_result_unclean(fault: str) -> None:
    assert RESULT.is_clean
    figures = RESULT.figures | {fault: 1.0}
    assert not msgspec.structs.replace(RESULT, figures=figures).is_clean
