"""Shapes of load, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LessonProfile:
    """Classes in their lessons: every device reports its active window, teachers watch."""

    devices: int = 300
    rate: float = 0.5
    """Messages a second of each device."""
    seconds: float = 30.0
    """Length of the steady window in which everything is measured."""
    class_size: int = 30
    teachers: int | None = None
    """Watching consoles; None: one for each class."""
    watched: int | None = None
    """Devices in running lessons, the first ones of the school; None: all of them."""
    connects_per_s: float = 200.0
    """Pace at which devices connect; below it a school's morning is not a storm."""

    def __post_init__(self) -> None:
        if self.devices < 1 or self.class_size < 1:
            raise ValueError("devices and class size must be at least 1")
        if not 0 < self.rate <= 50:
            raise ValueError("rate must be above 0 and at most 50 messages a second")
        if self.seconds <= 0 or self.connects_per_s <= 0:
            raise ValueError("seconds and ramp must be above 0")
        if self.watched is not None and not 1 <= self.watched <= self.devices:
            raise ValueError(f"watched must be 1 to {self.devices}, the number of devices")
        if self.teachers is not None and not 1 <= self.teachers <= self.classes:
            raise ValueError(f"teachers must be 1 to {self.classes}, the number of classes")

    @property
    def classes(self) -> int:
        """Classes that hold the watched devices; the last one may be smaller."""
        return -(-self.in_lessons // self.class_size)

    @property
    def in_lessons(self) -> int:
        """Devices that a teacher watches. A class is watched whole or not at all."""
        wanted = self.devices if self.watched is None else self.watched
        return min(self.devices, -(-wanted // self.class_size) * self.class_size)

    @property
    def consoles(self) -> int:
        """Teachers who watch; the classes are dealt among them."""
        return self.classes if self.teachers is None else self.teachers


LESSON = LessonProfile()

CALL_DEVICES = 100
"""Devices of the baseline with one Ray call for each message: more would drown it."""
CALL_MESSAGES_PER_S = 200.0
"""Its messages a second in all; cost is counted for each message, so a light load is enough."""
BASELINE_SECONDS = 20.0
"""Longest steady window of a baseline."""
