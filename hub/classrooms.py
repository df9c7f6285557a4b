"""The hub's desk for lessons: commands to classrooms, through the switchboard."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence

from actors.keys import Key, Kind
from actors.ports import (
    DirectoryEntry,
    EndLesson,
    JoinLesson,
    LeaveLesson,
    Refusal,
    ShardPort,
    ShardUnavailable,
    SiteSummary,
    StartLesson,
)
from hub.lessons import LessonRefused
from hub.sockets.switchboard import Switchboard
from safeguarding.permissions import Principal

ANSWER_S = 15.0
SUMMARY_S = 2.0
"""A shard that does not say by then how its sites stand is out of reach."""


class Classrooms:
    """Implements `hub.lessons.LessonDesk` on the shards."""

    def __init__(self, board: Switchboard, now_ms: Callable[[], int]) -> None:
        self._board = board
        self._now_ms = now_ms

    async def start(
        self,
        principal: Principal,
        site: str,
        class_id: str,
        class_name: str,
        devices: tuple[str, ...],
        pupils: tuple[str, ...],
    ) -> str:
        """See `LessonDesk.start`."""
        lesson = secrets.token_hex(8)
        key = Key(principal.trust, site, Kind.CLASSROOM, lesson)
        await self._ask(
            StartLesson(key, principal, class_id, class_name, devices, pupils, self._now_ms())
        )
        return lesson

    async def join(self, principal: Principal, site: str, lesson: str) -> None:
        """See `LessonDesk.join`."""
        await self._ask(JoinLesson(self._key(principal, site, lesson), principal))

    async def leave(self, principal: Principal, site: str, lesson: str) -> None:
        """See `LessonDesk.leave`."""
        await self._ask(LeaveLesson(self._key(principal, site, lesson), principal))

    async def end(self, principal: Principal, site: str, lesson: str) -> None:
        """See `LessonDesk.end`."""
        await self._ask(EndLesson(self._key(principal, site, lesson), principal))

    async def directory(self, trust: str, site: str) -> Sequence[DirectoryEntry]:
        """See `LessonDesk.directory`."""
        register = self._board.link_for(Key(trust, site, Kind.REGISTER, site))
        return await register.shard.directory(trust, site)

    async def summaries(self, trust: str, sites: Sequence[str]) -> dict[str, SiteSummary | None]:
        """See `LessonDesk.summaries`."""
        shard_of: dict[str, ShardPort] = {}
        for site in sites:
            try:
                shard_of[site] = self._board.link_for(Key(trust, site, Kind.REGISTER, site)).shard
            except ShardUnavailable:
                continue
        shards = {shard.name: shard for shard in shard_of.values()}
        answers = await asyncio.gather(*(_summaries(shard, trust) for shard in shards.values()))
        of_shard = dict(zip(shards, answers, strict=True))
        found: dict[str, SiteSummary | None] = dict.fromkeys(sites)
        for site, shard in shard_of.items():
            known = of_shard[shard.name]
            if known is not None:
                # A register begins with the first device that comes.
                found[site] = known.get(site, SiteSummary(site, 0, 0, 0, 0, 0))
        return found

    @staticmethod
    def _key(principal: Principal, site: str, lesson: str) -> Key:
        return Key(principal.trust, site, Kind.CLASSROOM, lesson)

    async def _ask(self, command: StartLesson | JoinLesson | LeaveLesson | EndLesson) -> None:
        lane = self._board.link_for(command.classroom).lane
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = await lane.ask(command)
        except TimeoutError:
            raise ShardUnavailable("the classroom did not answer in time") from None
        if isinstance(answer, Refusal):
            raise LessonRefused(answer.fault, answer.detail)


async def _summaries(shard: ShardPort, trust: str) -> dict[str, SiteSummary] | None:
    """What a shard knows of the sites of a trust; None when it is out of reach."""
    try:
        async with asyncio.timeout(SUMMARY_S):
            return {summary.site: summary for summary in await shard.summaries(trust)}
    except (ShardUnavailable, TimeoutError):
        return None
