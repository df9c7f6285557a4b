"""What a socket is sent, over a real connection to a peer that reads, or does not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hub.sockets.outbound import Outbound
from hub.sockets.protocol import LineProtocol
from wire.errors import Fault

LIMIT_S = 20
LARGE = bytes(200_000)
Use = Callable[[Outbound], Coroutine[None, None, None]]


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


class Served:
    """The server's end of the one connection: how it was used, and how it ended."""

    def __init__(self, use: Use, **options: object) -> None:
        self.use = use
        self.options = options
        self.fault: Fault | None = None
        self.is_over = asyncio.Event()

    async def serve(self, websocket: WebSocket) -> None:
        await websocket.accept()
        outbound = Outbound(websocket, **self.options)  # type: ignore[arg-type]
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read(websocket))
                await self.use(outbound)
                self.fault = await outbound.run()
                reading.cancel()
        finally:
            self.is_over.set()

    async def _read(self, websocket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.receive_bytes()


@asynccontextmanager
async def client_of(served: Served) -> AsyncIterator[ClientConnection]:
    """A connection to a server that serves it so."""
    app = Starlette(routes=[WebSocketRoute("/", served.serve)])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            ws=LineProtocol,
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            log_config=None,
            lifespan="off",
        )
        server = _Server(config)
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([listener]))
            try:
                url = f"ws://127.0.0.1:{listener.getsockname()[1]}/"
                async with connect(url, max_size=None, max_queue=1, proxy=None) as client:
                    yield client
                    client.transport.abort()
            finally:
                server.should_exit = True


async def read_all(client: ClientConnection) -> list[bytes]:
    """Every frame until the connection ends."""
    found: list[bytes] = []
    async with asyncio.timeout(LIMIT_S):
        with contextlib.suppress(ConnectionClosed):
            while True:
                frame = await client.recv()
                assert isinstance(frame, bytes)
                found.append(frame)
    return found


async def test_frames_leave_in_order_and_a_close_comes_after_them() -> None:
    async def use(outbound: Outbound) -> None:
        for number in range(50):
            outbound.put(b"%d" % number)
        outbound.put(LARGE)
        outbound.put(b"last")
        outbound.close(Fault.REPLACED)

    served = Served(use)
    async with client_of(served) as client:
        found = await read_all(client)
        assert found == [*(b"%d" % number for number in range(50)), LARGE, b"last"]
        assert (client.close_code, client.close_reason) == (4000, "replaced")
    assert served.fault is Fault.REPLACED


async def test_the_first_fault_is_the_one_that_is_named() -> None:
    async def use(outbound: Outbound) -> None:
        outbound.close(Fault.SILENT)
        outbound.close(Fault.REPLACED)

    async with client_of(Served(use)) as client:
        await read_all(client)
        assert client.close_reason == "silent"


async def test_what_is_made_late_fills_the_gaps_and_nothing_more() -> None:
    waiting = [b"picture 1", b"picture 2"]

    async def use(outbound: Outbound) -> None:
        outbound.put(b"change")
        outbound.touch()
        asyncio.get_running_loop().call_later(0.2, outbound.close, Fault.GOING_AWAY)

    async with client_of(Served(use, refill=lambda: waiting.pop(0) if waiting else None)) as client:
        assert await read_all(client) == [b"change", b"picture 1", b"picture 2"]


@pytest.mark.parametrize(
    ("frames", "options"),
    [
        (200, {"queue_bytes": 1_000_000, "send_s": 60.0}),
        (100, {"queue_bytes": 1_000_000_000, "send_s": 0.3}),
    ],
    ids=["its queue is full", "a send takes too long"],
)
async def test_a_peer_that_does_not_read_is_dropped(frames: int, options: dict[str, float]) -> None:
    async def use(outbound: Outbound) -> None:
        for _ in range(frames):
            outbound.put(LARGE)

    served = Served(use, **options)
    async with client_of(served):
        async with asyncio.timeout(LIMIT_S):
            await served.is_over.wait()
    assert served.fault is Fault.TOO_SLOW


async def test_a_peer_that_went_away_ends_the_writing() -> None:
    async def use(outbound: Outbound) -> None:
        asyncio.get_running_loop().call_later(0.3, outbound.put, b"into the void")
        asyncio.get_running_loop().call_later(0.4, outbound.close, Fault.GOING_AWAY)

    served = Served(use)
    async with client_of(served) as client:
        client.transport.abort()
        async with asyncio.timeout(LIMIT_S):
            await served.is_over.wait()
