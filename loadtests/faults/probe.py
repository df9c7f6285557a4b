"""How long nobody was served: a teacher and a device who try all the time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from loadtests.faults.agents import Agent
from loadtests.faults.staff import Teacher
from wire.messages import LockAsked, UnlockAsked

EVERY_S = 0.5
SLOW_S = 1.0
"""An answer that takes longer counts as none."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: begun, over, and whether it was served in time. Monotonic seconds."""

    began_s: float
    over_s: float
    is_served: bool


class Probe:
    """Locks and unlocks one device, and has it report events, over and over."""

    def __init__(self, teacher: Teacher, agent: Agent) -> None:
        self.teacher = teacher
        self.commands: list[Attempt] = []
        self.reports: list[Attempt] = []
        self.agent = agent
        self._may_go = asyncio.Event()
        self._may_go.set()
        self._is_locked = False

    def pause(self) -> None:
        """Begin no further try."""
        self._may_go.clear()

    async def run(self) -> None:
        """Try until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._command())
            group.create_task(self._report())

    async def _command(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self._may_go.wait()
            lesson = self.teacher.picture.lesson
            ask = UnlockAsked(lesson) if self._is_locked else LockAsked(lesson)
            began_s = time.monotonic()
            outcome = await self.teacher.command(ask)
            self._is_locked ^= outcome == "answered"
            self.commands.append(_attempt(began_s, is_served=outcome == "answered"))

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self._may_go.wait()
            began_s = time.monotonic()
            await self.agent.acknowledged(self.agent.report_event())
            self.reports.append(_attempt(began_s, is_served=True))


def outage_s(attempts: list[Attempt], from_s: float, to_s: float) -> float:
    """Seconds from a moment until the last try that was not served in time was over.

    Counts tries that were under way or begun from `from_s` to `to_s`; 0: all were served.
    """
    over = [
        one.over_s
        for one in attempts
        if not one.is_served and one.over_s > from_s and one.began_s < to_s
    ]
    return max(over, default=from_s) - from_s


def _attempt(began_s: float, *, is_served: bool) -> Attempt:
    over_s = time.monotonic()
    return Attempt(began_s, over_s, is_served and over_s - began_s <= SLOW_S)
