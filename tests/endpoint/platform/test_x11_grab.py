"""Keyboard and pointer of a real display, held and given back."""

import pytest
from Xlib import X

from endpoint.platform.x11_grab import X11Grab
from tests.displays import Display
from tests.endpoint.x_programs import can_grab, connect, eventually, xdo

pytestmark = pytest.mark.desktop


def test_what_is_held_nobody_else_can_take_until_it_is_released(xvfb: Display) -> None:
    grab = X11Grab(xvfb.name)
    assert grab.hold() == ""
    assert grab.hold() == ""
    assert not can_grab(xvfb)
    grab.release()
    eventually(lambda: can_grab(xvfb))


def test_keys_that_come_meanwhile_are_read_and_forgotten(xvfb: Display) -> None:
    grab = X11Grab(xvfb.name)
    assert grab.hold() == ""
    xdo(xvfb, "type", "--delay", "0", "abcdefgh")
    grab.drain()
    grab.release()


def test_another_programs_grab_is_told_and_then_taken_over(xvfb: Display) -> None:
    grab = X11Grab(xvfb.name)
    with connect(xvfb) as other:
        root = other.screen().root
        root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        other.sync()
        assert grab.hold() == "another program is holding them"
    eventually(lambda: grab.hold() == "")
    grab.release()


# python-xlib leaves its socket open when it cannot connect
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_without_a_display_there_is_no_grab() -> None:
    with pytest.raises(OSError, match="no X display"):
        X11Grab(":4711")
