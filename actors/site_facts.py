"""What a site's register can tell: its devices, and how things stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One device that is known to a site's register."""

    device: str
    name: str
    connected: bool
    user: str
    user_name: str
    lesson: str


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """How things stand at one site, as its register counts it."""

    site: str
    devices: int
    """Devices that were seen since the register's life began."""
    connected: int
    signed_on: int
    lessons: int
    """Lessons that run."""
    in_lesson: int
    """Connected devices that are in a lesson."""
