"""WebRTC signalling on its way through a device's actor, as frames for the other side."""

from __future__ import annotations

from actors.ports import SignalDevice
from safeguarding.plain_text import plain
from wire.codec import encode
from wire.messages import PeerSignal, ScreenSignal, ViewerSignal


def for_console(device: str, signal: PeerSignal) -> bytes:
    """What a device says to one viewer."""
    return encode(
        ScreenSignal(
            device,
            signal.connection,
            signal.kind,
            signal.sdp,
            signal.candidate,
            signal.mid,
            plain(signal.detail),
        )
    )


def for_device(signal: SignalDevice) -> bytes:
    """What a viewer says to a device."""
    return encode(
        ViewerSignal(
            signal.viewer,
            signal.connection,
            signal.kind,  # type: ignore[arg-type]  # validated by the hub's catalogue
            signal.sdp,
            signal.candidate,
            signal.mid,
        )
    )
