"""What both baselines share: sign a device on without looking at who it is, and take its frames."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from wire.codec import FRAME_LIMIT, encode, type_name
from wire.messages import Acknowledged, Challenge, EventReported, Welcome
from wire.version import PROTOCOL_VERSION, SUBPROTOCOL

_FOREVER_S = 86_400.0
_EVENT = type_name(EventReported).encode()


def serve(
    port: int, take: Callable[[bytes], object], number: Callable[[bytes], Awaitable[int]]
) -> None:
    """Serve `/device` on loopback, as the hub does, until SIGTERM.

    `take` gets every frame but events: those are acknowledged when `number` has taken them and
    gives their number, so that latency can be measured without a cost for all the others.
    """

    async def device(socket: WebSocket) -> None:
        await socket.accept(SUBPROTOCOL)
        await socket.send_bytes(encode(Challenge(secrets.token_bytes(32), PROTOCOL_VERSION)))
        try:
            await socket.receive_bytes()
            await socket.send_bytes(encode(Welcome(0, _FOREVER_S, _FOREVER_S, 0)))
            while True:
                frame = await socket.receive_bytes()
                if _EVENT in frame[:32]:
                    await socket.send_bytes(encode(Acknowledged(await number(frame))))
                else:
                    take(frame)
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
