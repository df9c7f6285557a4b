"""Signalling passes through unchanged, but for text that people read."""

from __future__ import annotations

from actors.ports import SignalDevice
from actors.signals import for_console, for_device
from tests.actors.cast import decoded, device_key, shown
from wire.messages import PeerSignal, ScreenSignal, ViewerSignal


def test_what_a_device_says_reaches_the_console_under_its_name_and_in_plain_text() -> None:
    signal = PeerSignal("v1", 3, "bye", detail="no\ndisplay")
    assert shown(for_console("pc-1", signal)) == ScreenSignal("pc-1", 3, "bye", detail="no display")


def test_what_a_viewer_says_reaches_the_device() -> None:
    signal = SignalDevice(device_key(), "v1", 3, "candidate", candidate="c", mid="0")
    assert decoded([for_device(signal)]) == [
        ViewerSignal("v1", 3, "candidate", candidate="c", mid="0")
    ]
