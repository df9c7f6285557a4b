"""TCP connections before anything is asked on them: an end for those that never ask."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_S = 10.0
"""A connection whose first request is not there by then is dropped."""


class ImpatientHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which waits for ever: each waiting socket holds a descriptor."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """See the base class."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(REQUEST_S, self._give_up)

    def handle_websocket_upgrade(self) -> None:
        """See the base class; from here on the WebSocket's own deadlines hold."""
        self._forget_timer()
        super().handle_websocket_upgrade()

    def on_headers_complete(self) -> None:
        """See the base class."""
        self._forget_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """See the base class."""
        self._forget_timer()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        self._timer = None
        self.transport.abort()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
