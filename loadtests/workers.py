"""The worker processes of a run, as their starter sees them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Protocol, Self, TypeVar

import msgspec

from loadtests.pipes import (
    LINE_LIMIT,
    Clock,
    ClockAsked,
    Failed,
    Order,
    Report,
    decode_report,
    encode_line,
)

_END_S = 10.0
_CLOCK_LOOKS = 9
R = TypeVar("R", bound=Report)


class WorkerFailed(RuntimeError):
    """A worker cannot go on; the text is for the person who started the test."""


class Pipe(Protocol):
    """The way to one worker process, wherever it runs."""

    is_here: bool
    """Whether it runs on this machine, under this machine's monotonic clock."""

    async def write(self, line: bytes) -> None:
        """Bring it a line; raises `ConnectionError` when it is gone."""
        ...

    async def read(self) -> bytes:
        """Its next line; empty when it has ended."""
        ...

    async def close(self) -> None:
        """End it."""
        ...


Open = Callable[[str], Awaitable[Pipe]]
"""Starts a worker of a role."""


class ProcessPipe:
    """A worker that is a child of this process."""

    is_here = True

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def write(self, line: bytes) -> None:
        """Bring it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        await self._process.stdin.drain()

    async def read(self) -> bytes:
        """Its next line; empty when it has ended."""
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    async def close(self) -> None:
        """End it: its orders end, and after some seconds it is killed."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def open_process(role: str) -> Pipe:
    """Start a worker on this machine."""
    return ProcessPipe(
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "loadtests",
            role,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
            start_new_session=True,
        )
    )


class Worker:
    """One worker process. Leaving the block ends it."""

    def __init__(self, role: str, open_: Open = open_process) -> None:
        self.reports: dict[type[object], Report] = {}
        """The newest report of each kind."""
        self.failed = ""
        self.shift_us = 0
        """What its monotonic clock is ahead of ours; measured by `measure_shift`."""
        self._role = role
        self._open = open_
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._pipe = await self._open(self._role)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pipe.close()

    async def order(self, order: Order) -> None:
        """Give an order; raises `WorkerFailed` when the worker is gone."""
        try:
            await self._pipe.write(encode_line(order))
        except ConnectionError:
            raise WorkerFailed(f"the {self._role} process has ended") from None

    async def ask(self, order: Order, answer: type[R], timeout_s: float = 30.0) -> R:
        """Give an order and wait for its answer; raises `WorkerFailed`."""
        self.reports.pop(answer, None)
        await self.order(order)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while answer not in self.reports and not self.failed:
                    self._changed.clear()
                    await self._changed.wait()
        found = self.reports.get(answer)
        if not isinstance(found, answer):
            raise WorkerFailed(self.failed or f"the {self._role} process does not answer")
        return found

    async def measure_shift(self) -> None:
        """Find out how far its clock is from ours, to half the fastest round trip."""
        if self._pipe.is_here:
            return
        looks = []
        for _ in range(_CLOCK_LOOKS):
            before_s = time.monotonic()
            clock = await self.ask(ClockAsked(), Clock)
            after_s = time.monotonic()
            looks.append((after_s - before_s, clock.now_s - (before_s + after_s) / 2))
        self.shift_us = round(min(looks)[1] * 1e6)

    async def listen(self) -> None:
        """Take in reports until the worker ends; the owner runs this in a task."""
        while line := await self._pipe.read():
            try:
                report = decode_report(line)
            except msgspec.MsgspecError as error:
                self.failed = f"the {self._role} process said something odd: {error}"
                break
            if isinstance(report, Failed):
                self.failed = report.detail
            self.reports[type(report)] = report
            self._changed.set()
        self.failed = self.failed or f"the {self._role} process has ended"
        self._changed.set()
