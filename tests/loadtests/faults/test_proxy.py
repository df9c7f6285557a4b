from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from loadtests.faults.proxy import GARBAGE, Mode, Proxy, Way

SHORT_S = 0.3
"""Nothing may pass for so long where nothing may pass; nothing has to be quick."""


class Echo:
    """A server that gives everything back, and remembers it."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(OSError):
            while data := await reader.read(1000):
                self.heard += data
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def through_proxy() -> AsyncIterator[tuple[Proxy, Echo]]:
    echo = Echo()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    async with server, Proxy(server.sockets[0].getsockname()[1]).running() as proxy:
        yield proxy, echo


@contextlib.asynccontextmanager
async def client(
    proxy: Proxy,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def hears_nothing(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(SHORT_S):
            await reader.read(1)
    except TimeoutError:
        return True
    return False


async def test_an_open_way_passes_everything_on() -> None:
    async with through_proxy() as (proxy, _), client(proxy) as (reader, writer):
        writer.write(b"x" * 200_000)
        assert await reader.readexactly(200_000) == b"x" * 200_000


async def test_a_black_hole_keeps_what_was_sent_until_it_is_healed() -> None:
    async with through_proxy() as (proxy, echo), client(proxy) as (reader, writer):
        writer.write(b"before")
        assert await reader.readexactly(6) == b"before"
        proxy.set(Way(Mode.BLACKHOLE))
        writer.write(b"after")
        assert await hears_nothing(reader)
        assert bytes(echo.heard) == b"before"
        async with client(proxy) as (late_reader, late_writer):
            late_writer.write(b"late")
            assert await hears_nothing(late_reader)
            assert echo.connections == 1
            proxy.set(Way())
            assert await reader.readexactly(5) == b"after"
            assert await late_reader.readexactly(4) == b"late"


async def test_a_half_open_way_passes_only_what_the_server_sends() -> None:
    async with through_proxy() as (proxy, echo), client(proxy) as (reader, writer):
        proxy.set(Way(Mode.HALF_OPEN))
        writer.write(b"lost for now")
        assert await hears_nothing(reader)
        assert not echo.heard
        proxy.set(Way())
        assert await reader.readexactly(12) == b"lost for now"


async def test_a_reset_cuts_old_connections_and_new_ones() -> None:
    async with through_proxy() as (proxy, _), client(proxy) as (reader, writer):
        writer.write(b"a")
        await reader.readexactly(1)
        proxy.set(Way(Mode.RESET))
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        async with client(proxy) as (late_reader, _):
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await late_reader.readexactly(1)
        proxy.set(Way())
        async with client(proxy) as (new_reader, new_writer):
            new_writer.write(b"b")
            assert await new_reader.readexactly(1) == b"b"


@pytest.mark.parametrize(
    "way", [Way(Mode.DELAY, delay_s=0.01), Way(Mode.DRIP, drip_bytes=7)], ids=lambda w: w.mode
)
async def test_a_slow_way_passes_everything_in_order(way: Way) -> None:
    text = bytes(range(60))
    async with through_proxy() as (proxy, _), client(proxy) as (reader, writer):
        proxy.set(way)
        writer.write(text)
        assert await reader.readexactly(60) == text


async def test_garbage_comes_once_on_each_connection_and_only_to_the_server() -> None:
    async with through_proxy() as (proxy, echo), client(proxy) as (reader, writer):
        proxy.set(Way(Mode.CORRUPT))
        for text in (b"one", b"two"):
            writer.write(text)
            await reader.readexactly(len(text) + (len(GARBAGE) if text == b"one" else 0))
        assert bytes(echo.heard) == GARBAGE + b"onetwo"
