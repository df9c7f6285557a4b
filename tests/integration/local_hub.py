"""A whole hub in the test's process: real sockets and a real database, with shards that need no
Ray."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from actors.local import LocalRuntime
from actors.placement import Placement
from hub.app import build_app
from hub.classrooms import Classrooms
from hub.context import HubContext, Readiness
from hub.settings import Settings
from hub.sockets.protocol import LineProtocol
from hub.sockets.switchboard import Switchboard
from store.engine import Store, open_store
from store.sites import add_site, add_trust
from wire.codec import FRAME_LIMIT

TRUST, SITE = "oak-trust", "north"


@dataclass(frozen=True)
class LocalHub:
    """A running hub; `runtime` may be asked what the shards know."""

    port: int
    store: Store
    runtime: LocalRuntime
    board: Switchboard

    @property
    def device_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/device"


def wall_clock_s() -> float:
    """Seconds since 1970."""
    return time.time_ns() / 1e9


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@contextlib.asynccontextmanager
async def run_local_hub(folder: Path) -> AsyncIterator[LocalHub]:
    """A hub with one trust and one site, for as long as the block runs."""
    settings = Settings(data_dir=folder, frontend_dir=folder / "dist")
    store = open_store(settings.database_url)
    with store.writing() as session:
        add_trust(session, TRUST, "Oak Trust", 0)
        add_site(session, TRUST, SITE, "North", 0)
    runtime = LocalRuntime(Placement(2, 0, {}), store, clock_s=wall_clock_s)
    board = Switchboard(
        runtime,
        clock_s=wall_clock_s,
        heartbeat_s=settings.heartbeat_s,
        silence_s=settings.silence_s,
        viewing_lease_s=settings.viewing_lease_s,
    )

    async def readiness() -> Readiness:
        return Readiness(True)

    context = HubContext(
        settings=settings,
        store=store,
        lesson_desk=Classrooms(board, board.now_ms),
        now_ms=board.now_ms,
        readiness=readiness,
        on_rights_changed=board.rights_changed,
    )
    await runtime.start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(
            uvicorn.Config(
                build_app(context, board),
                ws=LineProtocol,
                ws_max_size=FRAME_LIMIT,
                ws_per_message_deflate=False,
                ws_ping_interval=None,
                log_config=None,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        try:
            async with asyncio.TaskGroup() as group:
                started = asyncio.Event()
                running = group.create_task(board.run(started))
                await started.wait()
                serving = group.create_task(server.serve([listener]))
                try:
                    yield LocalHub(listener.getsockname()[1], store, runtime, board)
                finally:
                    server.should_exit = True
                    await serving
                    running.cancel()
        finally:
            await runtime.stop()
            context.passwords.close()
            store.close()


@contextlib.asynccontextmanager
async def hub_of_its_own_task(folder: Path) -> AsyncIterator[LocalHub]:
    """`run_local_hub` for fixtures, whose beginning and end run in different tasks."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[LocalHub] = loop.create_future()
    over = asyncio.Event()

    async def run() -> None:
        async with run_local_hub(folder) as hub:
            ready.set_result(hub)
            await over.wait()

    task = loop.create_task(run())
    await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
    try:
        if task.done():
            task.result()
        yield await ready
    finally:
        over.set()
        await task
