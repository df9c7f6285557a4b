"""A TCP proxy whose way can be made bad in the manners of real networks."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

CHUNK = 64 * 1024
DRIP_S = 0.05
GARBAGE = b"\xff\xff\xff\xff"
"""No WebSocket frame begins so."""


class Mode(StrEnum):
    """What the way does with bytes."""

    OPEN = "open"
    BLACKHOLE = "blackhole"
    """Nothing passes in either direction and nobody is told; what was sent waits."""
    HALF_OPEN = "half_open"
    """What clients send does not pass, what the server sends does."""
    RESET = "reset"
    """Every connection is cut off, and every new one."""
    DELAY = "delay"
    """Everything passes late."""
    DRIP = "drip"
    """Little passes at a time."""
    CORRUPT = "corrupt"
    """Bytes that are no frame come into what clients send, once on each connection."""


@dataclass(slots=True)
class Way:
    """How the proxy behaves now."""

    mode: Mode = Mode.OPEN
    delay_s: float = 0.2
    drip_bytes: int = 200
    """How many bytes pass every 50 ms."""


class Proxy:
    """Listens on a free port of loopback and passes bytes on to `port` there.

    Connections that exist keep to the way as it changes.
    """

    def __init__(self, port: int) -> None:
        self.way = Way()
        self._target = port
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port to connect to."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        """Serve while the block runs."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=CHUNK)
        try:
            yield self
        finally:
            self._server.close()
            self._open.set()
            self.cut()

    def set(self, way: Way) -> None:
        """Behave so from now on."""
        self.way = way
        if way.mode in (Mode.BLACKHOLE, Mode.HALF_OPEN):
            self._open.clear()
        else:
            self._open.set()
        if way.mode is Mode.RESET:
            self.cut()

    def cut(self) -> None:
        """Reset every connection that there is."""
        for writer in self._writers:
            _reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self.way.mode is Mode.RESET:
                _reset(writer)
                return
            if self.way.mode is Mode.BLACKHOLE:
                await self._open.wait()
            await self._join(reader, writer)
        except OSError:
            _reset(writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target, limit=CHUNK)
        self._writers.add(back)
        try:
            async with asyncio.TaskGroup() as group:
                pumps = [
                    group.create_task(self._pump(reader, back, is_up=True)),
                    group.create_task(self._pump(there, writer, is_up=False)),
                ]
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                for pump in pumps:
                    pump.cancel()
        finally:
            self._writers.discard(back)
            back.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_up: bool
    ) -> None:
        is_corrupted = False
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                while self._holds_back(is_up):
                    await self._open.wait()
                if is_up and self.way.mode is Mode.CORRUPT and not is_corrupted:
                    is_corrupted = True
                    data = GARBAGE + data
                await self._pass_on(data, sink)

    def _holds_back(self, is_up: bool) -> bool:
        return self.way.mode is Mode.BLACKHOLE or (is_up and self.way.mode is Mode.HALF_OPEN)

    async def _pass_on(self, data: bytes, sink: asyncio.StreamWriter) -> None:
        if self.way.mode is Mode.DELAY:
            await asyncio.sleep(self.way.delay_s)
        while data and self.way.mode is Mode.DRIP:
            part, data = data[: self.way.drip_bytes], data[self.way.drip_bytes :]
            sink.write(part)
            await asyncio.sleep(DRIP_S)
        sink.write(data)
        await sink.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Cut a connection off, so that the other side sees a reset and no orderly end."""
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
