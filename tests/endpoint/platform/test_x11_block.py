"""The pupil's own input, blocked for real.

Xephyr runs in a window of an outer display: what xdotool does out there reaches Xephyr as its
physical mouse and keyboard, which is the pupil's hand; XTest inside is the teacher's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from Xlib.display import Display as Connection

from endpoint.platform.x11_input import X11Input
from tests.displays import Display
from tests.endpoint.platform.test_x11_input import Terminal, press, wait_for

pytestmark = pytest.mark.desktop

_BLOCKER = """
import sys, time
from endpoint.platform.x11_input import X11Input
hands = X11Input(sys.argv[1])
hands.block_local(True)
print("blocked", flush=True)
time.sleep(600)
"""


class Pupil:
    """A pupil's computer, and the pupil's hands on its mouse and keyboard."""

    def __init__(self, outer: Display, inner: Display) -> None:
        self.inner = inner
        self._outer = outer

    def move(self, x: int, y: int) -> None:
        self._do("mousemove", str(x), str(y))

    def type(self, key: str) -> None:
        self._do("key", key)

    def pointer(self) -> tuple[int, int]:
        connection = Connection(self.inner.name)
        answer = connection.screen().root.query_pointer()
        connection.close()
        return answer.root_x, answer.root_y

    def _do(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._outer.environment, check=True)


@pytest.fixture
def pupil(start_xvfb: Callable[..., Display]) -> Iterator[Pupil]:
    outer = start_xvfb(1000, 700)
    reader, writer = os.pipe()
    with subprocess.Popen(
        ["Xephyr", "-displayfd", str(writer), "-screen", "800x600", "-sw-cursor", "-no-host-grab",
         "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer], env=outer.environment, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as answer:
            name = f":{answer.readline().strip()}"
        found = subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Xephyr"],
            env=outer.environment, capture_output=True, check=True, timeout=20,
        )  # fmt: skip
        window = found.stdout.split()[0].decode()
        subprocess.run(
            ["xdotool", "windowmove", window, "0", "0", "windowfocus", window],
            env=outer.environment, check=True,
        )  # fmt: skip
        pupil = Pupil(outer, Display(name, server.pid, 800, 600))
        pupil.move(50, 50)
        wait_for(lambda: reached(pupil, 60, 70))
        yield pupil
        server.terminate()


def reached(pupil: Pupil, x: int, y: int) -> bool:
    """Whether the pupil's hand brings the pointer to a place."""
    pupil.move(x + 1, y + 1)
    pupil.move(x, y)
    time.sleep(0.1)
    return pupil.pointer() == (x, y)


def test_blocked_input_does_nothing_and_the_teachers_still_works(
    pupil: Pupil, tmp_path: Path
) -> None:
    terminal = Terminal(pupil.inner, tmp_path)
    hands = X11Input(pupil.inner.name)
    hands.block_local(True)
    hands.move(300, 200)
    wait_for(lambda: pupil.pointer() == (300, 200))
    for x in range(100, 200, 10):
        pupil.move(x, x)
        pupil.type("q")
    hands.button(1, True)
    hands.button(1, False)
    for character in "ok":
        press(hands, "KeyX", character)
    press(hands, "Enter", "Enter")
    wait_for(lambda: terminal.text() == "ok\n")
    assert pupil.pointer() == (300, 200)
    hands.block_local(False)
    wait_for(lambda: reached(pupil, 120, 130))
    pupil.type("y")
    pupil.type("Return")
    wait_for(lambda: terminal.text() == "ok\ny\n")
    hands.close()
    terminal.close()


def test_the_block_ends_when_its_process_is_killed(pupil: Pupil) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _BLOCKER, pupil.inner.name], stdout=subprocess.PIPE, text=True
    ) as blocker:
        assert blocker.stdout is not None
        assert blocker.stdout.readline() == "blocked\n"
        assert not reached(pupil, 200, 210)
        blocker.send_signal(signal.SIGKILL)
        blocker.wait(10)
    wait_for(lambda: reached(pupil, 220, 230))


def test_blocking_again_is_no_error_and_closing_gives_back(pupil: Pupil) -> None:
    hands = X11Input(pupil.inner.name)
    hands.block_local(True)
    hands.block_local(True)
    assert not reached(pupil, 200, 210)
    hands.close()
    wait_for(lambda: reached(pupil, 220, 230))
