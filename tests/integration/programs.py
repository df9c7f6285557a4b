"""The server's program as an operator starts it, in processes of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.hub.sockets.school import TOKENS, free_socket

START_S = 110.0
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with free_socket() as listener:
        port: int = listener.getsockname()[1]
    return port


@dataclass
class Program:
    """`formroom COMMAND` on a data folder and a port."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    command: str = "serve"
    settings: dict[str, str] = field(default_factory=dict)
    module: str = "hub"
    """What is run in place of the program itself."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return (self.data_dir / "output.txt").read_text(errors="replace")

    def launch(self) -> subprocess.Popen[bytes]:
        if self.process is not None:
            self.process.wait(20)
        self.data_dir.mkdir(exist_ok=True, parents=True)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FORMROOM_DATA_DIR": str(self.data_dir),
            "FORMROOM_PORT": str(self.port),
            **self.settings,
        }
        with (self.data_dir / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, self.command],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def start(self) -> Program:
        process = self.launch()
        until_s = time.monotonic() + START_S
        while not self.is_ready():
            assert process.poll() is None, self.output[-3000:]
            assert time.monotonic() < until_s, self.output[-3000:]
            time.sleep(0.1)
        return self

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.origin}/ready", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    def child(self, name: str) -> psutil.Process:
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                if name in process.name():
                    return process
        raise LookupError(f"no {name} runs")

    def rest(self, person: str = "khan") -> httpx.Client:
        return httpx.Client(
            base_url=self.origin,
            headers={"X-Formroom": "1", "Origin": self.origin},
            cookies={"formroom_session": TOKENS[person]},
            trust_env=False,
            timeout=20,
        )

    def lesson(self) -> str:
        """Begin a lesson of the class; returns its id."""
        with self.rest() as rest:
            body = {"site": "hill", "class_id": "7b", "members": "devices"}
            response = rest.post("/api/lessons", json=body)
            assert response.status_code == 201, response.text
            lesson: str = response.json()["lesson"]["id"]
        return lesson

    def end_lesson(self, lesson: str) -> None:
        with self.rest() as rest:
            assert rest.delete(f"/api/lessons/hill/{lesson}").status_code == 204

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; returns its exit code. Nothing that it started is left."""
        assert self.process is not None
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(60)
        _, left = psutil.wait_procs(family[1:], 10)
        names = [process.name() for process in left]
        for process in left:
            process.kill()
        assert names == [], self.output[-3000:]
        return code


@contextmanager
def started(program: Program) -> Iterator[Program]:
    """The program, ready; whatever becomes of the test, its processes end."""
    try:
        yield program.start()
    finally:
        if program.process is not None and program.process.poll() is None:
            for process in program.family():
                process.kill()
            program.process.wait(20)
