"""The hub's ring of a watched device: its last pictures, bounded in age and bytes, in memory."""

from __future__ import annotations

from collections import deque

from wire.messages import Picture

RING_AGE_MS = 60_000
RING_BYTES = 1024 * 1024


class PictureRing:
    """The pictures of the last minute, at most a mebibyte of them; the newest always stays."""

    def __init__(self) -> None:
        self._pictures: deque[tuple[int, Picture]] = deque()
        self._bytes = 0

    def add(self, picture: Picture, now_ms: int) -> None:
        """Take a picture in, and let go of what is too old or too much."""
        self._pictures.append((now_ms, picture))
        self._bytes += len(picture.jpeg)
        while len(self._pictures) > 1 and (
            self._bytes > RING_BYTES or self._pictures[0][0] < now_ms - RING_AGE_MS
        ):
            _, old = self._pictures.popleft()
            self._bytes -= len(old.jpeg)

    def newest(self, monitor: int, now_ms: int) -> Picture | None:
        """The newest picture of a monitor that is not too old."""
        for taken_ms, picture in reversed(self._pictures):
            if picture.monitor == monitor and taken_ms >= now_ms - RING_AGE_MS:
                return picture
        return None

    def clear(self) -> None:
        """Forget every picture."""
        self._pictures.clear()
        self._bytes = 0
