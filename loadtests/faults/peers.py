"""Agents that are not as they should be: doubled, of a wrong time, or with a poisonous message."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from loadtests.faults.agents import Agent

if TYPE_CHECKING:
    from loadtests.faults.stage import Stage

DAY_MS = 86_400_000
LEFT_S = 60.0


class Twin:
    """A second machine with the identity of a first, as from a copied disk."""

    id = "F16"

    def __init__(self, number: int) -> None:
        self.name = f"a second agent {number}"
        self._number = number
        self._twin: Agent | None = None
        self._task: asyncio.Task[None] | None = None

    async def apply(self, stage: Stage) -> None:
        """Let the twin connect and talk."""
        first = stage.agents[self._number % len(stage.agents)]
        self._twin = stage.make_agent(first.seat, f"twin{self._number}", f"-twin{self._number}")
        self._task = stage.group.create_task(self._twin.run(stage.url(0)))
        await asyncio.sleep(0)

    async def heal(self, stage: Stage) -> None:
        """The twin goes for good; what it was not acknowledged goes with it."""
        if self._task is not None and self._twin is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._twin.cut()


class ClockJump:
    """The wall clocks of some agents jump; they go on as if nothing had happened."""

    id = "F13"

    def __init__(self, days: int, first: int) -> None:
        self.name = f"clocks jump by {days:+} days"
        self._days = days
        self._first = first

    async def apply(self, stage: Stage) -> None:
        """Every fifth agent's clock jumps."""
        for agent in stage.agents[self._first :: 5]:
            agent.clock_offset_ms += self._days * DAY_MS
            agent.report_event("clock_changed")

    async def heal(self, stage: Stage) -> None:
        """The clocks are set right again."""
        for agent in stage.agents[self._first :: 5]:
            agent.clock_offset_ms -= self._days * DAY_MS


class Poison:
    """A message that is well formed and that no database can hold."""

    id = "F02"

    def __init__(self, number: int) -> None:
        self.name = f"a poisonous event of agent {number}"
        self._number = number

    async def apply(self, stage: Stage) -> None:
        """Have one agent report it, and something harmless after it."""
        agent = stage.agents[self._number % len(stage.agents)]
        agent.report_poison()
        agent.report_event()

    async def heal(self, stage: Stage) -> None:
        """The server put it aside by itself."""
