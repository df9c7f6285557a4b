"""A server's processes over time, looked at once a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import msgspec
import psutil

from loadtests.processes import Usage, cost, look

PERIOD_S = 1.0


class Sample(msgspec.Struct, frozen=True, omit_defaults=True):
    """One second of a run. `at_s` counts from the run's beginning; counts are of that second."""

    at_s: float
    connected: int
    sent: int
    seen: int
    failures: int
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    cores: dict[str, float] = {}
    """Processor use of the server, by process name."""
    memory_mb: dict[str, float] = {}
    """Resident memory of the server, by process name; what they share is in each."""
    load_cores: float = 0.0
    load_mb: float = 0.0


class Now(msgspec.Struct, frozen=True):
    """What the load itself says of this moment; counts are from the beginning."""

    connected: int
    sent: int
    seen: int
    pictures: int
    failures: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    cpu_s: float
    rss_mb: float
    bytes: int
    """Of all connections, both ways."""


class Sampler:
    """Takes a sample every second. `pid` None: the server's processes are not on this machine."""

    def __init__(self, pid: int | None, now: Callable[[], Now]) -> None:
        self.samples: list[Sample] = []
        self._pid = pid
        self._now = now
        self._began_s = time.monotonic()

    async def run(self) -> None:
        """Until cancelled."""
        usage, state, at_s = await self._look(), self._now(), time.monotonic()
        due_s = at_s
        while True:
            due_s += PERIOD_S
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            old_usage, old_state, old_s = usage, state, at_s
            usage, state, at_s = await self._look(), self._now(), time.monotonic()
            spent = cost(old_usage, usage) if old_usage and usage else None
            passed_s = at_s - old_s
            self.samples.append(
                Sample(
                    at_s=round(at_s - self._began_s, 2),
                    connected=state.connected,
                    sent=state.sent - old_state.sent,
                    seen=state.seen - old_state.seen,
                    failures=state.failures - old_state.failures,
                    p50_ms=state.p50_ms,
                    p95_ms=state.p95_ms,
                    p99_ms=state.p99_ms,
                    cores={
                        name: round(value, 3)
                        for name, value in (spent.by_process if spent else {}).items()
                        if value >= 0.001
                    },
                    memory_mb=usage.memory_by_name if usage else {},
                    load_cores=round((state.cpu_s - old_state.cpu_s) / passed_s, 3),
                    load_mb=round(state.rss_mb, 1),
                )
            )

    async def _look(self) -> Usage | None:
        if self._pid is None:
            return None
        try:
            return await asyncio.to_thread(look, self._pid, time.monotonic(), counts_shared=False)
        except psutil.NoSuchProcess:
            return None
