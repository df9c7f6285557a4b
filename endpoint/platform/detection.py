"""Which driver fits this computer. Nothing of another system is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from endpoint.platform.grab import InputGrab, NoGrab
from endpoint.platform.port import Desktop, MediaDrivers

_WAYLAND = "this kind of desktop (Wayland) does not let a program hold them"
_NO_X = (
    "no X display: DISPLAY is not set. The agent runs in the pupil's own session; under Wayland "
    "it needs XWayland, and shows what it then cannot see as an incomplete view"
)


def open_desktop(environment: Mapping[str, str] = os.environ) -> Desktop:
    """The desktop of this session; raises `OSError` with what is missing."""
    if sys.platform == "win32":
        from endpoint.platform.windows import WindowsDesktop

        return WindowsDesktop()
    if sys.platform == "darwin":
        from endpoint.platform.macos import MacDesktop

        return MacDesktop()
    from endpoint.platform.x11_desktop import X11Desktop

    if not environment.get("DISPLAY"):
        raise OSError(_NO_X)
    return X11Desktop(environment)


def open_drivers(environment: Mapping[str, str] = os.environ) -> MediaDrivers:
    """What captures this session's screens and injects input; raises `OSError`."""
    if sys.platform == "win32":
        from endpoint.platform.windows_drivers import WindowsDrivers

        return WindowsDrivers()
    if sys.platform == "darwin":
        from endpoint.platform.macos_drivers import MacDrivers

        return MacDrivers()
    from endpoint.platform.x11_drivers import X11Drivers

    if not environment.get("DISPLAY"):
        raise OSError(_NO_X)
    return X11Drivers(environment)


def open_grab(environment: Mapping[str, str] = os.environ) -> InputGrab:
    """What holds the input during a lock; raises `OSError`."""
    if sys.platform == "win32":
        from endpoint.platform.windows_grab import WindowsGrab

        return WindowsGrab()
    if sys.platform == "darwin":
        return NoGrab("macOS does not let a program hold them")
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        return NoGrab(_WAYLAND)
    from endpoint.platform.x11_grab import X11Grab

    return X11Grab(environment.get("DISPLAY"))
