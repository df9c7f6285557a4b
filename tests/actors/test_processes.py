"""Processes are found with all that they started, and end for certain."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from actors.processes import children, descendants, end, end_recorded, record

pytestmark = pytest.mark.slow

PARENT = (
    "import subprocess, sys;"
    "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]);"
    "print(child.pid, flush=True); child.wait()"
)
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(600)"
)


def test_a_process_and_its_children_end_also_when_they_do_not_want_to() -> None:
    before = children()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, STUBBORN], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    told = [parent.stdout.readline(), parent.stdout.readline()]
    (pid,) = [int(line) for line in told if line.strip() != "up"]
    roots = children() - before
    assert {process.pid for process in roots} == {parent.pid}
    family = descendants(roots)
    assert {process.pid for process in family} == {parent.pid, pid}
    end(family)
    assert not psutil.pid_exists(pid)
    assert not psutil.pid_exists(parent.pid)
    parent.stdout.close()
    parent.wait()


def test_what_is_gone_already_is_no_trouble() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        gone = psutil.Process(process.pid)
    assert descendants([gone]) == set()
    end([gone])


def test_what_a_killed_program_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "started.json"
    with (
        subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE) as left,
        subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE) as stranger,
    ):
        for one in (left, stranger):
            assert one.stdout is not None
            one.stdout.readline()
        record(file, [psutil.Process(left.pid)])
        rows = json.loads(file.read_text())
        # The same id as it would be given again later: not the process that was noted.
        rows.append([stranger.pid, psutil.Process(stranger.pid).create_time() - 60])
        file.write_text(json.dumps(rows))
        try:
            assert end_recorded(file) == 1
            assert not psutil.pid_exists(left.pid)
            assert stranger.poll() is None
        finally:
            stranger.kill()
    assert end_recorded(file) == 0
