"""The hub's program on a data folder: started, found out about, killed, started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from loadtests.server import ServerFailed, hub_command, is_ready

START_S = 240.0
STOP_S = 30.0
LOG_TAIL = 15


class HubProgram:
    """`formroom serve` on a folder and a port, with settings in its environment.

    `end` leaves nothing running of what any of its lives started.
    """

    def __init__(self, folder: Path, port: int, settings: Mapping[str, str], *, log: Path) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        """What it printed, in all its lives."""
        self.starts = 0
        self.environment = {**os.environ, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[int, psutil.Process] = {}

    @property
    def is_running(self) -> bool:
        """Whether the hub's own process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The hub's own process; raises `ServerFailed` when it does not run."""
        if self._process is None or self._process.poll() is not None:
            raise ServerFailed("the hub does not run")
        return self._process.pid

    def launch(self, *, limits: tuple[str, ...] = ()) -> None:
        """Start the process, under another program if `limits` names one; does not wait."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*limits, sys.executable, "-m", *hub_command(self.folder, self.port)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    async def start(self, *, limits: tuple[str, ...] = ()) -> None:
        """Start, and wait until lessons can be served; raises `ServerFailed`."""
        self.launch(limits=limits)
        async with asyncio.timeout(START_S):
            while not await asyncio.to_thread(is_ready, self.url, "/ready"):
                if not self.is_running:
                    raise ServerFailed(f"the hub did not start:\n{self.tail()}")
                await asyncio.sleep(0.1)
        self.family()

    def family(self) -> list[psutil.Process]:
        """The hub's process and everything below it, now."""
        try:
            me = psutil.Process(self.pid)
            found = [me, *me.children(recursive=True)]
        except (psutil.NoSuchProcess, ServerFailed):
            return []
        self._known |= {process.pid: process for process in found}
        return found

    def find(self, name: str) -> list[psutil.Process]:
        """Processes of the hub whose command holds this name, oldest first."""
        found = []
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if any(name in part for part in process.cmdline()[:1]):
                    found.append(process)
        return sorted(found, key=lambda process: process.pid)

    def wait(self, timeout_s: float) -> int | None:
        """The exit code of the hub's own process; None when it runs on after so long."""
        assert self._process is not None
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """SIGKILL of the hub's own process; what it started is left to itself."""
        self.family()
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    async def stop(self) -> None:
        """End it in an orderly way, and whatever is left of any life."""
        self.family()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(self._process.wait, STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for process in self._known.values():
            # psutil compares the time of creation: an id that was given again is not meant.
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.is_running():
                    process.kill()

    def run(self, *arguments: str, timeout_s: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Another command of the program, with the same settings and data."""
        folder = ("--data-dir", str(self.folder))
        return subprocess.run(
            [sys.executable, "-m", "hub", *arguments, *folder],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def tail(self) -> str:
        """The last lines that it printed."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL:]) or "its log is empty"
