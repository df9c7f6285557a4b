"""How an agent's core sees whatever serves its screens, in the same process or in a child."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from wire.messages import EventReported, PeerSignal, Picture, Viewer, ViewerSignal

Emit = Callable[[Picture | PeerSignal | EventReported], None]
"""Takes what goes to the hub; called on the event loop, returns at once."""


class MediaPort(Protocol):
    """Serves the screens of one device to those who may look.

    `ScreenHost` does it in this process, `endpoint.media_process.MediaProcess` in a child.
    """

    async def run(self) -> None:
        """Serve until `close`; the owner runs this in a task of its own, once."""
        ...

    def set_viewers(self, viewers: tuple[Viewer, ...]) -> None:
        """Replace the list of those who may look; whoever is missing is let go at once."""
        ...

    def signal(self, signal: ViewerSignal) -> None:
        """Take a viewer's signalling; that of a viewer who is not in the list is ignored."""
        ...

    async def close(self) -> None:
        """Let every viewer go, give back input and screens, and end `run`."""
        ...
