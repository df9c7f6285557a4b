"""Programs on a test's X display: a typewriter whose text lands in a file, and a window of ours."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from Xlib import X
from Xlib.display import Display as XConnection

from tests.displays import Display

LIMIT_S = 20.0


def eventually(condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Wait until it holds; fails after a generous limit."""
    ends_s = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < ends_s, "it never came to hold"
        time.sleep(0.02)


@contextmanager
def run_program(display: Display, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program on the display, ended by its process id."""
    with subprocess.Popen(
        command,
        env=display.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def xdo(display: Display, *arguments: str) -> str:
    """Run xdotool; returns what it says."""
    done = subprocess.run(
        ["xdotool", *arguments],
        env=display.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout.strip()


@contextmanager
def run_openbox(display: Display) -> Iterator[None]:
    """A window manager, ready when the block begins."""
    with run_program(display, "openbox"):
        eventually(lambda: xdo(display, "get_num_desktops") not in ("", "0"))
        yield


class Typewriter:
    """An xterm that covers the whole display; each line that reaches it lands in a file."""

    def __init__(self, display: Display, file: Path) -> None:
        self._display = display
        self._file = file

    @property
    def lines(self) -> list[str]:
        return self._file.read_text().split() if self._file.exists() else []

    def type(self, word: str) -> None:
        """Type a word and Enter, as the pupil's own keyboard would."""
        xdo(self._display, "type", "--delay", "1", f"{word}\n")


@contextmanager
def run_typewriter(display: Display, file: Path) -> Iterator[Typewriter]:
    """Ready for typing when the block begins."""
    command = ["xterm", "-T", "typewriter", "-geometry", "100x30+0+0", "-e"]
    with run_program(display, *command, "sh", "-c", f"cat > {file}"):
        typewriter = Typewriter(display, file)
        eventually(file.exists)
        eventually(lambda: xdo(display, "search", "--name", "^typewriter$"))
        xdo(display, "mousemove", "200", "150")
        eventually(lambda: typewriter.type("ready") or typewriter.lines)
        yield typewriter


@contextmanager
def connect(display: Display) -> Iterator[XConnection]:
    """A connection of the test's own."""
    connection = XConnection(display.name)
    try:
        yield connection
    finally:
        connection.close()


def can_grab(display: Display) -> bool:
    """Whether keyboard and pointer are free for another program to take."""
    with connect(display) as connection:
        root = connection.screen().root
        keyboard = root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        pointer = root.grab_pointer(
            False, 0, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, X.CurrentTime
        )
        return bool(keyboard == pointer == X.GrabSuccess)


def show_window(connection: XConnection, title: str, name: str, x: int = 0, y: int = 0) -> Any:
    """A mapped window with a title and a class."""
    screen = connection.screen()
    window = screen.root.create_window(
        x, y, 300, 200, 0, screen.root_depth, background_pixel=screen.white_pixel
    )
    window.set_wm_name(title)
    window.set_wm_class(name.lower(), name)
    window.map()
    connection.sync()
    return window


def pixel(display: Display, x: int, y: int) -> tuple[int, int, int]:
    """The colour of one place of the screen: red, green, blue."""
    with connect(display) as connection:
        image = connection.screen().root.get_image(x, y, 1, 1, X.ZPixmap, 0xFFFFFFFF)
        blue, green, red = image.data[:3]
        return red, green, blue
