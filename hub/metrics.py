"""What the server counts, in the form that Prometheus reads."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from hub.sockets.switchboard import Switchboard
    from hub.supervisor import Supervisor

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters of one server process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
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
        for name, help_, read in (
            ("formroom_devices_connected", "Devices connected here.", lambda: board.devices),
            ("formroom_consoles_connected", "Consoles connected here.", lambda: board.consoles),
            ("formroom_items_waiting", "Items on the way to shards.", lambda: board.waiting_items),
            ("formroom_runtime_restarts", "Restarts of Ray.", lambda: supervisor.restarts),
        ):
            Gauge(name, help_, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """Everything counted so far."""
        return generate_latest(self.registry)
