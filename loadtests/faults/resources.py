"""What every program lives on runs out: space on the disk, and file descriptors."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

from loadtests.faults.fault import NotApplied
from loadtests.faults.signals import Target, processes

if TYPE_CHECKING:
    from loadtests.faults.stage import Stage

SPARE = 24
"""Descriptors that the hub may still open."""
IDLE = 64
"""Connections that somebody opens and says nothing on."""
WATCH_S = 0.1


class FullDisk:
    """Nothing that the archivist writes fits on the disk, in any of its lives.

    Its limit for the size of files is set to nothing, so that each write to the database fails as
    on a full disk.
    """

    id = "F18"
    name = "no space for the archivist"

    def __init__(self) -> None:
        self._limited: set[psutil.Process] = set()
        self._watch: asyncio.Task[None] | None = None

    async def apply(self, stage: Stage) -> None:
        """Take the space away."""
        if stage.database is not None:
            raise NotApplied("PostgreSQL writes, not the archivist")
        if not self._limit(stage):
            raise NotApplied("no archivist runs")
        self._watch = stage.group.create_task(self._keep_limited(stage))

    async def heal(self, stage: Stage) -> None:
        """Give it back."""
        if self._watch is not None:
            self._watch.cancel()
        for process in self._limited:
            with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
                if process.is_running():
                    _set(process.pid, resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)

    async def _keep_limited(self, stage: Stage) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            self._limit(stage)

    def _limit(self, stage: Stage) -> bool:
        found = processes(stage, Target.ARCHIVIST)
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                if process not in self._limited:
                    _set(process.pid, resource.RLIMIT_FSIZE, 0)
                    self._limited.add(process)
        return bool(found)


class NoDescriptors:
    """The hub may open hardly any more files, and strangers use up what is left."""

    id = "F21"
    name = "no descriptors for the hub"

    def __init__(self) -> None:
        self._pid = 0
        self._before = 0
        self._idle: list[socket.socket] = []

    async def apply(self, stage: Stage) -> None:
        """Lower the limit, and open connections until none is left."""
        found = processes(stage, Target.HUB)
        if not found:
            raise NotApplied("the hub does not run")
        try:
            in_use = found[0].num_fds()
            self._pid = found[0].pid
            self._before = resource.prlimit(self._pid, resource.RLIMIT_NOFILE)[0]
            _set(self._pid, resource.RLIMIT_NOFILE, in_use + SPARE)
        except (psutil.NoSuchProcess, ProcessLookupError):
            raise NotApplied("the hub is gone") from None
        await asyncio.to_thread(self._open, stage)

    async def heal(self, stage: Stage) -> None:
        """Close them, and lift the limit."""
        for idle in self._idle:
            idle.close()
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                _set(self._pid, resource.RLIMIT_NOFILE, self._before)

    def _open(self, stage: Stage) -> None:
        parts = urlsplit(stage.hub.url)
        for _ in range(IDLE):
            idle = socket.socket()
            idle.settimeout(1)
            self._idle.append(idle)
            with contextlib.suppress(OSError):
                idle.connect((parts.hostname, parts.port))


def _set(pid: int, what: int, soft: int) -> None:
    """Set a soft limit of a process; its hard limit stays."""
    hard = resource.prlimit(pid, what)[1]
    if hard != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or soft > hard):
        soft = hard
    resource.prlimit(pid, what, (soft, hard))
