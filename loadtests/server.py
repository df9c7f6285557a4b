"""Server programs that a run starts, and ends again."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psutil

from loadtests.school import School, read_school

_START_S = 90.0
_STOP_S = 30.0
_LOG_TAIL = 15


class ServerFailed(RuntimeError):
    """A server did not start or is gone; the text says what its log says."""


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def seed_hub(
    folder: Path,
    devices: int,
    class_size: int,
    port: int,
    environment: Mapping[str, str] | None = None,
    *,
    sites: int = 1,
    events: int = 0,
) -> School:
    """Make a load school in a new data folder; raises `ServerFailed`.

    `environment` is the hub's, if it is not this program's.
    """
    out = folder / "school.json"
    run = subprocess.run(
        (
            *(sys.executable, "-m", "hub", "seed-load", "--data-dir", str(folder)),
            *("--devices", str(devices), "--class-size", str(class_size)),
            *("--sites", str(sites), "--events", str(events)),
            *("--port", str(port), "--out", str(out)),
        ),
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if run.returncode:
        raise ServerFailed(f"the hub could not be seeded:\n{run.stderr.strip()[-2000:]}")
    return read_school(out)


def hub_command(folder: Path, port: int) -> list[str]:
    """The command that serves the hub from a data folder."""
    return ["hub", "serve", "--data-dir", str(folder), "--port", str(port)]


class Server:
    """A Python program of this project that serves on loopback. Leaving the block ends it.

    `is_ready_path` must answer 200 before the block is entered; "": the port must answer.
    `environment` is the program's, if it is not this one's.
    """

    def __init__(
        self,
        command: list[str],
        port: int,
        log: Path,
        is_ready_path: str = "",
        *,
        environment: Mapping[str, str] | None = None,
        tls: bool = False,
    ) -> None:
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self.start_s = 0.0
        """From the beginning of the process until it was ready."""
        self._environment = environment
        self._command = command
        self._log = log
        self._ready_path = is_ready_path

    async def __aenter__(self) -> Self:
        began_s = time.monotonic()
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )
        try:
            await self._wait_until_ready()
        except BaseException:
            await self._end()
            raise
        self.start_s = time.monotonic() - began_s
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    async def _wait_until_ready(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _START_S
        while not await asyncio.to_thread(is_ready, self.url, self._ready_path):
            if self._process.returncode is not None or loop.time() > deadline:
                raise ServerFailed(f"{self._command[0]} did not start:\n{self._tail()}")
            await asyncio.sleep(0.1)

    async def _end(self) -> None:
        family = _family(self._process.pid)
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        for left in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()

    def _tail(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LOG_TAIL:]) or "its log is empty"


def is_ready(url: str, path: str) -> bool:
    """Whether somebody serves there; with a path, whether it answers 200."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=5)
    try:
        connection.connect()
        if not path:
            return True
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
