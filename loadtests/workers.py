"""The worker processes of a run, as their starter sees them."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from loadtests.pipes import LINE_LIMIT, Failed, Order, Report, decode_report, encode_line

_END_S = 10.0
R = TypeVar("R", bound=Report)


class WorkerFailed(RuntimeError):
    """A worker cannot go on; the text is for the person who started the test."""


class Worker:
    """One worker process. Leaving the block ends it."""

    def __init__(self, role: str) -> None:
        self.reports: dict[type[object], Report] = {}
        """The newest report of each kind."""
        self.failed = ""
        self._role = role
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "loadtests",
            self._role,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
            start_new_session=True,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    async def order(self, order: Order) -> None:
        """Give an order; raises `WorkerFailed` when the worker is gone."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode_line(order))
            await self._process.stdin.drain()
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

    async def listen(self) -> None:
        """Take in reports until the worker ends; the owner runs this in a task."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
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
