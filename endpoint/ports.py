"""What the agent asks of its two child processes, so that each can be another in a simulation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from endpoint.notice.scene import Scene, Status
from wire.messages import PeerSignal, Picture, ViewersChanged, ViewerSignal


class NoticePort(Protocol):
    """Whoever shows the pupil what goes on, and holds the lock."""

    def show(self, scene: Scene) -> None:
        """Show this and nothing else; replaces the scene before. Never blocks."""
        ...

    async def run(self, on_status: Callable[[Status], None]) -> None:
        """Keep the scene on the screen until cancelled; say what became of each lock."""
        ...


class MediaPort(Protocol):
    """Whoever captures the screen, answers viewers and injects their input."""

    def watch(self, viewers: ViewersChanged) -> None:
        """These may look now; replaces the list before. Never blocks."""
        ...

    def signal(self, signal: ViewerSignal) -> None:
        """Take signalling of one viewer. Never blocks."""
        ...

    async def run(self, on_message: Callable[[Picture | PeerSignal], object]) -> None:
        """Work until cancelled; hand over what goes to the hub."""
        ...
