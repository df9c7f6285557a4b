"""How the whole server stood when it was last asked: for the console, metrics and operators."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actors.stats import ArchivistStats, HubSeen, RuntimeStats, ShardStats
from hub.sockets.sessions import SocketCounts
from hub.stall_watch import StallWatch

RESTARTS = 50
SILENT_HUB_S = 20.0
"""A hub that said nothing for so long is shown as silent."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A part began anew."""

    part: str
    at_ms: int
    cause: str


@dataclass
class Standing:
    """What is known, kept by `hub.monitor.Monitor`; empty until it asked for the first time."""

    hub: str = ""
    database: str = ""
    started_at_ms: int = 0
    asked_at_ms: int = 0
    degraded: str = "The server is starting."
    stats: RuntimeStats = field(default_factory=RuntimeStats)
    queues: Mapping[str, int] = field(default_factory=dict)
    """Items that wait in this hub, by the shard that they are for."""
    counts: SocketCounts = field(default_factory=SocketCounts)
    stall_watch: StallWatch = field(default_factory=StallWatch)
    certificate_warning: Callable[[], str] = str
    """What operators must know of the certificate, in a sentence; "" when it is well."""
    restarts: deque[Restart] = field(default_factory=lambda: deque(maxlen=RESTARTS))
    restarts_of: dict[str, int] = field(default_factory=dict)
    _lives: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, stats: RuntimeStats, now_ms: int) -> None:
        """What the runtime says now; a part whose process or life is another has restarted."""
        self.stats, self.asked_at_ms = stats, now_ms
        lives = {
            name: (shard.process.pid, shard.epoch) for name, shard in stats.shards.items() if shard
        }
        if stats.archivist:
            lives["archivist"] = stats.archivist.process.pid, ""
        for part, (pid, life) in lives.items():
            before_pid, before_life = self._lives.get(part, (pid, life))
            if before_pid != pid:
                self.note_restart(
                    part, now_ms, f"Its process {before_pid} ended; {pid} is its next one."
                )
            elif before_life != life:
                self.note_restart(part, now_ms, f"It began a new life in its process {pid}.")
        self._lives.update(lives)

    def note_restart(self, part: str, now_ms: int, cause: str) -> None:
        """A part has begun anew."""
        self.restarts.append(Restart(part, now_ms, cause))
        self.restarts_of[part] = self.restarts_of.get(part, 0) + 1

    def facts(self, now_ms: int) -> dict[str, Any]:
        """All of it, as JSON has it. Names no person and no device."""
        watch = self.stall_watch
        return {
            "state": "degraded" if self.degraded else "ok",
            "detail": self.degraded,
            "now_ms": now_ms,
            "asked_at_ms": self.asked_at_ms,
            "started_at_ms": self.started_at_ms,
            "hub": self.hub,
            "database": self.database,
            "certificate_warning": self.certificate_warning(),
            "hubs": [self._hub(seen) for seen in self._hubs()],
            "shards": [self._shard(name, shard) for name, shard in self.stats.shards.items()],
            "archivist": _archivist(self.stats.archivist),
            "sockets": {
                "frames_received": self.counts.frames_received,
                "frames_refused": self.counts.frames_refused,
                "messages_set_aside": self.counts.messages_set_aside,
                "pictures_dropped": self.counts.pictures_dropped,
                "consoles_dropped": self.counts.consoles_dropped,
            },
            "event_loop": {
                "stalled_s": round(watch.stalled_s, 3),
                "stalls": watch.stalls,
                "stall_seconds": round(watch.stall_seconds, 3),
                "pauses": watch.pauses,
                "pause_seconds": round(watch.pause_seconds, 3),
            },
            "restarts": [
                {"part": restart.part, "at_ms": restart.at_ms, "cause": restart.cause}
                for restart in reversed(self.restarts)
            ],
        }

    def _hubs(self) -> list[HubSeen]:
        seen = self.stats.archivist.hubs if self.stats.archivist else ()
        return sorted(seen, key=lambda one: (one.note.hub != self.hub, one.note.hub))

    def _hub(self, seen: HubSeen) -> dict[str, Any]:
        note = seen.note
        return {
            "name": note.hub,
            "is_this": note.hub == self.hub,
            "is_silent": seen.age_s > SILENT_HUB_S,
            "node": note.node,
            "pid": note.pid,
            "address": note.address,
            "devices": note.devices,
            "consoles": note.consoles,
            "items_waiting": note.items_waiting,
            "degraded": note.degraded,
            "age_s": round(seen.age_s, 1),
        }

    def _shard(self, name: str, shard: ShardStats | None) -> dict[str, Any]:
        known = {
            "name": name,
            "is_up": shard is not None,
            "queue": self.queues.get(name, 0),
            "restarts": self.restarts_of.get(name, 0),
        }
        if shard is None:
            return known
        return known | {
            "pid": shard.process.pid,
            "node": shard.process.node,
            "life": shard.life,
            "devices": shard.devices,
            "records_waiting": shard.records_waiting,
            "lag_s": round(shard.record_age_s, 3),
            "resident_bytes": shard.process.resident_bytes,
            "descriptors": shard.process.descriptors,
        }


def _archivist(stats: ArchivistStats | None) -> dict[str, Any]:
    if stats is None:
        return {"is_up": False}
    return {
        "is_up": True,
        "pid": stats.process.pid,
        "node": stats.process.node,
        "records_waiting": stats.records_waiting,
        "lag_s": round(stats.record_age_s, 3),
        "commit_age_s": None if stats.commit_age_s is None else round(stats.commit_age_s, 1),
        "commits": sum(stats.commits),
        "mean_commit_ms": round(1000 * stats.commit_seconds / max(1, sum(stats.commits)), 2),
        "records": stats.records,
        "refused": stats.refused,
        "resident_bytes": stats.process.resident_bytes,
    }
