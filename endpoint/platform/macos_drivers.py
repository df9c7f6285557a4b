"""What the media process asks of macOS. Not yet tested on macOS."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from endpoint.platform.mss_screen import MssScreen
from webrtc.source import InputSink, ScreenSource
from wire.messages import Monitor

assert sys.platform == "darwin"

from endpoint.platform.macos import read_monitors
from endpoint.platform.macos_input import MacInput


class MacDrivers:
    """`MediaDrivers` of this session's desktop."""

    def screens(self) -> Sequence[Monitor]:
        """All monitors, the main one first."""
        return read_monitors()

    def open_screen(self, monitor: int) -> ScreenSource:
        """Capture of one monitor; without permission macOS shows the desktop without windows."""
        return MssScreen(monitor, read_monitors)

    def open_input(self) -> InputSink:
        """Injection of input."""
        return MacInput()
