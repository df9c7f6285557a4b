"""What every program lives on runs out: space on the disk, and file descriptors."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
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
DISK_MB = 192
FILLER = "filler"


class FullDisk:
    """The file system of the data folder is full to the last byte."""

    id = "F18"
    name = "no space in the data folder"

    def __init__(self) -> None:
        self._filler: Path | None = None

    async def apply(self, stage: Stage) -> None:
        """Fill it."""
        if stage.disk is None:
            raise NotApplied("only root can give the data folder a small file system")
        self._filler = stage.disk / FILLER
        await asyncio.to_thread(_fill, self._filler)

    async def heal(self, stage: Stage) -> None:
        """Free it."""
        if self._filler is not None:
            self._filler.unlink(missing_ok=True)


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


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of `DISK_MB` in memory on this folder; None where only root could make it."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        # Lazily: a process that is still ending may have a file open.
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def _fill(path: Path) -> None:
    """Write until nothing more fits, and take what is freed meanwhile too."""
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 512, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


def _set(pid: int, what: int, soft: int) -> None:
    """Set a soft limit of a process; its hard limit stays."""
    hard = resource.prlimit(pid, what)[1]
    if hard != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or soft > hard):
        soft = hard
    resource.prlimit(pid, what, (soft, hard))
