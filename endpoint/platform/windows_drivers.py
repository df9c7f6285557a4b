"""What the media process asks of Windows. Not yet tested on Windows."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from endpoint.platform.mss_screen import MssScreen
from webrtc.source import InputSink, ScreenSource
from wire.messages import Monitor

assert sys.platform == "win32"

from endpoint.platform.windows import read_monitors
from endpoint.platform.windows_input import WindowsInput
from endpoint.platform.windows_user32 import user32


class WindowsDrivers:
    """`MediaDrivers` of the interactive desktop."""

    def __init__(self) -> None:
        user32.SetProcessDPIAware()

    def screens(self) -> Sequence[Monitor]:
        """All monitors, the primary first."""
        return read_monitors()

    def open_screen(self, monitor: int) -> ScreenSource:
        """Capture of one monitor, by GDI."""
        return MssScreen(monitor, read_monitors)

    def open_input(self) -> InputSink:
        """Injection of input."""
        return WindowsInput()
