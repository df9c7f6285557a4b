"""How the parts of the server stand: what a shard, the archivist and a hub say of themselves.

Times are durations: the processes' clocks are not compared. Nothing here names a pupil.
"""

from __future__ import annotations

import bisect
import os
import platform
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

COMMIT_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the steps in which commits are counted; there is one more for the rest."""

HUB_MEMORY_S = 600.0
"""How long the archivist remembers a hub that no longer says anything."""


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """One process of the server."""

    pid: int
    node: str
    resident_bytes: int
    descriptors: int


@dataclass(frozen=True, slots=True)
class ShardStats:
    """A shard, as it is now. `record_age_s` is how long the oldest record waits for its commit."""

    name: str
    epoch: str
    life: int
    process: ProcessFacts
    devices: int
    """Devices that live here, connected or not."""
    records_waiting: int
    record_age_s: float


@dataclass(frozen=True, slots=True)
class HubNote:
    """What a hub says of itself."""

    hub: str
    node: str
    pid: int
    address: str
    devices: int
    consoles: int
    items_waiting: int
    degraded: str
    """Why it is degraded, in words; "" when it is not."""


@dataclass(frozen=True, slots=True)
class HubSeen:
    """A hub that the archivist heard of, and how long ago."""

    note: HubNote
    age_s: float


@dataclass(frozen=True, slots=True)
class ArchivistStats:
    """The archivist, as it is now. `commit_age_s` is None before its first commit."""

    process: ProcessFacts
    records_waiting: int
    record_age_s: float
    commit_age_s: float | None
    records: int
    """Records committed in this life."""
    refused: int
    """Calls that could not be stored in this life."""
    commits: tuple[int, ...]
    """Commits in this life by duration: a count for each of `COMMIT_BOUNDS_S`, and for the rest."""
    commit_seconds: float
    """All those durations together."""
    hubs: tuple[HubSeen, ...]


@dataclass(frozen=True, slots=True)
class RuntimeStats:
    """The whole runtime, as one hub could reach it. A part that did not answer is None."""

    shards: Mapping[str, ShardStats | None] = field(default_factory=dict)
    archivist: ArchivistStats | None = None


class CommitWatch:
    """What the archivist keeps to say how it stands: calls that wait, commits, and hubs."""

    def __init__(self) -> None:
        self._waiting: dict[object, tuple[int, float]] = {}
        self._counts = [0] * (len(COMMIT_BOUNDS_S) + 1)
        self._seconds = 0.0
        self._records = self._refused = 0
        self._committed_s: float | None = None
        self._hubs: dict[str, tuple[HubNote, float]] = {}

    @contextmanager
    def waiting(self, records: int) -> Iterator[None]:
        """A call with so many records waits for its commit; an error counts as refused."""
        call = object()
        self._waiting[call] = records, time.monotonic()
        try:
            yield
        except Exception:
            self._refused += 1
            raise
        finally:
            del self._waiting[call]

    @contextmanager
    def committing(self, records: int) -> Iterator[None]:
        """One transaction with so many records; counted when it did not fail."""
        began_s = time.monotonic()
        yield
        self._committed_s = time.monotonic()
        seconds = self._committed_s - began_s
        self._counts[bisect.bisect_left(COMMIT_BOUNDS_S, seconds)] += 1
        self._seconds += seconds
        self._records += records

    def hear(self, note: HubNote) -> None:
        """A hub says how it stands; hubs that were silent for `HUB_MEMORY_S` are forgotten."""
        now_s = time.monotonic()
        self._hubs[note.hub] = note, now_s
        for hub, (_, heard_s) in list(self._hubs.items()):
            if now_s - heard_s > HUB_MEMORY_S:
                del self._hubs[hub]

    def stats(self) -> ArchivistStats:
        """How things stand now."""
        now_s = time.monotonic()
        return ArchivistStats(
            process=process_facts(),
            records_waiting=sum(records for records, _ in self._waiting.values()),
            record_age_s=now_s - min((since for _, since in self._waiting.values()), default=now_s),
            commit_age_s=None if self._committed_s is None else now_s - self._committed_s,
            records=self._records,
            refused=self._refused,
            commits=tuple(self._counts),
            commit_seconds=self._seconds,
            hubs=tuple(HubSeen(note, now_s - heard_s) for note, heard_s in self._hubs.values()),
        )


class Backlog:
    """How long the oldest of numbered things waits; told the numbers as they come and go."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, float]] = deque()

    def came(self, number: int) -> None:
        """Everything up to this number is there now."""
        if not self._marks or self._marks[-1][0] < number:
            self._marks.append((number, time.monotonic()))

    def went(self, number: int) -> None:
        """Nothing up to this number waits any more."""
        while self._marks and self._marks[0][0] <= number:
            self._marks.popleft()

    @property
    def age_s(self) -> float:
        """Seconds for which the oldest waits; 0 when nothing does."""
        return time.monotonic() - self._marks[0][1] if self._marks else 0.0


def process_facts() -> ProcessFacts:
    """This process."""
    process = psutil.Process()
    return ProcessFacts(
        pid=os.getpid(),
        node=platform.node(),
        resident_bytes=process.memory_info().rss,
        descriptors=process.num_fds() if hasattr(process, "num_fds") else 0,
    )
