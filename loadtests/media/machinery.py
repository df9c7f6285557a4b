"""The programs of the bench: a display, the scene on it, an agent, a browser."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from loadtests.media.relay import Relay

if TYPE_CHECKING:
    from playwright.sync_api import Page

_START_LIMIT_S = 30.0
_END_LIMIT_S = 10.0
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--allow-loopback-in-peer-connection",
)


class Bench:
    """Everything that runs, and the handles on it."""

    def __init__(self, relay: Relay, page: Page, scene: subprocess.Popen[bytes], agent: int):
        self.relay = relay
        self.page = page
        self.agent_pid = agent
        self._scene = scene

    def show(self, scene: str) -> None:
        """Go over to another scene."""
        assert self._scene.stdin is not None
        self._scene.stdin.write(f"{scene}\n".encode())
        self._scene.stdin.flush()

    def ask(self, function: str, *arguments: object) -> Any:
        """The result of one of the page's functions."""
        call = f"{function}({', '.join(json.dumps(argument) for argument in arguments)})"
        return self.page.evaluate(f"async () => await {call}")

    def media_process(self) -> psutil.Process | None:
        """The agent's media process; None while there is none."""
        for child in psutil.Process(self.agent_pid).children():
            if "media" in child.cmdline():
                return child
        return None

    def end_media_process(self) -> None:
        """End the media process, so that the next viewer finds a cold agent."""
        child = self.media_process()
        if child is not None:
            child.terminate()
            child.wait(_END_LIMIT_S)


@contextmanager
def bench(browser: str) -> Iterator[Bench]:
    """Start everything; everything is ended with the block. Raises `RuntimeError`."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise RuntimeError("the media bench needs Playwright: install the dev group") from None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="media-bench-")))
        display = stack.enter_context(_display())
        environment = os.environ | {"DISPLAY": display, "XDG_SESSION_TYPE": "x11"}
        relay = stack.enter_context(Relay())
        scene = stack.enter_context(
            _program([sys.executable, "-m", "loadtests.media.scene"], environment)
        )
        enrolment = _enrolment(folder, relay.port)
        agent = stack.enter_context(
            _program(
                [sys.executable, "-m", "endpoint", "run", "--enrolment", str(enrolment)],
                environment
                | {
                    "FORMROOM_ENDPOINT_LOOPBACK_MEDIA": "true",
                    "FORMROOM_ENDPOINT_STATE_FOLDER": str(folder),
                    "FORMROOM_ENDPOINT_LOG_LEVEL": "warning",
                    "QT_QPA_PLATFORM": "xcb",
                },
            )
        )
        if not relay.admitted.wait(_START_LIMIT_S):
            raise RuntimeError("the agent did not sign on")
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(
            executable_path=browser, args=list(CHROMIUM_FLAGS), ignore_default_args=["--mute-audio"]
        )
        stack.callback(chromium.close)
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"http://127.0.0.1:{relay.port}/")
        yield Bench(relay, page, scene, agent.pid)


@contextmanager
def _program(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as program:
        try:
            yield program
        finally:
            program.terminate()
            try:
                program.wait(_END_LIMIT_S)
            except subprocess.TimeoutExpired:
                program.kill()


@contextmanager
def _display() -> Iterator[str]:
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x720x24"]
    command += ["-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(
        command, pass_fds=[writer], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        os.close(writer)
        try:
            with os.fdopen(reader) as answer:
                number = answer.readline().strip()
            if not number:
                raise RuntimeError("Xvfb did not start")
            yield f":{number}"
        finally:
            server.terminate()
            server.wait(_END_LIMIT_S)


def _enrolment(folder: Path, port: int) -> Path:
    path = folder / "enrolment.json"
    path.touch(mode=0o600)
    path.write_text(
        json.dumps(
            {
                "hub": f"ws://127.0.0.1:{port}",
                "trust": "bench",
                "site": "bench",
                "device": "bench-1",
                "name": "Bench",
                "private_key": base64.b64encode(os.urandom(32)).decode(),
            }
        )
    )
    return path
