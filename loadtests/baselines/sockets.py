"""What both baselines share: sign a device on without looking at who it is, and take its frames."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from wire.codec import FRAME_LIMIT, encode
from wire.messages import Challenge, Welcome
from wire.version import PROTOCOL_VERSION, SUBPROTOCOL

_FOREVER_S = 86_400.0


def serve(port: int, take: Callable[[bytes], object]) -> None:
    """Serve `/device` on loopback, as the hub does, until SIGTERM. `take` gets every frame."""

    async def device(socket: WebSocket) -> None:
        await socket.accept(SUBPROTOCOL)
        await socket.send_bytes(encode(Challenge(secrets.token_bytes(32), PROTOCOL_VERSION)))
        try:
            await socket.receive_bytes()
            await socket.send_bytes(encode(Welcome(0, _FOREVER_S, _FOREVER_S, 0)))
            while True:
                take(await socket.receive_bytes())
        except WebSocketDisconnect:
            return

    uvicorn.run(
        Starlette(routes=[WebSocketRoute("/device", device)]),
        host="127.0.0.1",
        port=port,
        ws="websockets-sansio",
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="warning",
        access_log=False,
    )
