"""What the routes ask of the part of the hub that speaks with the classrooms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from actors.ports import DirectoryEntry, SiteSummary
from safeguarding.permissions import Principal


class LessonRefused(Exception):
    """A classroom refused; `fault` is a `wire.errors.Fault` value, `detail` a plain sentence."""

    def __init__(self, fault: str, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail


class LessonDesk(Protocol):
    """Begins and ends lessons.

    When a method returns, what it did is in the store. Every method may raise `LessonRefused`
    or `actors.ports.ShardUnavailable`.
    """

    async def start(
        self,
        principal: Principal,
        site: str,
        class_id: str,
        class_name: str,
        devices: tuple[str, ...],
        pupils: tuple[str, ...],
    ) -> str:
        """Begin a lesson with fixed devices, or with the devices where these pupils sign on.

        The principal is its first teacher. Returns the lesson's id.
        """
        ...

    async def join(self, principal: Principal, site: str, lesson: str) -> None:
        """The principal becomes one of the lesson's teachers; nothing happens if already so."""
        ...

    async def leave(self, principal: Principal, site: str, lesson: str) -> None:
        """The principal leaves; with the last teacher the lesson ends."""
        ...

    async def end(self, principal: Principal, site: str, lesson: str) -> None:
        """End the lesson for everybody."""
        ...

    async def directory(self, trust: str, site: str) -> Sequence[DirectoryEntry]:
        """The devices that the site's register knows."""
        ...

    async def summaries(self, trust: str, sites: Sequence[str]) -> dict[str, SiteSummary | None]:
        """How things stand at each of these sites, as its register counts it; asks no device.

        None for a site whose register is out of reach now; returns within seconds, and raises
        nothing.
        """
        ...
