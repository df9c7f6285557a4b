"""Processes are found with all that they started, and end for certain."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from actors.processes import children, descendants, end

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
