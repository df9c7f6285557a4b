"""The programs of a browser test: a hub, pupils' agents, and X displays within X displays."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import mss
import numpy as np
import psutil
from numpy.typing import NDArray

from hub.passwords import Passwords
from safeguarding.permissions import Grant, Role
from store.engine import open_store
from store.people import add_person, set_password, set_roles
from tests.displays import Display, read_number

ROOT = Path(__file__).parents[2]
START_S = 90.0
END_S = 20.0
WAIT_S = 30.0
"""How long anything may take that people would wait for; on a busy machine too."""

T = TypeVar("T")


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(look: Callable[[], T], what: str, *, limit_s: float = WAIT_S, pause_s: float = 0.05) -> T:
    """The first true answer of `look`; fails with `what` when there is none within `limit_s`."""
    deadline = time.monotonic() + limit_s
    while not (answer := look()):
        assert time.monotonic() < deadline, f"{what}: not within {limit_s:g} s"
        time.sleep(pause_s)
    return answer


class Hub:
    """A hub in a process of its own, over as many lives as the test gives it."""

    def __init__(self, command: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.data_dir = folder / "data"
        self._command = command
        self._log = folder / "hub.log"
        self._settings = {
            "FORMROOM_PORT": str(self.port),
            "FORMROOM_DATA_DIR": str(self.data_dir),
            "FORMROOM_LOOPBACK_MEDIA": "true",
            "FORMROOM_PUBLIC_ORIGINS": self.address,
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """What it has printed, in all its lives."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the hub and of its commands."""
        return os.environ | self._settings

    def start(self) -> None:
        """Begin a life; returns once it is ready to be used."""
        written = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hub", self._command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        def is_up() -> bool:
            said = self._log.read_bytes()[written:].decode(errors="replace")
            assert self._process is not None
            assert self._process.poll() is None, f"the hub ended:\n{said}"
            return re.search("ready: http|listens on http", said) is not None and self._is_ready()

        until(is_up, "the hub is ready", limit_s=START_S, pause_s=0.1)

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut would, with everything that it started."""
        self._end(signal.SIGKILL)

    def run(self, *arguments: str) -> str:
        """Run another command of the hub on the same data; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "hub", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=START_S,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def enrol(self, folder: Path, name: str, *more: str) -> Path:
        """The enrolment file of a new PC."""
        pattern = f"{name} {{n}}"
        return Path(self.run("enrol", "--name-pattern", pattern, "--out", str(folder), *more)[:-1])

    def add_teacher(self, trust: str, site: str, user: str, name: str, password: str) -> None:
        """Give another person of the school an account."""
        now_ms = time.time_ns() // 1_000_000
        store = open_store(f"sqlite:///{self.data_dir / 'formroom.sqlite3'}")
        try:
            with store.writing() as session:
                add_person(session, trust, user, user, name, now_ms)
                set_roles(session, trust, user, [Grant(Role.TEACHER, site)])
                set_password(session, trust, user, Passwords().hash_now(password), now_ms)
        finally:
            store.close()

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}/ready") as got:
            return bool(json.load(got)["status"] == "ok")
        return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        try:
            process.wait(END_S)
        finally:
            # Nothing of it may be left, whatever the test did; the group is this hub's own.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(END_S)


class Agent:
    """A pupil's agent on a display."""

    def __init__(
        self, enrolment: Path, display: Display, state: Path, environment: Mapping[str, str]
    ) -> None:
        self._command = [sys.executable, "-m", "endpoint", "run", "--enrolment", str(enrolment)]
        self._environment = {
            **display.environment,
            "FORMROOM_ENDPOINT_LOOPBACK_MEDIA": "true",
            "FORMROOM_ENDPOINT_STATE_FOLDER": str(state),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin a life."""
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """End it as the end of the pupil's session does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a fault would."""
        self._end(signal.SIGKILL)

    def children(self, kind: str) -> list[psutil.Process]:
        """Its processes of one kind, `media` or `notice`."""
        assert self._process is not None
        found = []
        for child in psutil.Process(self._process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if kind in child.cmdline():
                    found.append(child)
        return found

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


@contextmanager
def run_xephyr(outer: Display) -> Iterator[Display]:
    """A display in a window that fills the outer one.

    Whatever is typed at the outer one comes from the inner one's physical devices, as a pupil's
    hand would; XTest on the inner one is remote control.
    """
    reader, writer = os.pipe()
    size = f"{outer.width}x{outer.height}"
    command = ["Xephyr", "-displayfd", str(writer), "-screen", size, "-nolisten", "tcp", "-noreset"]
    # Without a cursor of its own Xephyr dies when a grabbed device is given back.
    command += ["-sw-cursor", "-no-host-grab"]
    with program(command, outer.environment, pass_fds=(writer,)) as server:
        os.close(writer)
        try:
            yield Display(f":{read_number(reader)}", server.pid, outer.width, outer.height)
        finally:
            os.close(reader)


@contextmanager
def program(
    command: list[str], environment: Mapping[str, str], pass_fds: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Another program for as long as the block runs."""
    with subprocess.Popen(
        command,
        env=dict(environment),
        pass_fds=pass_fds,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(END_S)
            except subprocess.TimeoutExpired:
                running.kill()


def xdotool(display: Display, *arguments: str) -> None:
    """Move, click or type on a display."""
    subprocess.run(["xdotool", *arguments], env=display.environment, check=True, timeout=WAIT_S)


def hand_types(hand: Display, line: str, typed: Callable[[], str]) -> None:
    """Have the pupil click into the terminal and type a line, again until it has arrived."""

    def arrived() -> bool:
        xdotool(hand, "mousemove", "300", "300", "click", "1", "type", f"{line}\n")
        time.sleep(0.3)
        return f"{line}\n" in typed()

    until(arrived, f"what the pupil types: {line}")


def windows(display: Display) -> str:
    """Titles and places of the windows that are on a display, as xwininfo lists them."""
    return subprocess.run(
        ["xwininfo", "-root", "-tree"],
        env=display.environment,
        check=True,
        timeout=WAIT_S,
        capture_output=True,
        text=True,
        errors="replace",
    ).stdout


def visible(display: Display, title: str) -> bool:
    """Whether a window of this title is shown: mapped, not only known."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", title],
        env=display.environment,
        capture_output=True,
        timeout=WAIT_S,
    )
    return found.returncode == 0 and bool(found.stdout.strip())


def picture(display: Display) -> NDArray[np.uint8]:
    """What the display shows: rows of pixels, red, green, blue."""
    with mss.MSS(display=display.name) as grabber:
        shot = grabber.grab(grabber.monitors[0])
        pixels = np.frombuffer(shot.rgb, np.uint8)
    return pixels.reshape(shot.height, shot.width, 3)


@contextmanager
def xterm(display: Display, file: Path, title: str = "Essay") -> Iterator[Callable[[], str]]:
    """A terminal with the keyboard; yields what tells every line that was typed into it."""
    command = ["xterm", "-T", title, "-geometry", "80x24+100+120", "-e", f"cat > '{file}'"]
    with program(command, display.environment | {"LC_ALL": "C.UTF-8"}):
        until(lambda: visible(display, title), "the terminal is there")
        until(file.exists, "the terminal's program runs")
        xdotool(display, "search", "--onlyvisible", "--name", title, "windowactivate", "--sync")
        yield lambda: file.read_text(encoding="utf-8")
