"""The rules of `tests/conftest.py`, seen from outside: pytest runs on a small file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow

MODULE = """
import contextlib, socket, subprocess, pytest

def test_beyond():
    with socket.socket() as one, contextlib.suppress(OSError):
        one.connect(("192.0.2.1", 80))

def test_here():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def test_ray():
    with contextlib.suppress(OSError):
        subprocess.run(["/nowhere/raylet"])

@pytest.mark.cluster
def test_marked_ray():
    with pytest.raises(FileNotFoundError):
        subprocess.run(["/nowhere/raylet"])

@pytest.mark.browser
def test_page():
    pass
"""
SKIPPED_MODULE = "import pytest\npytest.skip('not today', allow_module_level=True)\n"


def outcome(folder: Path, ci: str) -> tuple[int, str]:
    """Exit code and output of pytest on the files above, with no system program in reach."""
    (folder / "test_small.py").write_text(MODULE, encoding="utf-8")
    (folder / "test_skipped.py").write_text(SKIPPED_MODULE, encoding="utf-8")
    settings = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere", "CI": ci}
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    where = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), str(folder)]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "--continue-on-collection-errors", *plugins, *where],
        cwd=folder,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


@pytest.fixture(scope="module")
def outside_ci(tmp_path_factory: pytest.TempPathFactory) -> str:
    code, output = outcome(tmp_path_factory.mktemp("outside"), "")
    assert code == 1, output
    return output


@pytest.fixture(scope="module")
def in_ci(tmp_path_factory: pytest.TempPathFactory) -> str:
    code, output = outcome(tmp_path_factory.mktemp("ci"), "true")
    assert code == 1, output
    return output


def failed(output: str) -> set[str]:
    return set(re.findall(r"^(?:FAILED|ERROR) .*?(?:::(\w+)|(test_skipped\.py))", output, re.M))


def test_a_test_that_reaches_beyond_this_machine_fails_even_if_it_takes_the_error(
    outside_ci: str,
) -> None:
    assert "this test reaches for 192.0.2.1" in outside_ci


def test_ray_cannot_start_without_its_mark(outside_ci: str) -> None:
    assert "this test starts Ray without the mark `cluster`" in outside_ci


def test_what_is_allowed_passes(outside_ci: str) -> None:
    assert failed(outside_ci) == {("test_beyond", ""), ("test_ray", "")}


def test_missing_programs_skip_a_test_with_the_reason(outside_ci: str) -> None:
    assert re.search(r"^SKIPPED .*needs chromium: run scripts/system-packages", outside_ci, re.M)


def test_nothing_may_be_skipped_in_ci(in_ci: str) -> None:
    assert {("test_page", ""), ("", "test_skipped.py")} <= failed(in_ci)
    assert "skipped" not in in_ci.splitlines()[-1]
