"""What server processes cost, measured on real ones."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from loadtests.processes import Usage, cost, is_ray, look, name_of

_BURN = "import time\nwhile True: pass"


@pytest.fixture
def family() -> Iterator[psutil.Popen]:
    """A process that sleeps and has a child that does not."""
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_BURN!r}])"
    parent = psutil.Popen([sys.executable, "-c", code])
    while not parent.children():
        time.sleep(0.01)
    children = parent.children()
    yield parent
    for process in (*children, parent):
        process.kill()
    parent.wait()


def test_the_work_of_a_child_is_counted(family: psutil.Popen) -> None:
    before = look(family.pid, time.monotonic())
    while sum(look(family.pid, 0.0).cpu_s.values()) < sum(before.cpu_s.values()) + 0.2:
        time.sleep(0.02)
    after = look(family.pid, time.monotonic())
    assert len(after.cpu_s) == 2
    assert cost(before, after).cpu_s >= 0.19
    assert after.rss_mb > 0


def test_a_process_that_is_gone_is_an_error() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    with pytest.raises(psutil.NoSuchProcess):
        look(process.pid, 0.0)


def test_a_new_process_counts_from_its_beginning_and_equal_names_add_up() -> None:
    names = {1: "hub", 2: "ray::Shard", 3: "ray::Shard"}
    before = Usage(0.0, {1: 5.0, 2: 1.0}, {1: "hub", 2: "ray::Shard renamed since"}, 0, None, 1)
    after = Usage(10.0, {1: 6.0, 2: 3.0, 3: 2.0}, names, 0, None, 2)
    spent = cost(before, after)
    assert spent.cpu_s == 5.0
    assert spent.cores == 0.5
    assert spent.by_process == {"ray::Shard": 0.4, "hub": 0.1}


@pytest.mark.parametrize(
    ("command", "name", "ray"),
    [
        (["ray::ShardActor.run"], "ray::ShardActor", True),
        (["/x/site-packages/ray/core/src/ray/raylet/raylet", "--a=1"], "raylet", True),
        (["/x/python", "-u", "/x/site-packages/ray/_private/monitor.py"], "monitor.py", True),
        (["/x/python3.11", "-m", "hub", "serve", "--port", "1"], "python hub serve", False),
        ([], "", False),
    ],
)
def test_processes_are_told_apart(command: list[str], name: str, ray: bool) -> None:
    assert name_of(command) == name
    assert is_ray(command) is ray


def test_a_plain_process_is_not_ray() -> None:
    with subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE) as plain:
        assert look(plain.pid, 0.0).ray_processes == 0
        plain.communicate(b"\n")
