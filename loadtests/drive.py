"""One profile on one server: connect, settle, the window, and what is left over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from loadtests.crew import Crew, Field, State, Window
from loadtests.figures import FIGURES
from loadtests.fitting import fit
from loadtests.latency import percentiles
from loadtests.pipes import Compared, Tally
from loadtests.processes import Cost
from loadtests.profiles import Profile
from loadtests.sampler import Sample
from loadtests.workers import Open, open_process

_SETTLE_S = 2.0
_IDLE_S = 5.0
_GROWTH_SAMPLES = 60
"""Seconds below which a growth of memory says nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a profile."""

    profile: Profile
    connect_s: float
    connecting: Cost | None
    idle: Cost | None
    window: Window
    tally: Tally
    compared: Compared | None
    failures: int
    load_memory_mb: float
    samples: tuple[Sample, ...]

    def figures(self) -> dict[str, float]:
        """Everything measured, by its name in `FIGURES` and in that order."""
        found = self._counts() | self._latencies() | self._server()
        return {
            name: round(value, 4 if "cores" in name else 2)
            for name in FIGURES
            if (value := found.get(name)) is not None
        }

    def _counts(self) -> dict[str, float | None]:
        tally, compared, window = self.tally, self.compared, self.window
        found: dict[str, float | None] = {
            "messages": window.messages,
            "messages_per_s": window.messages / window.seconds,
            "events": window.events or None,
            "unacknowledged": tally.unacknowledged,
            "rejected": tally.rejected,
            "dropped": tally.dropped,
            "failures": self.failures,
            "sheds": tally.sheds,
            "connect_s": self.connect_s,
            "load_cpu_cores": window.load_cores,
            "load_memory_mb": self.load_memory_mb,
        }
        if any(act.do == "break" for act in self.profile.acts):
            found |= {"returned": len(tally.returned_ms), "away": tally.away}
        if compared:
            found |= {
                "lost": compared.lost,
                "doubled": compared.doubled,
                "disordered": compared.disordered,
                "foreign": compared.foreign,
            }
            if any(act.do == "lock" for act in self.profile.acts):
                found["locks"] = len(compared.lock_classes_ms)
                found["locks_unconfirmed"] = compared.locks_unconfirmed
            if any(act.do == "wall" for act in self.profile.acts):
                found |= {"pictures": compared.pictures, "pictures_sent": tally.pictures}
        return found

    def _latencies(self) -> dict[str, float | None]:
        tally, found = self.tally, {}
        series: list[tuple[str, tuple[float | None, ...]]] = [
            ("connect_{}_ms", percentiles(tally.connected_ms, (0.5, 0.95, 0.99, 1.0))),
            ("return_{}_ms", percentiles(tally.returned_ms, (0.5, 0.95, 0.99, 1.0))),
            ("event_{}_ms", percentiles(tally.acknowledged_ms, (0.5, 0.95, 0.99, 1.0))),
        ]
        if self.compared:
            locks = percentiles(self.compared.lock_classes_ms, (0.5, 0.95, 0.99, 1.0))
            found["lock_site_ms"] = max(self.compared.lock_sites_ms, default=None)
            series += [
                ("{}_ms", self.compared.latencies),
                ("picture_{}_ms", self.compared.picture_latencies),
                ("lock_{}_ms", locks),
            ]
        for name, values in series:
            for share, value in zip(("p50", "p95", "p99", "max"), values, strict=True):
                found[name.format(share)] = value
        longest = found.get("return_max_ms")
        found["return_s"] = None if longest is None else longest / 1000
        return found

    def _growth(self) -> float | None:
        """MB an hour that the server's memory grew by in the window; None when it was short."""
        points = [
            (one.at_s, sum(one.memory_mb.values()))
            for one in self.samples[-round(self.window.seconds) :]
            if one.memory_mb
        ]
        return fit(points).slope * 3600 if len(points) >= _GROWTH_SAMPLES else None

    def _server(self) -> dict[str, float | None]:
        window, usage = self.window, self.window.after
        if window.cost is None or usage is None:
            return {}
        connecting = self.connecting
        devices = len(self.tally.sent)
        return {
            "ray_processes": usage.ray_processes,
            "server_rss_mb": usage.rss_mb,
            "server_pss_mb": usage.pss_mb,
            "server_cpu_cores": window.cost.cores,
            "server_idle_cpu_cores": self.idle.cores if self.idle else None,
            "server_cpu_us_per_message": window.us_per_message,
            "memory_slope_mb_h": self._growth(),
            "files_growth": usage.files - window.before.files if window.before else None,
            "connect_us": connecting.cpu_s / devices * 1e6 if connecting else None,
        }


class Drive:
    """Carries out one profile. `stop` ends its window early; `show` is told how far it is."""

    def __init__(
        self,
        profile: Profile,
        field: Field,
        stop: asyncio.Event,
        show: Callable[[State], None],
        *,
        open_: Open = open_process,
        processes: int = 1,
        measures_idle: bool = True,
        awaits_acknowledgement: bool = True,
    ) -> None:
        self._profile = profile
        self._measures_idle = measures_idle
        self._awaits_acknowledgement = awaits_acknowledgement
        self._crew = Crew(field, stop, show, open_=open_, processes=processes)

    async def run(self) -> Outcome:
        """Raises `Stopped`, and `WorkerFailed` when the load cannot be put on the server."""
        async with self._crew as crew:
            return await self._run(crew)

    async def _run(self, crew: Crew) -> Outcome:
        profile = self._profile
        is_late = profile.lessons_within_s > 0
        if not is_late:
            await crew.teach()
        connecting, connect_s = await crew.measure(
            crew.connect(profile.devices, profile.arrival_s, are_seen=not is_late)
        )
        idle = None
        if self._measures_idle:
            await crew.rest(_SETTLE_S, "settling")
            idle = await crew.rest(_IDLE_S)
        if is_late:
            await crew.teach(profile.lessons_within_s)
        window = await crew.play(
            profile.rates,
            profile.seconds,
            think=profile.think,
            curve=profile.curve,
            acts=profile.acts,
        )
        tally = await (crew.drain() if self._awaits_acknowledgement else crew.tally())
        return Outcome(
            profile=profile,
            connect_s=connect_s,
            connecting=connecting,
            idle=idle,
            window=window,
            tally=tally,
            compared=await crew.compare(tally),
            failures=crew.failures,
            load_memory_mb=crew.load_memory_mb,
            samples=tuple(crew.samples),
        )
