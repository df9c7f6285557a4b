"""Who may look now: the hub's list, held under its lease."""

from __future__ import annotations

import math

from wire.messages import Viewer, ViewersChanged


class Viewing:
    """The list of viewers. It empties itself when its lease has run out. Pure."""

    def __init__(self) -> None:
        self.viewers: tuple[Viewer, ...] = ()
        self.ends_at_s = math.inf
        """When the lease runs out, on the clock of `now_s`."""

    def change(self, message: ViewersChanged, now_s: float) -> bool:
        """Take the hub's list; whether it differs from the one before."""
        before = self.viewers
        self.viewers = message.viewers if message.lease_s > 0 else ()
        self.ends_at_s = now_s + message.lease_s if self.viewers else math.inf
        return self.viewers != before

    def expire(self, now_s: float) -> bool:
        """Let time pass; whether the list emptied itself."""
        if now_s < self.ends_at_s:
            return False
        self.viewers = ()
        self.ends_at_s = math.inf
        return True
