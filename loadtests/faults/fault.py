"""A fault: one thing that goes wrong, applied and healed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from loadtests.faults.stage import Stage


class Fault(Protocol):
    """One thing that goes wrong on a stage.

    `apply` and `heal` are called once each, in that order; both end by themselves. `apply` raises
    `NotApplied` when there is nothing now that could go wrong so. `heal` may come long after
    others were applied, and leaves the stage as if nothing had been done to it.
    """

    id: str
    """The fault's row in the table."""
    name: str
    """What exactly is done, for the report."""

    async def apply(self, stage: Stage) -> None:
        """Make it go wrong."""
        ...

    async def heal(self, stage: Stage) -> None:
        """Make it good again, as far as it does not become so by itself."""
        ...


class NotApplied(RuntimeError):
    """The fault could not be brought about now; the text says why."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault of a schedule: applied `at_s` after the beginning, healed `hold_s` later.

    Faults of one `track` never overlap; one that is late makes those after it late.
    """

    at_s: float
    hold_s: float
    fault: Fault
    track: str
