"""Devices that send what no agent sends, again and again: they are kept out for a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

OFFENCES = 5
WITHIN_S = 600.0
"""So many connections closed for a bad frame, within this."""
KEPT_OUT_S = 300.0


class Misconduct:
    """Remembers bad closes by device. `time_s` is a monotonic clock.

    Only devices that proved themselves are counted: nobody can have another one kept out.
    """

    def __init__(self, time_s: Callable[[], float]) -> None:
        self._time_s = time_s
        self._offences: dict[str, deque[float]] = {}
        self._kept_out: dict[str, float] = {}

    @property
    def kept_out(self) -> list[str]:
        """The devices, by key, that are kept out now."""
        now_s = self._time_s()
        self._kept_out = {
            key: until_s for key, until_s in self._kept_out.items() if until_s > now_s
        }
        return sorted(self._kept_out)

    def is_kept_out(self, device: str) -> bool:
        """Whether a device may not come in now."""
        return self._kept_out.get(device, 0.0) > self._time_s()

    def note(self, device: str) -> bool:
        """A connection was closed for a bad frame; True when the device is kept out from now on."""
        now_s = self._time_s()
        times = self._offences.setdefault(device, deque(maxlen=OFFENCES))
        times.append(now_s)
        if len(times) < OFFENCES or now_s - times[0] > WITHIN_S:
            return False
        del self._offences[device]
        self._kept_out[device] = now_s + KEPT_OUT_S
        return True
