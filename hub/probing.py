"""The probe's rounds, one after another, and what becomes of their results."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from hub.probe import Probe
from store.engine import Store, StoreUnavailable
from store.probes import UP, ProbeResult, add_result

EVERY_S = 30.0
UNSTORED = 2_880
"""Results that wait for a database that is away: a day of them."""

_log = structlog.get_logger(__name__)


class Probing:
    """Runs rounds and stores their results, in order.

    While the database is away results wait here; those that did not get there before this
    program ended leave the time unknown.
    """

    def __init__(
        self, probe: Probe, store: Store, now_ms: Callable[[], int], every_s: float
    ) -> None:
        self._probe = probe
        self._store = store
        self._now_ms = now_ms
        self._every_s = every_s
        self._unstored: deque[ProbeResult] = deque(maxlen=UNSTORED)
        self._outcome = ""

    async def run(self) -> None:
        """One round each `every_s`, until cancelled."""
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            await self.once()
            due_s = max(due_s + self._every_s, loop.time())
            await asyncio.sleep(due_s - loop.time())

    async def once(self) -> ProbeResult:
        """One round, stored if that can be."""
        result = await self._probe.round(self._now_ms())
        if result.outcome != self._outcome:
            self._outcome = result.outcome
            say = _log.info if result.outcome == UP else _log.error
            say("probe", outcome=result.outcome, seen_ms=result.seen_ms, reason=result.reason)
        self._unstored.append(result)
        await asyncio.to_thread(self._store_results)
        return result

    def _store_results(self) -> None:
        # A round that waits for its time-outs makes the next one late.
        longest_gap_ms = round(2 * self._every_s * 1000) + 60_000
        while self._unstored:
            try:
                add_result(self._store, self._unstored[0], longest_gap_ms)
            except StoreUnavailable as error:
                _log.warning("probe_not_stored", waiting=len(self._unstored), error=str(error))
                return
            self._unstored.popleft()
