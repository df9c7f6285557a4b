"""Processes that are killed, hang, or run out of memory."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
from enum import StrEnum
from typing import TYPE_CHECKING

import psutil

from loadtests.faults.fault import NotApplied

if TYPE_CHECKING:
    from loadtests.faults.stage import Stage

RESTART_S = 1.0
"""How long a service manager waits before it starts the hub again."""


class Target(StrEnum):
    """A process of the server, by what its command begins with."""

    SHARD = "ShardActor"
    ARCHIVIST = "ArchivistActor"
    RAYLET = "raylet"
    GCS = "gcs_server"
    HUB = "hub"


class Kill:
    """SIGKILL of a process, `times` in a row with `gap_s` between."""

    def __init__(self, id_: str, target: Target, times: int = 1, gap_s: float = 0.0) -> None:
        self.id = id_
        self.name = f"kill {target.name.lower()}" + (f" {times} times" if times > 1 else "")
        self._target = target
        self._times = times
        self._gap_s = gap_s

    async def apply(self, stage: Stage) -> None:
        """Kill, again and again if so wanted."""
        hits = 0
        for time in range(self._times):
            await asyncio.sleep(self._gap_s if time else 0)
            for process in processes(stage, self._target)[:1]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
                    hits += 1
        if not hits:
            raise NotApplied(f"no {self._target} runs")

    async def heal(self, stage: Stage) -> None:
        """The server does that by itself."""


class KillHub:
    """SIGKILL of the hub, which is started again as a service manager does."""

    id = "F05"
    name = "kill hub"

    async def apply(self, stage: Stage) -> None:
        """Kill, wait a second, start."""
        if not stage.hub.is_running:
            raise NotApplied("the hub does not run")
        stage.hub.kill()
        await asyncio.sleep(RESTART_S)
        await stage.hub.start()

    async def heal(self, stage: Stage) -> None:
        """It runs again already."""


class Freeze:
    """SIGSTOP of a process, and SIGCONT when it is healed."""

    def __init__(self, id_: str, target: Target) -> None:
        self.id = id_
        self.name = f"freeze {target.name.lower()}"
        self._target = target
        self._frozen: list[psutil.Process] = []

    async def apply(self, stage: Stage) -> None:
        """Let it hang."""
        self._frozen = processes(stage, self._target)[:1]
        if not self._frozen:
            raise NotApplied(f"no {self._target} runs")
        for process in self._frozen:
            process.send_signal(signal.SIGSTOP)

    async def heal(self, stage: Stage) -> None:
        """Let it go on, if nobody ended it meanwhile."""
        for process in self._frozen:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)


class Starve:
    """A shard may have no more memory than it has now: the next larger need ends it or an item."""

    id = "F20"
    name = "no more memory for a shard"

    def __init__(self) -> None:
        self._starved: psutil.Process | None = None

    async def apply(self, stage: Stage) -> None:
        """Set the limit below what is in use."""
        found = processes(stage, Target.SHARD)
        if not found:
            raise NotApplied("no shard runs")
        self._starved = found[0]
        try:
            in_use = self._starved.memory_info().vms
            resource.prlimit(self._starved.pid, resource.RLIMIT_AS, (in_use // 2, -1))
        except (psutil.NoSuchProcess, ProcessLookupError):
            raise NotApplied("the shard is gone") from None

    async def heal(self, stage: Stage) -> None:
        """Kill what lives on without memory, as the system would."""
        if self._starved is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._starved.kill()


def processes(stage: Stage, target: Target) -> list[psutil.Process]:
    """The processes that are meant, now; more than one for shards."""
    if target is Target.HUB:
        return stage.hub.family()[:1]
    found = stage.hub.find(target.value)
    stage.rng.shuffle(found)
    return found
