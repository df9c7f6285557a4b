"""Capture of a real X display, by damage."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from Xlib import X
from Xlib.display import Display as Connection
from Xlib.ext import xtest

from endpoint.platform.x11_screen import X11Screen
from tests.displays import Display
from webrtc.source import Area, Frame

pytestmark = pytest.mark.desktop
assert xtest is not None
BLUE = (204, 102, 51)


class Window:
    """A plain window that is drawn into by rectangles."""

    def __init__(self, name: str, x: int, y: int, width: int, height: int) -> None:
        self._connection = Connection(name)
        screen = self._connection.screen()
        self._window: Any = screen.root.create_window(
            x, y, width, height, 0, screen.root_depth, X.InputOutput,
            background_pixel=0x3366CC, override_redirect=True,
        )  # fmt: skip
        self._pen: Any = self._window.create_gc()
        self._window.map()
        self._connection.sync()

    def fill(self, x: int, y: int, width: int, height: int, colour: int) -> None:
        self._pen.change(foreground=colour)
        self._window.fill_rectangle(self._pen, x, y, width, height)
        self._connection.sync()

    def move_pointer(self, x: int, y: int) -> None:
        self._connection.xtest_fake_input(X.MotionNotify, 0, x=x, y=y)
        self._connection.sync()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def display(start_xvfb: Callable[..., Display]) -> Display:
    return start_xvfb(800, 600)


@pytest.fixture
def screen(display: Display) -> Iterator[X11Screen]:
    screen = X11Screen(display.name, 0)
    screen.grab()
    settle(screen)
    yield screen
    screen.close()


def settle(screen: X11Screen) -> None:
    while screen.wait(0.1):
        screen.grab()


def pixels(frame: Frame) -> np.ndarray:
    return np.frombuffer(frame.data, np.uint8).reshape(frame.height, frame.width, 4)


def changed(screen: X11Screen) -> Area | None:
    """What the next change is; gathers until the screen is still."""
    assert screen.wait(10)
    return screen.grab().changed


def test_a_change_is_reported_with_its_place_and_its_pixels(
    display: Display, screen: X11Screen
) -> None:
    window = Window(display.name, 100, 50, 200, 100)
    assert changed(screen) == (100, 50, 200, 100)
    window.fill(10, 20, 30, 40, 0xFF0000)
    assert screen.wait(10)
    frame = screen.grab()
    assert frame.changed == (110, 70, 30, 40)
    assert tuple(pixels(frame)[75, 115, :3]) == (0, 0, 255)
    assert tuple(pixels(frame)[55, 105, :3]) == BLUE
    window.close()


def test_a_still_screen_ends_the_wait_without_a_change(screen: X11Screen) -> None:
    assert not screen.wait(0.2)
    assert screen.grab().changed == (0, 0, 0, 0)


def test_drawing_the_same_again_is_no_change(display: Display, screen: X11Screen) -> None:
    window = Window(display.name, 100, 50, 200, 100)
    window.fill(0, 0, 50, 50, 0x00FF00)
    settle(screen)
    window.fill(0, 0, 50, 50, 0x00FF00)
    assert changed(screen) == (0, 0, 0, 0)
    window.close()


def test_wake_ends_a_wait_from_another_thread(screen: X11Screen) -> None:
    began = time.monotonic()
    threading.Timer(0.1, screen.wake).start()
    assert not screen.wait(30)
    assert time.monotonic() - began < 20


def test_the_pointer_is_drawn_and_followed(display: Display, screen: X11Screen) -> None:
    window = Window(display.name, 0, 0, 800, 600)
    settle(screen)
    window.move_pointer(200, 200)
    settle(screen)
    at_first = pixels(screen.grab()).copy()
    assert (at_first[190:211, 190:211, :3] != BLUE).any()
    window.move_pointer(600, 400)
    settle(screen)
    later = pixels(screen.grab())
    assert (later[190:211, 190:211, :3] == BLUE).all()
    assert (later[390:411, 590:611, :3] != BLUE).any()
    window.close()


def test_drawing_under_the_pointer_keeps_the_pointer(display: Display, screen: X11Screen) -> None:
    window = Window(display.name, 0, 0, 800, 600)
    window.move_pointer(200, 200)
    settle(screen)
    window.fill(195, 195, 8, 8, 0x00FF00)
    settle(screen)
    drawn = pixels(screen.grab())[180:221, 180:221, :3]
    kinds = {tuple(pixel) for pixel in drawn.reshape(-1, 3).tolist()}
    assert (0, 255, 0) in kinds
    assert kinds - {(0, 255, 0), BLUE}
    window.close()


def test_a_new_arrangement_of_monitors_is_followed(display: Display, screen: X11Screen) -> None:
    for name, place, output in (
        ("left", "320/85x600/159+0+0", "screen"),
        ("right", "480/127x600/159+320+0", "none"),
    ):
        subprocess.run(
            ["xrandr", "--setmonitor", name, place, output], env=display.environment, check=True
        )
    deadline = time.monotonic() + 10
    while (frame := screen.grab()).width != 320:
        assert time.monotonic() < deadline
        screen.wait(0.2)
    assert (frame.width, frame.height, len(frame.data)) == (320, 600, 320 * 600 * 4)
    right = X11Screen(display.name, 1)
    window = Window(display.name, 300, 10, 100, 100)
    settle(screen)
    settle(right)
    assert tuple(pixels(screen.grab())[50, 310, :3]) == BLUE
    shown = pixels(right.grab())
    assert tuple(shown[50, 70, :3]) == BLUE
    assert tuple(shown[50, 90, :3]) != BLUE
    window.close()
    right.close()


def test_a_display_that_dies_is_an_os_error(display: Display, screen: X11Screen) -> None:
    os.kill(display.pid, signal.SIGKILL)
    with pytest.raises(OSError, match="captured"):
        _use(screen)


def _use(screen: X11Screen) -> None:
    for _ in range(50):
        screen.wait(0.1)
        screen.grab()


# python-xlib leaves its socket to the garbage collector when no server answers.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_display_is_an_os_error() -> None:
    with pytest.raises(OSError, match="captured"):
        X11Screen(":987", 0)
