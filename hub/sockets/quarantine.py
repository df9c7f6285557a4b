"""Which frame or command ends the process of its shard, found without holding up the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Hashable, Iterable

from actors.ports import FrameItem, Item

DEATHS = 3
"""After so many deaths with an item in flight, the last one alone, the item is the cause."""
WITHIN_S = 60.0


class Quarantine:
    """Counts, for each item, the deaths of its shard while the item was in flight.

    A device sends a frame again in each life of the shard, so a frame is known by its device, its
    number and its content. An item that was in flight at all but one of `DEATHS` deaths within
    `WITHIN_S` is brought alone from then on; when the shard dies of that, it is the culprit. What
    takes effect is cleared.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._deaths: dict[Hashable, list[float]] = {}

    def parts(self, items: list[Item]) -> list[list[Item]]:
        """The items in their order, in as few batches as may be brought."""
        if not self._deaths:
            return [items]
        parts: list[list[Item]] = [[]]
        for item in items:
            if self._count(item) >= DEATHS - 1:
                parts += [[item], []]
            else:
                parts[-1].append(item)
        return [part for part in parts if part]

    def died(self, items: Iterable[Item]) -> None:
        """The shard died while these were in flight."""
        now_s = self._clock()
        self._deaths = {
            key: recent
            for key, times in self._deaths.items()
            if (recent := [at_s for at_s in times if at_s > now_s - WITHIN_S])
        }
        for item in items:
            self._deaths.setdefault(_identity(item), []).append(now_s)

    def is_culprit(self, items: list[Item]) -> bool:
        """Whether these are one item, of which the shard died for the last time just now."""
        return len(items) == 1 and self._count(items[0]) >= DEATHS

    def survived(self, items: Iterable[Item], sessions: Container[int]) -> None:
        """A batch took effect; of the frames those of these sessions."""
        if not self._deaths:
            return
        for item in items:
            if type(item) is not tuple or item[1] in sessions:
                self._deaths.pop(_identity(item), None)

    def forget(self, item: Item) -> None:
        """An item was set aside."""
        self._deaths.pop(_identity(item), None)

    def _count(self, item: Item) -> int:
        after_s = self._clock() - WITHIN_S
        return sum(at_s > after_s for at_s in self._deaths.get(_identity(item), ()))


def _identity(item: Item) -> Hashable:
    if type(item) is tuple:
        frame: FrameItem = item
        return frame[0], frame[2], frame[3], frame[4]
    return item
