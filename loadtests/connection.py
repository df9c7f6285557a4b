"""A WebSocket client for thousands of connections in one process.

The protocol is the `websockets` library's core without I/O; this is its I/O, as thin as asyncio
allows: no task, queue or timer for each connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import ssl
from typing import Protocol, cast

from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from wire.codec import FRAME_LIMIT
from wire.version import SUBPROTOCOL


class Listener(Protocol):
    """Whoever uses a connection."""

    def opened(self, connection: Connection) -> None:
        """The handshake is done."""
        ...

    def received(self, frame: bytes) -> None:
        """One binary frame; a `ValueError` closes the connection."""
        ...

    def closed(self, reason: str) -> None:
        """The connection is gone, or never was; called once, and nothing after it."""
        ...


class Connection(asyncio.Protocol):
    """One connection. Frames that are sent before `opened` or after `closed` are dropped."""

    bytes_in = bytes_out = 0
    """Of all connections of this process, as they are on the wire (without TLS)."""

    def __init__(self, url: str, listener: Listener, headers: dict[str, str]) -> None:
        self._listener = listener
        self._headers = headers
        self._core = ClientProtocol(
            parse_uri(url), subprotocols=[Subprotocol(SUBPROTOCOL)], max_size=FRAME_LIMIT
        )
        self._transport: asyncio.Transport | None = None
        self._reason = ""
        self.retry_after_s = 0.0
        """A hub that has too much to do refused the connection, and asked to wait so long."""

    def send(self, frames: list[bytes]) -> None:
        """Write binary frames, in order."""
        if self._core.state is not State.OPEN:
            return
        for frame in frames:
            self._core.send_binary(frame)
        self._flush()

    def close(self, reason: str = "") -> None:
        """Begin to close; `closed` follows."""
        self._reason = self._reason or reason
        if self._core.state is State.OPEN:
            self._core.send_close(1000)
            self._flush()
        elif self._transport is not None:
            self._transport.abort()

    def abort(self, reason: str) -> None:
        """Drop the connection without a word; `closed` follows."""
        self._reason = reason
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the TCP (or TLS) connection is there."""
        self._transport = cast(asyncio.Transport, transport)
        request = self._core.connect()
        request.headers.update(Headers(self._headers))
        self._core.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came in."""
        Connection.bytes_in += len(data)
        self._core.receive_data(data)
        for event in self._core.events_received():
            if isinstance(event, Frame):
                self._take(event)
            elif isinstance(event, Response) and self._core.handshake_exc is None:
                self._listener.opened(self)
        self._flush()

    def eof_received(self) -> None:
        """asyncio: the hub sends no more."""
        self._core.receive_eof()
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the connection is gone."""
        failed = self._core.handshake_exc
        if isinstance(failed, InvalidHandshake):
            self._reason = self._reason or str(failed)
        if isinstance(failed, InvalidStatus):
            with contextlib.suppress(ValueError):
                self.retry_after_s = float(failed.response.headers.get("Retry-After", "0"))
        if self._core.close_rcvd is not None:
            told = self._core.close_rcvd
            self._reason = self._reason or f"closed by the hub: {told.code} {told.reason}".strip()
        self._listener.closed(self._reason or str(error or "connection lost"))

    def _take(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.BINARY:
            return
        if not frame.fin:
            self.close("the hub sent a fragmented frame")
            return
        try:
            self._listener.received(bytes(frame.data))
        except ValueError as error:
            self.close(str(error))

    def _flush(self) -> None:
        if self._transport is None:
            return
        for data in self._core.data_to_send():
            if data:
                Connection.bytes_out += len(data)
                self._transport.write(data)
            else:
                self._transport.close()


@functools.cache
def _trust() -> ssl.SSLContext:
    """Whom to believe; made once, because it reads every certificate of the system."""
    return ssl.create_default_context()


async def connect(
    url: str, listener: Listener, *, headers: dict[str, str] | None = None, source: str = ""
) -> Connection:
    """Open a connection, from the local address `source` if given.

    Raises `OSError` when there is nobody.
    """
    uri = parse_uri(url)
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        lambda: Connection(url, listener, headers or {}),
        uri.host,
        uri.port,
        ssl=_trust() if uri.secure else None,
        local_addr=(source, 0) if source else None,
    )
    return connection
