"""How much one device may send: enough for any honest one, and no more."""

from __future__ import annotations

NUMBERED_PER_S = 100.0
NUMBERED_MOST = 10_500.0
"""An outbox that was filled up in a break comes at once."""
PASSING_PER_S = 30.0
PASSING_MOST = 300.0
PASSING_BYTES_PER_S = 512.0 * 1024
PASSING_BYTES_MOST = 4.0 * 1024 * 1024


class Allowance:
    """Counts down what a device sends; `refill` gives it new allowance as time passes.

    Numbered frames are never dropped: past the allowance no more of them are read for a while.
    Frames without a number (pictures, signals, heartbeats) are dropped past theirs.
    """

    __slots__ = ("_bytes", "_numbered", "_passing", "dropped")

    def __init__(self) -> None:
        self._numbered = NUMBERED_MOST
        self._passing = PASSING_MOST
        self._bytes = PASSING_BYTES_MOST
        self.dropped = 0

    @property
    def has_numbered(self) -> bool:
        """Whether numbered frames may be read."""
        return self._numbered > 0

    def take_numbered(self) -> bool:
        """A numbered frame came; False: read no more for now."""
        self._numbered -= 1
        return self._numbered > 0

    def take_passing(self, size_bytes: int) -> bool:
        """A frame without number came; False: drop it."""
        if self._passing <= 0 or self._bytes <= 0:
            self.dropped += 1
            return False
        self._passing -= 1
        self._bytes -= size_bytes
        return True

    def refill(self, step_s: float) -> None:
        """So many seconds went by."""
        self._numbered = min(NUMBERED_MOST, self._numbered + NUMBERED_PER_S * step_s)
        self._passing = min(PASSING_MOST, self._passing + PASSING_PER_S * step_s)
        self._bytes = min(PASSING_BYTES_MOST, self._bytes + PASSING_BYTES_PER_S * step_s)
