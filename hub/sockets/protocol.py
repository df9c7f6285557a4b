"""uvicorn's WebSocket protocol, with a short way for frames and an end for dead peers.

ASGI's way costs a queue, a task switch and a pause of the transport for each message, and the
general parser as much again: most of what the server does. So a device's frames are taken as they
arrive, the plainest of them without the parser, and frames are written at once while the peer
reads. A close frame cannot reach a peer that no longer reads: its connection can be dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from hub.sockets.framing import binary_frame, owed_after, plain_messages, whole_message

_EXTENSION = "formroom.line"


class LineProtocol(WebSocketsSansIOProtocol):
    """Puts itself into the scope of each WebSocket, as `line_of` finds it."""

    _listener: Callable[[bytes], None] | None = None
    _owed: int | None = None
    """Bytes still to come of the frame that is being read; None: unknown."""

    def handle_connect(self, event: Request) -> None:
        """See the base class."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][_EXTENSION] = {"line": self}

    def data_received(self, data: bytes) -> None:
        """See the base class; the plain messages that it begins with are read here."""
        if self._owed == 0 and self._listener is not None and self._is_plain():
            payload = whole_message(data)
            if payload is not None:
                self._listener(payload)
                return
            messages, data = plain_messages(data)
            for message in messages:
                self._listener(message)
            if not data:
                return
        if self.handshake_initiated:
            self._owed = owed_after(data, self._owed)
        else:
            self._owed = 0 if data.endswith(b"\r\n\r\n") else None
        super().data_received(data)

    def _is_plain(self) -> bool:
        """Whether a message may begin here: no parts of one came, and nothing was closed."""
        return self.conn.current_size is None and not self.close_sent

    def send_receive_event_to_app(self) -> None:
        """See the base class; binary messages go to the listener, if there is one."""
        if self._listener is None or self.curr_msg_data_type == "text" or self.close_sent:
            super().send_receive_event_to_app()
            return
        frames, self.frames = self.frames, []
        self._listener(bytes(frames[0]) if len(frames) == 1 else b"".join(frames))

    @property
    def neighbours(self) -> int:
        """Connections of this server, this one included."""
        return len(self.connections)

    def limit(self, size_bytes: int) -> None:
        """Close, as too large, whoever sends a larger message; before it is held in memory."""
        self.conn.max_message_size = size_bytes

    def listen(self, listener: Callable[[bytes], None]) -> None:
        """Give every binary message to `listener`, in order, those that wait already first.

        All else still arrives by `receive`. The listener must not raise.
        """
        waiting = [self.queue.get_nowait() for _ in range(self.queue.qsize())]
        self._listener = listener
        for event in waiting:
            data = event.get("bytes")
            if isinstance(data, bytes | bytearray):
                listener(bytes(data))
            else:
                self.queue.put_nowait(event)
        self.resume()

    def pause(self) -> None:
        """Read no more until `resume`."""
        if not self.read_paused and not self.disconnected:
            self.read_paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self.read_paused and not self.disconnected:
            self.read_paused = False
            self.transport.resume_reading()

    def write(self, frame: bytes) -> bool:
        """Write a binary message at once; False, and nothing done, when that cannot be done now."""
        if (
            self.close_sent
            or not self.handshake_complete
            or not self.writable.is_set()
            or self.transport.is_closing()
        ):
            return False
        self.transport.write(binary_frame(frame))
        return True

    def abort(self) -> None:
        """Drop the connection at once, with whatever was not sent yet."""
        self.transport.abort()


def line_of(websocket: WebSocket) -> LineProtocol:
    """The protocol below a WebSocket; `LookupError` when the server was set up with another."""
    extension = websocket.scope.get("extensions", {}).get(_EXTENSION)
    if extension is None:
        raise LookupError("the server must run with LineProtocol")
    line: LineProtocol = extension["line"]
    return line
