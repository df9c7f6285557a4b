"""X displays for tests: real Xvfb servers, each on a free number, ended by their process id."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

START_LIMIT_S = 20.0


@dataclass(frozen=True)
class Display:
    """A running X server. `name` is what DISPLAY has to be, as in ":7"."""

    name: str
    pid: int
    width: int
    height: int

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with DISPLAY set and no Wayland."""
        kept = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
        return kept | {"DISPLAY": self.name, "XDG_SESSION_TYPE": "x11"}


@contextmanager
def run_xvfb(width: int = 1280, height: int = 720) -> Iterator[Display]:
    """A display of this size for as long as the block runs; raises `RuntimeError`."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24"]
    command += ["-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(
        command,
        pass_fds=[writer],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writer)
        try:
            yield Display(f":{read_number(reader)}", server.pid, width, height)
        finally:
            os.close(reader)
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def read_number(reader: int) -> int:
    """The number that Xvfb writes, ended by a newline, once it takes connections."""
    text = b""
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([reader], [], [], START_LIMIT_S)
        part = os.read(reader, 16) if ready else b""
        if not part:
            raise RuntimeError("Xvfb did not start")
        text += part
    return int(text)
