"""The hub put together: one ASGI application over routes and sockets."""

from __future__ import annotations

import time

from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from hub.context import HubContext
from hub.errors import exception_handlers
from hub.protection import protection
from hub.routes import build_routes
from hub.sockets.console import serve_console
from hub.sockets.device import DeviceGate, serve_device
from hub.sockets.rights import rights_desk
from hub.sockets.switchboard import Switchboard


def build_app(context: HubContext, board: Switchboard) -> Starlette:
    """The application. A device proves itself by its key, a console by its session."""
    desk = rights_desk(context.store, context.now_ms)
    gate = DeviceGate(context.store, time.monotonic)
    metrics = context.metrics
    metrics.gauge(
        "formroom_devices_shed",
        "Devices that were asked to come back later, since the start.",
        lambda: gate.admission.shed,
    )
    metrics.gauge(
        "formroom_devices_shed_for_files",
        "Those of them for whom no file descriptor was to spare.",
        lambda: gate.admission.shed_for_files,
    )
    metrics.gauge(
        "formroom_devices_kept_out",
        "Devices kept out for a while because of bad frames.",
        lambda: len(gate.misconduct.kept_out),
    )

    async def device(websocket: WebSocket) -> None:
        await serve_device(websocket, board, gate)

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
