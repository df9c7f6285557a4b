"""Which driver fits this computer."""

import pytest

from endpoint.platform.detection import open_desktop, open_drivers, open_grab
from endpoint.platform.grab import NoGrab
from tests.displays import Display


def test_without_a_display_it_is_said_what_is_missing() -> None:
    with pytest.raises(OSError, match="DISPLAY is not set"):
        open_desktop({})
    with pytest.raises(OSError, match="DISPLAY is not set"):
        open_drivers({})


@pytest.mark.parametrize(
    "environment",
    [{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, {"XDG_SESSION_TYPE": "wayland"}],
)
def test_under_wayland_no_grab_is_promised(environment: dict[str, str]) -> None:
    grab = open_grab(environment)
    assert isinstance(grab, NoGrab)
    assert "Wayland" in grab.hold()
    assert grab.fileno() is None


@pytest.mark.desktop
def test_an_x_display_gets_the_x_drivers(xvfb: Display) -> None:
    desktop = open_desktop(xvfb.environment)
    assert desktop.name == "linux-x11"
    desktop.close()
    grab = open_grab(xvfb.environment)
    assert grab.hold() == ""
    grab.release()
