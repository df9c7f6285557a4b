"""What every test may rely on: displays, no Ray unless marked, no network beyond this machine.

Marks: `desktop` (X programs), `browser` (Chromium), `cluster` (Ray), `media` (seconds of video),
`slow` (waits for real time, or starts programs). A
test whose programs are missing is skipped by name with the reason; where the variable CI is "true"
every skip is a failure.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import PurePath

import pytest
from hypothesis import settings

from tests.displays import Display, run_xvfb
from tests.postgresql import Server, find_programs, run_postgresql

# How long one example takes says how busy the machine is.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")

PROGRAMS = {
    "desktop": ("Xvfb", "Xephyr", "xdotool", "xterm", "openbox", "xinput", "xrandr", "xprop"),
    "browser": ("chromium",),
}
RAY_PROGRAMS = frozenset({"raylet", "gcs_server"})

_violations: list[str] = []
_ray_allowed = False


def _in_ci() -> bool:
    return os.environ.get("CI") == "true"


# --- programs that a test needs ----------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Allow Ray only to tests with the mark; skip a test whose programs are not installed."""
    global _ray_allowed
    _ray_allowed = item.get_closest_marker("cluster") is not None
    _violations.clear()
    for mark, programs in PROGRAMS.items():
        if item.get_closest_marker(mark):
            missing = [program for program in programs if not shutil.which(program)]
            if missing:
                pytest.skip(f"needs {', '.join(missing)}: run scripts/system-packages")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one."""
    report = yield
    if _in_ci() and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: nothing may be skipped in CI: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a module that skips itself is a failed one."""
    report = yield
    if _in_ci() and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: nothing may be skipped in CI: {report.longrepr}"
    return report


# --- what a test may not do --------------------------------------------------------------------


def _watch(event: str, args: tuple[object, ...]) -> None:
    """Audit hook: refuses Ray to tests without its mark, and every address but this machine's."""
    if event == "subprocess.Popen":
        if not _ray_allowed and PurePath(_program(args)).name in RAY_PROGRAMS:
            _refuse("starts Ray without the mark `cluster`")
    elif event in ("socket.connect", "socket.sendto"):
        sock, address = args[0], args[1]
        assert isinstance(sock, socket.socket)
        harmless = event == "socket.connect" and sock.type == socket.SOCK_DGRAM
        if not harmless and isinstance(address, tuple) and not _is_here(str(address[0])):
            _refuse(f"reaches for {address[0]}")


def _program(args: tuple[object, ...]) -> str:
    executable, arguments = args[0], args[1]
    first = arguments[0] if isinstance(arguments, list | tuple) and arguments else arguments
    return str(executable or first)


def _is_here(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified


def _refuse(what: str) -> None:
    """Raise, and remember it: a program that takes errors in its stride must fail its test too."""
    _violations.append(what)
    raise PermissionError(f"this test {what}")


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _boundaries() -> Iterator[None]:
    """A test that tried what it may not do fails, even where the error was taken in stride."""
    yield
    assert not _violations, f"this test {', and '.join(_violations)}"


# --- displays ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def xvfb() -> Iterator[Display]:
    """One display of 1280x720 for the whole run; leave it as it was found."""
    with run_xvfb() as display:
        yield display


@pytest.fixture
def start_xvfb() -> Iterator[Callable[..., Display]]:
    """Starts further displays, `start_xvfb(width, height)`; they end with the test."""
    with ExitStack() as stack:

        def start(width: int = 1280, height: int = 720) -> Display:
            return stack.enter_context(run_xvfb(width, height))

        yield start


# --- databases ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server for the whole run; leave it running."""
    with _run_postgresql() as server:
        yield server


@pytest.fixture
def mortal_postgresql() -> Iterator[Server]:
    """A PostgreSQL server that a test may kill and start again."""
    with _run_postgresql() as server:
        yield server


def _run_postgresql() -> AbstractContextManager[Server]:
    programs = find_programs()
    if programs is None:
        pytest.skip("needs PostgreSQL: run scripts/system-packages")
    return run_postgresql(programs)
