"""Asks the parts of the server every few seconds how they stand: nobody who looks waits for it."""

from __future__ import annotations

import asyncio
import os
import platform

from actors.ports import Runtime
from actors.stats import HubNote
from hub.settings import Settings
from hub.sockets.switchboard import Switchboard
from hub.standing import Standing
from hub.supervisor import Supervisor
from hub.trouble import trouble

ASK_S = 5.0


class Monitor:
    """Keeps a `Standing` up to date, and tells the other hubs of this one."""

    def __init__(
        self,
        standing: Standing,
        runtime: Runtime,
        board: Switchboard,
        settings: Settings,
        supervisor: Supervisor,
    ) -> None:
        self._standing = standing
        self._runtime = runtime
        self._board = board
        self._address = settings.public_origins[0]
        self._supervisor = supervisor
        self._ray_restarts = supervisor.restarts
        standing.hub = board.hub
        standing.database = settings.database_url.partition(":")[0].partition("+")[0]
        standing.started_at_ms = board.now_ms()
        standing.counts = board.counts

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await self.ask()
            await asyncio.sleep(ASK_S)

    async def explain(self, is_healthy: bool) -> str:
        """What does not work now, in a sentence; asks the parts anew when one is away."""
        if not is_healthy:
            await self.ask()
        return trouble(self._standing.stats, is_healthy=is_healthy)

    async def ask(self) -> None:
        """Ask every part once; returns within seconds, whoever does not answer."""
        readiness = await self._supervisor.readiness()
        standing, board = self._standing, self._board
        standing.degraded = "" if readiness.is_ready else readiness.detail
        note = HubNote(
            hub=board.hub,
            node=platform.node(),
            pid=os.getpid(),
            address=self._address,
            devices=board.devices,
            consoles=board.consoles,
            items_waiting=board.waiting_items,
            degraded=standing.degraded,
        )
        stats = await self._runtime.stats(note)
        standing.queues = board.queues
        standing.take(stats, board.now_ms())
        if self._supervisor.restarts != self._ray_restarts:
            self._ray_restarts = self._supervisor.restarts
            standing.note_restart(
                "ray", board.now_ms(), "A part of it did not answer, so all of it began anew."
            )
