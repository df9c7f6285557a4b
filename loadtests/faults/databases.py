"""The database goes away under the server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from loadtests.faults.fault import NotApplied

if TYPE_CHECKING:
    from loadtests.faults.stage import Stage


class KillPostgres:
    """SIGKILL of PostgreSQL, which is started again when the fault is healed."""

    id = "F08"
    name = "kill postgres"

    async def apply(self, stage: Stage) -> None:
        """Kill the postmaster."""
        if stage.database is None:
            raise NotApplied("the run is on SQLite")
        await asyncio.to_thread(stage.database.kill)

    async def heal(self, stage: Stage) -> None:
        """Start it again."""
        if stage.database is not None:
            await asyncio.to_thread(stage.database.start)
