"""A pupil's seeded row of tasks, without end."""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from endpoint.simulation.topics import TOPICS, Topic


class Kind(StrEnum):
    """The windows that a simulated pupil uses."""

    WRITER = "writer"
    BROWSER = "browser"
    SHEET = "sheet"
    PAINT = "paint"


APPLICATIONS: dict[Kind, str] = {
    Kind.WRITER: "Writer",
    Kind.BROWSER: "Web Browser",
    Kind.SHEET: "Sheets",
    Kind.PAINT: "Paint",
}

_WEIGHTS = {Kind.WRITER: 4, Kind.BROWSER: 5, Kind.SHEET: 2, Kind.PAINT: 2}
_REST_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class Task:
    """One window in front for `duration_s`; while `resting` nobody touches the device."""

    number: int
    kind: Kind
    topic: Topic
    duration_s: float
    keys_per_s: float
    resting: bool

    @property
    def application(self) -> str:
        """The name of the program."""
        return APPLICATIONS[self.kind]

    @property
    def title(self) -> str:
        """The window's title, as such a program writes it."""
        match self.kind:
            case Kind.WRITER:
                return f"{self.topic.title} - {self.application}"
            case Kind.BROWSER:
                return f"{self.topic.title} | Learn {self.topic.subject} - {self.application}"
            case Kind.SHEET:
                return f"{self.topic.table[0]} and {self.topic.table[1]} - {self.application}"
            case Kind.PAINT:
                return f"Poster: {self.topic.title} - {self.application}"


class Timeline:
    """The tasks of one seed by seconds since its beginning. Equal seeds give equal rows."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(f"timeline {seed}")
        self._topics = self._rng.sample(TOPICS, 3)
        self._starts: list[float] = []
        self._tasks: list[Task] = []
        self._end_s = 0.0

    def at(self, second: float) -> tuple[Task, float]:
        """The task at this second (0 or later) and the seconds since it began."""
        while self._end_s <= second:
            self._extend()
        index = bisect_right(self._starts, second) - 1
        return self._tasks[index], second - self._starts[index]

    def _extend(self) -> None:
        rng = self._rng
        last = self._tasks[-1] if self._tasks else None
        resting = last is not None and not last.resting and rng.random() < _REST_SHARE
        if last is not None and resting:
            kind, topic = last.kind, last.topic
        else:
            others = [kind for kind in Kind if last is None or kind != last.kind]
            kind = rng.choices(others, [_WEIGHTS[other] for other in others])[0]
            topic = rng.choices(self._topics, (6, 2, 1))[0]
        self._tasks.append(
            Task(
                number=len(self._tasks),
                kind=kind,
                topic=topic,
                duration_s=rng.uniform(200, 420) if resting else rng.uniform(14, 70),
                keys_per_s=rng.uniform(2.5, 6.0),
                resting=resting,
            )
        )
        self._starts.append(self._end_s)
        self._end_s += self._tasks[-1].duration_s
