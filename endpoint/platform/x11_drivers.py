"""What the media process asks of X11."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError

from endpoint.platform.x11_input import X11Input
from endpoint.platform.x11_monitors import read_monitors
from endpoint.platform.x11_screen import X11Screen
from webrtc.source import InputSink, ScreenSource
from wire.messages import Monitor


class X11Drivers:
    """`MediaDrivers` of one X display. Raises `OSError` when there is none."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._name = environment.get("DISPLAY")
        try:
            self._display = Display(self._name)
        except (DisplayError, ConnectionClosedError) as error:
            raise OSError(f"no X display: {error}") from None

    def screens(self) -> Sequence[Monitor]:
        """All monitors, the primary first."""
        try:
            return read_monitors(self._display)
        except (ConnectionClosedError, DisplayError) as error:
            raise OSError(f"the X display is gone: {error}") from None

    def open_screen(self, monitor: int) -> ScreenSource:
        """Capture of one monitor."""
        return X11Screen(self._name, monitor)

    def open_input(self) -> InputSink:
        """Injection of input."""
        return X11Input(self._name)
