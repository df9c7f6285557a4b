"""What actors tell each other. Every message states a whole fact, so that telling twice is once."""

from __future__ import annotations

from dataclasses import dataclass

from actors.keys import Key


@dataclass(frozen=True, slots=True)
class WantedLock:
    """A lock that a classroom wants of one device."""

    id: str
    message: str
    ends_at_ms: int | None
    issued_by: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Classroom to device: you belong to this lesson, until `until_ms` unless told again.

    Of several running lessons that want a device the one that began last has it.
    """

    lesson: str
    started_at_ms: int
    teachers: frozenset[str]
    lock: WantedLock | None
    until_ms: int


@dataclass(frozen=True, slots=True)
class Released:
    """Classroom to device: you belong to this lesson no longer."""

    lesson: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Device to classroom: another lesson has this device now."""

    device: str
    by_lesson: str


@dataclass(frozen=True, slots=True)
class Present:
    """Device to register: how things stand with this device."""

    device: str
    name: str
    connected: bool
    user: str
    user_name: str
    lesson: str


@dataclass(frozen=True, slots=True)
class LessonRunning:
    """Classroom to register: this lesson runs, for these devices or these users."""

    lesson: str
    started_at_ms: int
    classroom: Key
    devices: frozenset[str]
    pupils: frozenset[str]
    members: frozenset[str]
    """Devices that the classroom already knows as its own."""


@dataclass(frozen=True, slots=True)
class LessonOver:
    """Classroom to register: this lesson has ended."""

    lesson: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """Register to classroom: this device is here and belongs to your lesson."""

    device: str


@dataclass(frozen=True, slots=True)
class Departed:
    """Register to classroom: the pupil who brought this device into your lesson signed off."""

    device: str
