"""How many events each site had on each day, without reading what cannot have changed again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from store.engine import Store
from store.events import DayCount, day_counts

KEPT_S = 60.0
"""For how long days that are over are kept: what came shortly before midnight is stored later."""
KEPT = 16


@dataclass(frozen=True, slots=True)
class _Past:
    read_ms: int
    counts: tuple[DayCount, ...]


class DayCounts:
    """The counts of a trust's last days: those of today as they are, earlier ones a minute old.

    A hundred sites have tens of thousands of counts in a month, of which only today's change.
    """

    def __init__(self) -> None:
        self._past: OrderedDict[tuple[str, str, str], _Past] = OrderedDict()
        self._reading = asyncio.Lock()

    async def read(
        self, store: Store, trust: str, since: str, today: str, now_ms: int
    ) -> list[DayCount]:
        """Counts from the day `since` (as in 2026-11-22, UTC) to `today`."""
        past = await self._read_past(store, trust, since, today, now_ms)
        return [*past, *await asyncio.to_thread(day_counts, store, trust, today)]

    async def _read_past(
        self, store: Store, trust: str, since: str, today: str, now_ms: int
    ) -> tuple[DayCount, ...]:
        key = trust, since, today
        async with self._reading:
            known = self._past.get(key)
            if known is None or now_ms - known.read_ms >= KEPT_S * 1000:
                rows = await asyncio.to_thread(day_counts, store, trust, since)
                known = _Past(now_ms, tuple(row for row in rows if row.day < today))
                self._past[key] = known
            self._past.move_to_end(key)
            while len(self._past) > KEPT:
                self._past.popitem(last=False)
        return known.counts
