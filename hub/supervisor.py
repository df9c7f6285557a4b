"""Keeps the runtime alive: notices when it is gone, lets go of it, and brings it back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from actors.ports import Runtime
from hub.context import Readiness

CHECK_S = 1.0
PATIENCE = 4
"""Checks that may fail in a row: a killed shard comes back by itself before that."""

_log = structlog.get_logger(__name__)


class Supervisor:
    """Watches a runtime. Sockets stay open meanwhile; who asks is told how things stand."""

    def __init__(
        self,
        runtime: Runtime,
        on_change: Callable[[Readiness], None],
        explain: Callable[[bool], Awaitable[str]] | None = None,
    ) -> None:
        """`explain` is asked after each check, with its outcome, for the sentence that says what
        does not work; "" when all is well."""
        self._runtime = runtime
        self._on_change = on_change
        self._explain = explain or _say_little
        self._readiness = Readiness(False, "The server is starting.")
        self.restarts = 0

    async def readiness(self) -> Readiness:
        """Whether lessons can be served now."""
        return self._readiness

    async def start(self) -> None:
        """Bring the runtime up for the first time."""
        await self._runtime.start()
        self._set(Readiness(True))

    async def run(self) -> None:
        """Watch until cancelled."""
        failures = 0
        while True:
            await asyncio.sleep(CHECK_S)
            if await self._runtime.is_healthy():
                failures = 0
                trouble = await self._explain(True)
                self._set(Readiness(not trouble, trouble))
                continue
            failures += 1
            self._set(Readiness(False, await self._explain(False)))
            if failures >= PATIENCE:
                await self._restart()
                failures = 0

    async def _restart(self) -> None:
        self.restarts += 1
        _log.error("runtime_restarting", restarts=self.restarts)
        for step in (self._runtime.stop, self._runtime.start):
            try:
                await step()
            except (OSError, RuntimeError) as error:
                _log.error("runtime_step_failed", step=step.__name__, error=str(error))

    def _set(self, readiness: Readiness) -> None:
        if readiness != self._readiness:
            self._readiness = readiness
            self._on_change(readiness)


async def _say_little(is_healthy: bool) -> str:
    return "" if is_healthy else "Part of the server is restarting. Screens go on."
