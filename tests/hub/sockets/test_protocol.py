"""The protocol below a device's socket, fed with whatever a stranger may send."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from hub.sockets.protocol import LineProtocol
from wire.codec import FRAME_LIMIT

_REQUEST = (
    b"GET /device HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_PLAIN = st.binary(max_size=200).map(lambda b: Frame(Opcode.BINARY, b).serialize(mask=True))
_ODD = st.builds(
    lambda first, payload, key: bytes((first, len(payload) | 0x80 * bool(key))) + key + payload,
    st.integers(0, 255),
    st.binary(max_size=125),
    st.just(b"") | st.binary(min_size=4, max_size=4),
)
_STREAM = st.lists(_PLAIN | _ODD | st.binary(max_size=40), max_size=8).map(b"".join)


class Pipe(asyncio.Transport):
    """The server's end of a connection, without a network."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        """Nothing comes by itself."""

    resume_reading = pause_reading


class Wire:
    """A protocol whose handshake is done, and the messages that it gave to its listener."""

    def __init__(self) -> None:
        async def app(scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            await receive()

        self.messages: list[bytes] = []
        self.pipe = Pipe()
        config = Config(
            app,
            ws=LineProtocol,
            ws_max_size=FRAME_LIMIT,
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            log_config=None,
        )
        self.protocol = LineProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        self.protocol.connection_made(self.pipe)

    async def open(self) -> None:
        self.protocol.data_received(_REQUEST)
        while not self.protocol.handshake_complete:
            await asyncio.sleep(0)
        self.protocol.listen(self.messages.append)

    def feed(self, data: bytes) -> None:
        if not self.pipe.is_closed:
            self.protocol.data_received(data)


async def _fed(chunks: list[bytes]) -> Wire:
    wire = Wire()
    await wire.open()
    for chunk in chunks:
        wire.feed(chunk)
    wire.protocol.connection_lost(None)
    await asyncio.sleep(0)
    return wire


@example(b"\x82\x80\xa6\xcc\xc2\xb7\x00\x00", [1])
@given(_STREAM, st.lists(st.integers(1, 60), max_size=20))
@settings(deadline=None, max_examples=60)
def test_however_the_bytes_are_cut_the_same_messages_come_out_in_order(
    stream: bytes, sizes: list[int]
) -> None:
    cut: list[bytes] = []
    rest = stream
    for size in sizes:
        cut.append(rest[:size])
        rest = rest[size:]
    cut = [chunk for chunk in (*cut, rest) if chunk]
    bytewise = [stream[at : at + 1] for at in range(len(stream))]
    outcomes = []
    for chunks in (cut, bytewise, [stream] if stream else []):
        wire = asyncio.run(_fed(chunks))
        outcomes.append((wire.messages, wire.pipe.is_closed))
    ends = {is_closed for _, is_closed in outcomes}
    assert len(ends) == 1
    longest = max((messages for messages, _ in outcomes), key=len)
    for messages, is_closed in outcomes:
        # The library forgets what came in one read with what it cannot accept.
        assert messages == (longest[: len(messages)] if is_closed else longest)


@given(st.lists(st.binary(max_size=400), max_size=6))
@settings(deadline=None)
def test_plain_messages_all_arrive_once_and_in_order(payloads: list[bytes]) -> None:
    stream = b"".join(Frame(Opcode.BINARY, p).serialize(mask=True) for p in payloads)
    assert asyncio.run(_fed([stream] if stream else [])).messages == payloads
