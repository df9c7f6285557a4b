"""The notice as the agent's core sees it: a child process, watched over.

It is started when there is something to show, started again at once when it dies, ended when
nothing has been shown for a while, and killed when it does not follow (a stopped process must not
hold a lock for ever).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence

import msgspec

from endpoint.notice.scene import LINE_LIMIT, Scene, Status, decode_status, encode_line

COMMAND = (sys.executable, "-m", "endpoint", "notice")
LINGER_S = 20.0
"""Seconds that an empty notice is kept, because a teacher often comes back."""
START_S = 30.0
"""Seconds within which a new process must show its first scene, also on a slow disk."""
FOLLOW_S = 3.0
"""Seconds within which a later scene must be on the screen."""
END_S = 2.0
"""Seconds that the process has to go when its pipe is closed."""
STEADY_S = 5.0
"""A process that lived this long is started again without delay."""
LONGEST_DELAY_S = 0.8

_log = logging.getLogger(__name__)


class _Lagging(Exception):
    """The process does not show what it was told to."""


class NoticeProcess:
    """Shows scenes through a child process (`endpoint.ports.NoticePort`)."""

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        *,
        linger_s: float = LINGER_S,
        start_s: float = START_S,
        follow_s: float = FOLLOW_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pid: int | None = None
        """The child's process id; None: it does not run."""
        self._command = tuple(command)
        self._linger_s = linger_s
        self._start_s = start_s
        self._follow_s = follow_s
        self._clock = clock
        self._scene = Scene()
        self._given_at = clock()
        self._number = 0
        self._shown = 0
        self._changed = asyncio.Event()

    def show(self, scene: Scene) -> None:
        """Show this and nothing else."""
        self._number += 1
        self._scene = msgspec.structs.replace(scene, number=self._number)
        self._given_at = self._clock()
        self._changed.set()

    async def run(self, on_status: Callable[[Status], None]) -> None:
        """Keep the scene on the screen until cancelled, which ends the process."""
        failures = 0
        while True:
            while self._scene.is_empty:
                self._changed.clear()
                await self._changed.wait()
            started_at = self._clock()
            try:
                await self._live(on_status)
                failures = 0
                continue
            except* (OSError, _Lagging) as errors:
                _log.warning("the notice process: %s", errors.exceptions[0])
            failures = 0 if self._clock() - started_at >= STEADY_S else failures + 1
            if failures >= 2 and self._scene.lock:
                on_status(
                    Status(self._scene.lock.order, detail="the lock screen could not be started")
                )
            if failures:
                await asyncio.sleep(min(LONGEST_DELAY_S, 0.05 * 2**failures))

    async def _live(self, on_status: Callable[[Status], None]) -> None:
        """One life of the process: returns when it was no longer needed."""
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, limit=LINE_LIMIT
        )
        self.pid = process.pid
        self._shown = 0
        try:
            async with asyncio.TaskGroup() as group:
                reader = group.create_task(self._read(process, on_status))
                await self._write(process)
                reader.cancel()
        finally:
            self.pid = None
            await _end(process)

    async def _read(self, process: Process, on_status: Callable[[Status], None]) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            try:
                status = decode_status(line)
            except msgspec.MsgspecError as error:
                raise _Lagging(f"said what is no status: {error}") from None
            self._shown = status.number
            on_status(status)
        if self._shown:
            on_status(Status(detail=await _how_it_ended(process), ended=True))
        raise _Lagging("ended")

    async def _write(self, process: Process) -> None:
        """Write each scene and see that it is followed; returns after the last empty one."""
        assert process.stdin is not None
        while True:
            self._changed.clear()
            scene = self._present()
            process.stdin.write(encode_line(scene))
            await process.stdin.drain()
            limit_s = self._follow_s if self._shown else self._start_s
            if not await self._wait_for_change(limit_s):
                if self._shown < scene.number:
                    raise _Lagging(f"did not show its scene within {limit_s:g} s")
                if not await self._wait_for_change(self._linger_s if scene.is_empty else None):
                    return

    async def _wait_for_change(self, limit_s: float | None) -> bool:
        """Wait for another scene; False when none came in time."""
        try:
            async with asyncio.timeout(limit_s):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def _present(self) -> Scene:
        """The scene with its countdown as it stands now."""
        lock = self._scene.lock
        if lock is None or lock.remaining_s is None:
            return self._scene
        passed_s = self._clock() - self._given_at
        left_s = max(0.0, lock.remaining_s - passed_s)
        return msgspec.structs.replace(
            self._scene, lock=msgspec.structs.replace(lock, remaining_s=left_s)
        )


async def _end(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(END_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _how_it_ended(process: Process) -> str:
    try:
        async with asyncio.timeout(END_S):
            code = await process.wait()
    except TimeoutError:
        return "it said no more"
    return f"by signal {-code}" if code < 0 else f"with exit code {code}"
