"""How long a lock takes: from the click to the confirmation of the last device."""

from __future__ import annotations


class Locks:
    """The locks that one group of teachers asked for, as their consoles see them.

    A class counts when every device that was connected at the click has confirmed. A device that
    is lost meanwhile is no longer waited for.
    """

    def __init__(self) -> None:
        self.classes_ms: list[float] = []
        self._waiting: dict[str, tuple[int, float, set[str]]] = {}
        self._clicked_s: dict[int, float] = {}
        self._last_s: dict[int, float] = {}
        self._failed: set[int] = set()
        self._unconfirmed = 0

    @property
    def waiting(self) -> int:
        """Classes of which a device has not confirmed."""
        return len(self._waiting)

    @property
    def unconfirmed(self) -> int:
        """Classes of which a device did not confirm before the next click, or has not yet."""
        return self._unconfirmed + self.waiting

    @property
    def sites_ms(self) -> list[float]:
        """For each round of clicks that all have confirmed: last click to last confirmation."""
        open_ = {round_ for round_, _, _ in self._waiting.values()} | self._failed
        return [
            (last_s - self._clicked_s[round_]) * 1000
            for round_, last_s in self._last_s.items()
            if round_ not in open_
        ]

    def click(self, round_: int, lesson: str, devices: set[str], now_s: float) -> None:
        """A teacher locks a class whose connected devices are these."""
        self.release(lesson)
        self._clicked_s[round_] = max(now_s, self._clicked_s.get(round_, now_s))
        if devices:
            self._waiting[lesson] = (round_, now_s, set(devices))

    def confirm(self, lesson: str, device: str, now_s: float) -> None:
        """A device's lock is applied, says the teacher's console."""
        found = self._waiting.get(lesson)
        if found is None:
            return
        round_, clicked_s, missing = found
        missing.discard(device)
        if not missing:
            del self._waiting[lesson]
            self.classes_ms.append((now_s - clicked_s) * 1000)
            self._last_s[round_] = max(now_s, self._last_s.get(round_, 0.0))

    def leave(self, lesson: str, device: str) -> None:
        """A device is lost: nobody waits for it."""
        found = self._waiting.get(lesson)
        if found is None:
            return
        found[2].discard(device)
        if not found[2]:
            del self._waiting[lesson]

    def release(self, lesson: str) -> None:
        """A teacher unlocks, or clicks again: what has not confirmed never will."""
        found = self._waiting.pop(lesson, None)
        if found is not None:
            self._unconfirmed += 1
            self._failed.add(found[0])
