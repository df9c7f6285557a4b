"""What consoles see of one device, and the patches that keep them at it."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from actors.effects import Effect, Publish
from wire.messages import DeviceState

_encode = msgspec.msgpack.encode


class Shown:
    """The state of a device. It is published on `topic`, while that is not ""."""

    def __init__(self, device: str) -> None:
        self.state = DeviceState(device=device)
        self.topic = ""

    def change(self, **changes: Any) -> list[Effect]:
        """Take over new values; publish those that differ, with the number that caused them."""
        state = self.state
        patch = {
            name: value
            for name, value in changes.items()
            if name in ("seq", "at_ms") or getattr(state, name) != value
        }
        if not patch:
            return []
        self.state = replace(state, **patch)
        if not self.topic:
            return []
        patch["device"] = state.device
        return [Publish(self.topic, _encode(("device", patch)))]

    def whole(self) -> Publish:
        """All of it, for consoles that do not know the device yet."""
        return Publish(self.topic, _encode(("device", msgspec.structs.asdict(self.state))))

    def removed(self) -> Publish:
        """The device belongs to the lesson no longer."""
        return Publish(self.topic, _encode(("removed", self.state.device)))
