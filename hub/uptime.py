"""How well the server served, month by month, as probes found it; what nobody saw is unknown."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from store.engine import Store, StoreUnavailable
from store.probes import QUARTER_MS, ProbeResult, Quarter, Rounds, count_rounds, last_results

TARGETS = {"all": 99.0, "school": 99.9}
"""Per cent of the time that is known; school hours are those of the settings, on weekdays."""
READ_S = 15.0


@dataclass(frozen=True, slots=True)
class SchoolHours:
    """When a school is open: on weekdays from `begin` to `end`, in its time zone."""

    begin: time
    end: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: str) -> SchoolHours:
        """Hours as in `08:00-16:00`; raises `ValueError` for what is none, or no known zone."""
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        if begin >= end or any(part.minute % 15 or part.second for part in (begin, end)):
            raise ValueError("hours begin before they end, at whole quarters")
        try:
            return cls(begin, end, ZoneInfo(zone))
        except (LookupError, OSError) as error:
            raise ValueError(f"no time zone {zone!r}: {error}") from None

    def month_start_ms(self, now_ms: int, months_ago: int) -> int:
        """The beginning of a month, in the school's time zone."""
        now = datetime.fromtimestamp(now_ms / 1000, self.zone)
        month = now.year * 12 + now.month - 1 - months_ago
        start = datetime(month // 12, month % 12 + 1, 1, tzinfo=self.zone)
        return int(start.timestamp() * 1000)

    def has(self, moment: datetime) -> bool:
        """Whether the school is open at this moment of its time zone; holidays are not known."""
        return moment.weekday() < 5 and self.begin <= moment.time() < self.end


def monthly(
    quarters: Iterable[Quarter], hours: SchoolHours, now_ms: int, months: int
) -> list[dict[str, Any]]:
    """Uptime of each probe in the last months, the present one first, as JSON has it."""
    by_probe: dict[str, dict[int, Quarter]] = defaultdict(dict)
    for quarter in quarters:
        by_probe[quarter.probe][quarter.at_ms] = quarter
    told = []
    for ago in range(months):
        begin_ms = hours.month_start_ms(now_ms, ago)
        end_ms = min(now_ms, hours.month_start_ms(now_ms, ago - 1))
        spans = list(_spans(begin_ms, end_ms, hours))
        for probe, known in sorted(by_probe.items()):
            if end_ms <= min(known):
                continue  # before its first round there was no probe
            tallies = {name: _Tally() for name in TARGETS}
            for at_ms, length_ms, is_school in spans:
                found = known.get(at_ms)
                tallies["all"].add(found, length_ms)
                if is_school:
                    tallies["school"].add(found, length_ms)
            month = datetime.fromtimestamp(begin_ms / 1000, hours.zone).strftime("%Y-%m")
            facts = {name: tally.facts(TARGETS[name]) for name, tally in tallies.items()}
            told.append({"month": month, "probe": probe, **facts})
    return told


def _spans(begin_ms: int, end_ms: int, hours: SchoolHours) -> Iterable[tuple[int, int, bool]]:
    """The quarters of a stretch of time: beginning, length within it, whether school is open."""
    for at_ms in range(begin_ms, end_ms, QUARTER_MS):
        moment = datetime.fromtimestamp(at_ms / 1000, hours.zone)
        yield at_ms, min(QUARTER_MS, end_ms - at_ms), hours.has(moment)


class _Tally:
    def __init__(self) -> None:
        self.elapsed_ms = self.up_ms = self.down_ms = 0

    def add(self, found: Quarter | None, length_ms: int) -> None:
        self.elapsed_ms += length_ms
        if found:
            self.up_ms += found.up_ms
            self.down_ms += found.down_ms

    def facts(self, target: float) -> dict[str, Any]:
        known_ms = self.up_ms + self.down_ms
        # Cut off, not rounded: 99.9996 % is not 100 %.
        uptime = floor(100_000 * self.up_ms / known_ms) / 1000 if known_ms else None
        return {
            "uptime_percent": uptime,
            "target_percent": target,
            "is_met": None if uptime is None else uptime >= target,
            "up_s": self.up_ms // 1000,
            "down_s": self.down_ms // 1000,
            "unknown_s": max(0, self.elapsed_ms - known_ms) // 1000,
        }


class ProbeWatch:
    """What probes found last, read from the store now and then, for metrics."""

    def __init__(self, store: Store, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms
        self.rounds = Rounds()
        self.last: tuple[ProbeResult, ...] = ()

    def ages_s(self) -> dict[str, float]:
        """Seconds since the last round of each probe."""
        return {one.probe: max(0.0, (self._now_ms() - one.at_ms) / 1000) for one in self.last}

    async def run(self) -> None:
        """Read until cancelled; while the database is away what was read last stays."""
        while True:
            with contextlib.suppress(StoreUnavailable):
                await asyncio.to_thread(self.read)
            await asyncio.sleep(READ_S)

    def read(self) -> None:
        """Read once."""
        self.rounds, self.last = count_rounds(self._store), tuple(last_results(self._store))
