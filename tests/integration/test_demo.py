"""`formroom demo` shows a class, and leaves nothing behind."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.integration.programs import Program, started

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]


def wait_for(program: Program, text: str) -> None:
    until_s = time.monotonic() + 90
    while text not in program.output:
        assert time.monotonic() < until_s, program.output[-3000:]
        time.sleep(0.1)


def test_a_demonstration_ends_with_all_it_started_and_can_be_shown_again(tmp_path: Path) -> None:
    program = Program(tmp_path / "data", command="demo")
    for number in (signal.SIGINT, signal.SIGTERM):
        with started(program):
            wait_for(program, "Formroom is ready")
            time.sleep(1)
            assert any("simulate" in " ".join(p.cmdline()) for p in program.family())
            assert program.stop(number) == 0, program.output[-3000:]
            (program.data_dir / "output.txt").write_text("")


def test_a_demonstration_is_not_shown_among_real_people(tmp_path: Path) -> None:
    from tests.integration.test_server import school

    program = Program(school(tmp_path / "data"), command="demo")
    assert program.launch().wait(110) == 2
    assert "data_dir of its own" in program.output
    assert "Traceback" not in program.output
