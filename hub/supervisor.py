"""Keeps the runtime alive: notices when it is gone, lets go of it, and brings it back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from actors.ports import Health, Runtime
from hub.context import Readiness

CHECK_S = 2.0
"""How often a runtime that is well is looked at."""
HURT_CHECK_S = 0.5
ATTEMPTS = 3
"""How often a start is tried that failed because something was not there yet, or died in it."""

_log = structlog.get_logger(__name__)


class Supervisor:
    """Watches a runtime. Sockets stay open meanwhile; who asks is told how things stand."""

    def __init__(
        self,
        runtime: Runtime,
        on_change: Callable[[Readiness], None],
        explain: Callable[[bool], Awaitable[str]] | None = None,
        on_replaced: Callable[[], None] = lambda: None,
    ) -> None:
        """`explain` is asked after each check, with its outcome, for the sentence that says what
        does not work; "" when all is well. `on_replaced` is called when a newer runtime has taken
        over: the watch is over then, and this server has to end."""
        self._runtime = runtime
        self._on_change = on_change
        self._explain = explain or _say_little
        self._on_replaced = on_replaced
        self._readiness = Readiness(False, "The server is starting.")
        self.restarts = 0

    async def readiness(self) -> Readiness:
        """Whether lessons can be served now."""
        return self._readiness

    async def start(self) -> None:
        """Bring the runtime up for the first time.

        Raises `RuntimeError` when that is impossible, and `OSError` when it failed several times.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._runtime.start()
                break
            except OSError as error:
                if attempt == ATTEMPTS:
                    raise
                _log.error("runtime_did_not_start", error=str(error))
                await self._runtime.stop()
                await asyncio.sleep(CHECK_S)
        self._set(Readiness(True))

    async def run(self) -> None:
        """Watch until cancelled, or replaced."""
        pause_s = CHECK_S
        while True:
            await asyncio.sleep(pause_s)
            health = await self._look()
            pause_s = CHECK_S if health is Health.WELL else HURT_CHECK_S
            trouble = await self._explain(health is Health.WELL)
            self._set(Readiness(health is Health.WELL and not trouble, trouble))
            if health is Health.GONE:
                await self._restart()
            elif health is Health.REPLACED:
                self.leave("A newer server is taking over.")
                return self._on_replaced()

    async def _look(self) -> Health:
        try:
            return await self._runtime.health()
        except OSError as error:
            # Who has no descriptors left cannot look; that says nothing of the runtime.
            _log.error("runtime_not_seen", error=str(error))
            return Health.HURT

    def leave(self, why: str) -> None:
        """Say from now on that this server is ending, so that balancers send nobody here."""
        self._set(Readiness(False, why))

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
