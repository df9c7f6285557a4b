"""The hub put together: one ASGI application over routes and sockets."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from hub.context import HubContext
from hub.errors import exception_handlers
from hub.protection import protection
from hub.routes import build_routes
from hub.sockets.console import serve_console
from hub.sockets.device import serve_device
from hub.sockets.rights import RightsDesk
from hub.sockets.switchboard import Switchboard


def build_app(context: HubContext, board: Switchboard) -> Starlette:
    """The application. A device proves itself by its key, a console by its session."""
    desk = RightsDesk(context.store, context.now_ms)

    async def device(websocket: WebSocket) -> None:
        await serve_device(websocket, context, board)

    async def console(websocket: WebSocket) -> None:
        await serve_console(websocket, context, board, desk)

    routes: list[BaseRoute] = [
        WebSocketRoute("/device", device),
        WebSocketRoute("/console", console),
        *build_routes(context),
    ]
    return Starlette(
        routes=routes,
        middleware=protection(context.settings),
        exception_handlers=exception_handlers(),
    )
