"""How fast a viewer's path takes video, from what its browser reports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from webrtc.rungs import Rung

_HEAVY_LOSS = 0.10
_LIGHT_LOSS = 0.02
_FALL = 0.95
_WINDOW_S = 1.0


class Steering:
    """The bit rate that one viewer's path can take, in bits per second.

    Heavy loss takes a quarter off; a report without loss gives a twelfth back, up to the rung's
    most. The browser's own estimate counts only when it falls, and below what is really sent: a
    low one that rises says nothing, as it cannot know more of a path than was sent over it, and
    a still screen sends next to nothing.
    """

    def __init__(self, rung: Rung, clock: Callable[[], float]) -> None:
        self._rung = rung
        self._clock = clock
        self._sent: deque[tuple[float, int]] = deque()
        self._estimate = 0
        self.bitrate = rung.most_bitrate

    def use(self, rung: Rung) -> None:
        """The viewer gets another rung from now on."""
        if rung is not self._rung:
            self._rung = rung
            self.bitrate = rung.most_bitrate

    def sent(self, size_bytes: int) -> None:
        """So much was sent to the viewer."""
        self._sent.append((self._clock(), size_bytes * 8))
        self._forget()

    def report_loss(self, fraction: float) -> None:
        """The viewer lost this part of the packets since its last report."""
        if fraction > _HEAVY_LOSS:
            self._set(self.bitrate * 3 // 4)
        elif fraction < _LIGHT_LOSS:
            self._set(self.bitrate * 13 // 12)

    def report_estimate(self, bits_per_s: int) -> None:
        """The viewer's browser thinks that its path takes so much."""
        before, self._estimate = self._estimate, bits_per_s
        self._forget()
        sent = sum(bits for _, bits in self._sent) / _WINDOW_S
        if bits_per_s < before * _FALL and bits_per_s < sent:
            self._set(min(self.bitrate, bits_per_s))

    def _set(self, bitrate: int) -> None:
        self.bitrate = max(self._rung.least_bitrate, min(self._rung.most_bitrate, bitrate))

    def _forget(self) -> None:
        now = self._clock()
        while self._sent and self._sent[0][0] < now - _WINDOW_S:
            self._sent.popleft()
