"""Capture with mss, on the one system that can be tried here."""

import pytest

from endpoint.platform.mss_screen import MssScreen
from tests.displays import Display
from tests.endpoint.x_programs import connect, show_window
from wire.messages import Monitor


def monitors() -> tuple[Monitor, ...]:
    return (Monitor(0, "", 0, 0, 640, 480, True), Monitor(1, "", 640, 0, 640, 480))


@pytest.mark.desktop
def test_a_monitor_is_captured_from_its_place(
    xvfb: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", xvfb.name)
    with connect(xvfb) as connection:
        window = show_window(connection, "white", "Paint", 640, 0)
        connection.sync()
        screen = MssScreen(1, monitors)
        frame = screen.grab()
        screen.close()
        window.destroy()
        connection.sync()
    assert (frame.width, frame.height, frame.stride) == (640, 480, 2560)
    assert bytes(frame.data[:3]) == b"\xff\xff\xff"
    assert bytes(frame.data[-4:-1]) == b"\x00\x00\x00"


def test_a_monitor_that_is_gone_is_an_error() -> None:
    with pytest.raises(OSError, match="no monitor 7"):
        MssScreen(7, monitors).grab()


def test_without_damage_the_screen_may_always_have_changed_and_wake_ends_the_wait() -> None:
    screen = MssScreen(0, monitors)
    assert screen.wait(0.01)
    screen.wake()
    assert screen.wait(1000)
