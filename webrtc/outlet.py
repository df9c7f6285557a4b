"""The frames that wait for one viewer, and which rung it gets."""

from __future__ import annotations

import asyncio
from collections import deque

from webrtc.rungs import Rung

_MOST_WAITING = 30
"""Frames; a viewer that is so far behind starts again at a keyframe."""

Payloads = tuple[list[bytes], int]


class Outlet:
    """Queue of packed frames for one viewer.

    Guarantees: the first frame, and the first after a change of rung, is a keyframe; timestamps
    rise; what waits begins with the newest keyframe and is bounded.
    """

    def __init__(self, rung: Rung) -> None:
        self.wanted = rung
        self._flowing: Rung | None = None
        self._waiting: deque[Payloads] = deque()
        self._ready = asyncio.Event()
        self._timestamp = -1

    def needs_keyframe(self) -> bool:
        """Whether nothing can flow before a keyframe of the wanted rung comes."""
        return self._flowing is not self.wanted

    def put(self, rung: Rung, payloads: Payloads, is_keyframe: bool) -> None:
        """Take a frame, if it is one for this viewer."""
        if is_keyframe and rung is self.wanted:
            self._flowing = rung
            self._waiting.clear()
        elif rung is not self._flowing:
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.clear()
            self._flowing = None
            return
        # Two rungs may show the same moment; a browser takes equal timestamps for one frame.
        self._timestamp = max(payloads[1], self._timestamp + 90)
        self._waiting.append((payloads[0], self._timestamp))
        self._ready.set()

    async def get(self) -> Payloads:
        """The next frame to send."""
        while not self._waiting:
            self._ready.clear()
            await self._ready.wait()
        return self._waiting.popleft()
