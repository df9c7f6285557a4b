"""Every figure that a run can give: what it is called, its unit, what it means, what is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Better = Literal["less", "more", ""]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `better` is empty where neither is."""

    label: str
    unit: str
    about: str
    better: Better = "less"


FIGURES: dict[str, Figure] = {
    "messages": Figure("messages", "", "sent in the window, of all kinds", ""),
    "messages_per_s": Figure("messages a second", "1/s", "all devices together", ""),
    "p50_ms": Figure("device to teacher, p50", "ms", "from a post to a watching console"),
    "p95_ms": Figure("device to teacher, p95", "ms", "from a post to a watching console"),
    "p99_ms": Figure("device to teacher, p99", "ms", "from a post to a watching console"),
    "max_ms": Figure("device to teacher, longest", "ms", "from a post to a watching console"),
    "lost": Figure("lost", "", "sent by a watched device and never seen"),
    "doubled": Figure("doubled", "", "seen again"),
    "disordered": Figure("out of order", "", "seen after a later one of the same device"),
    "foreign": Figure("foreign", "", "seen but never sent"),
    "unacknowledged": Figure("unacknowledged", "", "not acknowledged when the run ended"),
    "rejected": Figure("rejected", "", "refused by the hub"),
    "dropped": Figure("dropped", "", "dropped by the devices because the outbox was full"),
    "failures": Figure("broken connections", "", "that broke or were refused; cuts are not in it"),
    "sheds": Figure("told to come later", "", "connections that a busy hub refused for a while"),
    "connect_s": Figure("all connected after", "s", "first attempt to last welcome"),
    "connect_p95_ms": Figure("one device connected, p95", "ms", "own first attempt to welcome"),
    "connect_us": Figure("server processor a connection", "µs", "with everything it brings"),
    "returned": Figure("devices back", "", "after their connection was cut", "more"),
    "away": Figure("devices not back", "", "after their connection was cut"),
    "return_p95_ms": Figure("a device back, p95", "ms", "from the cut to the welcome"),
    "return_s": Figure("all back after", "s", "from the cut to the last welcome"),
    "locks": Figure("classes locked", "", "of which every device confirmed", "more"),
    "locks_unconfirmed": Figure("classes not locked whole", "", "a device did not confirm"),
    "lock_p50_ms": Figure("lock of a class, p50", "ms", "click to the last device's confirmation"),
    "lock_p95_ms": Figure("lock of a class, p95", "ms", "click to the last device's confirmation"),
    "lock_p99_ms": Figure("lock of a class, p99", "ms", "click to the last device's confirmation"),
    "lock_site_ms": Figure(
        "lock of all classes at once", "ms", "last click to the last device, the slowest time"
    ),
    "events": Figure("events for the database", "", "sent in the window", ""),
    "event_p50_ms": Figure("event acknowledged, p50", "ms", "from the post, after the commit"),
    "event_p95_ms": Figure("event acknowledged, p95", "ms", "from the post, after the commit"),
    "event_p99_ms": Figure("event acknowledged, p99", "ms", "from the post, after the commit"),
    "pictures": Figure("pictures seen", "", "by all consoles", "more"),
    "pictures_sent": Figure("pictures sent", "", "by all devices", ""),
    "picture_p50_ms": Figure("picture's age, p50", "ms", "when a console has it"),
    "picture_p95_ms": Figure("picture's age, p95", "ms", "when a console has it"),
    "start_s": Figure("hub started after", "s", "process begun to ready for lessons"),
    "memory_slope_mb_h": Figure("server memory's growth", "MB/h", "resident, fitted with a line"),
    "files_growth": Figure("server's open files, growth", "", "end against beginning"),
    "growth_of_cost": Figure(
        "cost of a further device, last step against all", "x", "1: as flat as can be"
    ),
    "sign_in_p50_ms": Figure("sign-in by password, p50", "ms", "request to session"),
    "sign_in_p95_ms": Figure("sign-in by password, p95", "ms", "request to session"),
    "sign_ins": Figure("sign-ins", "", "that were granted", "more"),
    "sign_in_memory_mb": Figure("memory of sign-ins", "MB", "most above the beginning"),
    "overview_p50_ms": Figure("trust overview, p50", "ms", "the whole answer"),
    "overview_p95_ms": Figure("trust overview, p95", "ms", "the whole answer"),
    "events_stored": Figure("events in the store", "", "when the overview was asked", ""),
    "sites": Figure("schools", "", "in the trust", ""),
    "ray_processes": Figure("Ray processes", "", "of the server", ""),
    "server_rss_mb": Figure("server memory, resident", "MB", "what processes share is in each"),
    "server_pss_mb": Figure("server memory", "MB", "what processes share counted once"),
    "server_cpu_cores": Figure("server processor", "cores", "in the window"),
    "server_idle_cpu_cores": Figure("server processor at rest", "cores", "all connected"),
    "server_cpu_us_per_message": Figure("server processor a message", "µs", "all processes"),
    "load_cpu_cores": Figure("simulators' processor", "cores", "on the same machine", ""),
    "load_memory_mb": Figure("simulators' memory", "MB", "on the same machine", ""),
    "ratio_to_bare_socket": Figure(
        "against a bare socket", "x", "processor time a message, in the same run"
    ),
    "ratio_of_call_per_message": Figure(
        "one Ray call a message, against a bare socket", "x", "in the same run", ""
    ),
}

FAULTS = ("lost", "doubled", "disordered", "foreign", "rejected", "dropped")
"""Figures that must be 0."""


def shown(name: str, value: float | None) -> str:
    """A figure with its unit, for people."""
    if value is None:
        return "-"
    unit = FIGURES[name].unit if name in FIGURES else ""
    return f"{number(value)} {unit}".strip()


def number(value: float) -> str:
    """Three digits that count, with commas from a thousand on."""
    if value and abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:,.0f}"
