"""What the agent asks of whoever shows the pupil what goes on.

`endpoint.notice_process.NoticeProcess` does it on a real desktop; a simulation brings its own.
(The other port of the agent, to the screens, is `webrtc.media_port.MediaPort`.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from endpoint.notice.scene import Scene, Status


class NoticePort(Protocol):
    """Whoever shows the pupil what goes on, and holds the lock."""

    def show(self, scene: Scene) -> None:
        """Show this and nothing else; replaces the scene before. Never blocks."""
        ...

    async def run(self, on_status: Callable[[Status], None]) -> None:
        """Keep the scene on the screen until cancelled; say what became of each lock."""
        ...
