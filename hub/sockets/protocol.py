"""uvicorn's WebSocket protocol, with a way to drop a peer that no longer reads.

A close frame cannot reach such a peer, and uvicorn would wait for its buffer to drain for ever.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

_EXTENSION = "formroom.abort"


class AbortableWebSocketProtocol(WebSocketsSansIOProtocol):
    """Puts the transport's `abort` into the scope of each WebSocket."""

    def handle_connect(self, event: Request) -> None:
        """See the base class."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][_EXTENSION] = {"abort": self.transport.abort}


def abort(websocket: WebSocket) -> None:
    """Drop the connection at once, with whatever was not sent yet."""
    extension = websocket.scope.get("extensions", {}).get(_EXTENSION)
    if extension:
        call: Callable[[], None] = extension["abort"]
        call()
