"""What the server counts, in the form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from actors.stats import COMMIT_BOUNDS_S, ArchivistStats, ShardStats

if TYPE_CHECKING:
    from hub.sockets.switchboard import Switchboard
    from hub.standing import Standing
    from hub.supervisor import Supervisor
    from hub.uptime import ProbeWatch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters of one server process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "formroom_http_requests",
            "Requests answered, by route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "formroom_http_request_seconds",
            "Seconds to answer a request.",
            ("route",),
            registry=self.registry,
        )
        self.sign_ins = Counter(
            "formroom_sign_ins",
            "Attempts to sign in: right, wrong, throttled.",
            ("outcome",),
            registry=self.registry,
        )

    def watch(self, board: Switchboard, supervisor: Supervisor) -> None:
        """Count what these two hold and do."""
        self.gauge("formroom_devices_connected", "Devices connected here.", lambda: board.devices)
        self.gauge(
            "formroom_consoles_connected", "Consoles connected here.", lambda: board.consoles
        )
        self.gauge(
            "formroom_items_waiting", "Items on the way to shards.", lambda: board.waiting_items
        )
        self.gauge("formroom_runtime_restarts", "Restarts of Ray.", lambda: supervisor.restarts)

    def gauge(self, name: str, help_: str, read: Callable[[], float]) -> None:
        """Show what `read` returns whenever somebody looks; the last given for a name counts."""
        if name not in self._gauges:
            self._gauges[name] = Gauge(name, help_, registry=self.registry)
        self._gauges[name].set_function(read)

    def show(self, standing: Standing) -> None:
        """Show how the parts of the server stood when they were last asked."""
        self.registry.register(_StandingCollector(standing))

    def show_probes(self, watch: ProbeWatch) -> None:
        """Show what probes found."""
        self.registry.register(_ProbeCollector(watch))

    def text(self) -> bytes:
        """Everything counted so far."""
        return generate_latest(self.registry)


class _StandingCollector(Collector):
    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        standing = self._standing
        yield _gauge("formroom_ready", "Whether lessons can be served.", not standing.degraded)
        yield from self._sockets()
        yield from self._event_loop()
        yield from self._shards()
        archivist = standing.stats.archivist
        yield _gauge("formroom_archivist_up", "Whether the archivist answers.", bool(archivist))
        if archivist:
            yield from _archivist(archivist)

    def _sockets(self) -> Iterator[Metric]:
        counts = self._standing.counts
        for name, help_, value in (
            ("frames_received", "Frames of devices brought to shards.", counts.frames_received),
            ("frames_refused", "Frames of devices not accepted.", counts.frames_refused),
            ("messages_set_aside", "Messages that ended a shard.", counts.messages_set_aside),
            ("pictures_dropped", "Pictures replaced by newer ones.", counts.pictures_dropped),
            ("consoles_dropped", "Consoles that read too slowly.", counts.consoles_dropped),
        ):
            yield _counter(f"formroom_{name}", help_, value)

    def _event_loop(self) -> Iterator[Metric]:
        watch = self._standing.stall_watch
        for name, help_, value in (
            ("event_loop_stalls", "Stalls of the event loop over 0.5 s.", watch.stalls),
            ("event_loop_stall_seconds", "Seconds of those stalls.", watch.stall_seconds),
            ("process_pauses", "Times in which the process stood still.", watch.pauses),
            ("process_pause_seconds", "Seconds of those times.", watch.pause_seconds),
        ):
            yield _counter(f"formroom_{name}", help_, value)
        yield _gauge(
            "formroom_event_loop_stalled_seconds", "Seconds of the stall now.", watch.stalled_s
        )

    def _shards(self) -> Iterator[Metric]:
        stats = self._standing.stats.shards
        up = GaugeMetricFamily("formroom_shard_up", "Whether it answers.", labels=["shard"])
        for name, shard in stats.items():
            up.add_metric([name], float(shard is not None))
        yield up
        restarts = CounterMetricFamily(
            "formroom_shard_restarts", "New lives that this hub saw.", labels=["shard"]
        )
        for name in stats:
            restarts.add_metric([name], self._standing.restarts_of.get(name, 0))
        yield restarts
        for name, (help_, read) in _SHARD_GAUGES.items():
            family = GaugeMetricFamily(f"formroom_shard_{name}", help_, labels=["shard"])
            for shard in filter(None, stats.values()):
                family.add_metric([shard.name], read(shard))
            yield family


class _ProbeCollector(Collector):
    def __init__(self, watch: ProbeWatch) -> None:
        self._watch = watch

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        results = CounterMetricFamily(
            "formroom_probe_results", "Rounds of probes by outcome.", labels=["outcome"]
        )
        rounds = self._watch.rounds
        for outcome in ("up", "late", "down"):
            results.add_metric([outcome], getattr(rounds, outcome))
        yield results
        age = GaugeMetricFamily(
            "formroom_probe_age_seconds", "Since the last round of a probe.", labels=["probe"]
        )
        for probe, seconds in self._watch.ages_s().items():
            age.add_metric([probe], seconds)
        yield age


_SHARD_GAUGES: dict[str, tuple[str, Callable[[ShardStats], float]]] = {
    "devices": ("Devices that live in it.", lambda shard: shard.devices),
    "records_waiting": ("Records not committed yet.", lambda shard: shard.records_waiting),
    "record_age_seconds": (
        "For how long the oldest record waits for its commit.",
        lambda shard: shard.record_age_s,
    ),
    "resident_bytes": ("Resident memory.", lambda shard: shard.process.resident_bytes),
    "open_descriptors": ("Open descriptors.", lambda shard: shard.process.descriptors),
}


def _archivist(stats: ArchivistStats) -> Iterator[Metric]:
    yield _gauge(
        "formroom_archivist_records_waiting", "Records not committed yet.", stats.records_waiting
    )
    yield _gauge(
        "formroom_archivist_record_age_seconds",
        "For how long the oldest record waits for its commit.",
        stats.record_age_s,
    )
    if stats.commit_age_s is not None:
        yield _gauge(
            "formroom_archivist_commit_age_seconds", "Since the last commit.", stats.commit_age_s
        )
    yield _counter("formroom_archivist_records", "Records committed in this life.", stats.records)
    yield _counter("formroom_archivist_refused", "Calls refused in this life.", stats.refused)
    bounds = [*map(str, COMMIT_BOUNDS_S), "+Inf"]
    yield HistogramMetricFamily(
        "formroom_archivist_commit_seconds",
        "Seconds for which a commit took, in this life.",
        buckets=list(zip(bounds, accumulate(stats.commits), strict=True)),
        sum_value=stats.commit_seconds,
    )


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=float(value))


def _counter(name: str, help_: str, value: float) -> Metric:
    return CounterMetricFamily(name, help_, value=value)
