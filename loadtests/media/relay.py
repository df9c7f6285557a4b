"""A hub that only admits one agent, and passes signals between it and the viewer's page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from wire.codec import Catalogue, encode
from wire.messages import (
    FROM_DEVICE,
    Acknowledged,
    Challenge,
    Hello,
    Message,
    PeerSignal,
    Picture,
    Viewer,
    ViewersChanged,
    ViewerSignal,
    Welcome,
)
from wire.version import PROTOCOL_VERSION, SUBPROTOCOL

_LEASE_S = 15.0
_RENEW_S = 5.0
_PAGE = Path(__file__).with_name("viewer.html")
_catalogue = Catalogue(FROM_DEVICE)


class Relay:
    """A WebSocket server in a thread of its own.

    The page speaks JSON: `want` (the viewers, by id), `signal`, and `clock`, which is answered
    with this machine's monotonic milliseconds. It receives `signal` and, as binary frames,
    pictures.
    """

    def __init__(self) -> None:
        self.port = 0
        self.admitted = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._device: ServerConnection | None = None
        self._page: ServerConnection | None = None
        self._viewers: tuple[Viewer, ...] = ()
        self._stop = asyncio.Event()
        self._started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def __enter__(self) -> Relay:
        self._thread.start()
        self.port = self._started.result(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        async with serve(
            self._connected,
            "127.0.0.1",
            0,
            process_request=self._serve_page,
            subprotocols=[Subprotocol(SUBPROTOCOL), Subprotocol("viewer")],
            compression=None,
            max_size=1 << 20,
        ) as server:
            self._started.set_result(_port(server))
            async with asyncio.TaskGroup() as tasks:
                renewals = tasks.create_task(self._renew())
                await self._stop.wait()
                renewals.cancel()

    def _serve_page(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path != "/":
            return None
        headers = Headers({"Content-Type": "text/html; charset=utf-8", "Connection": "close"})
        return Response(200, "OK", headers, _PAGE.read_bytes())

    async def _connected(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        try:
            if connection.request.path == "/device":
                await self._serve_device(connection)
            else:
                await self._serve_viewer(connection)
        except ConnectionClosed:
            return

    async def _serve_device(self, connection: ServerConnection) -> None:
        await connection.send(encode(Challenge(os.urandom(32), PROTOCOL_VERSION)))
        async for frame in connection:
            assert isinstance(frame, bytes)
            seq, message = _catalogue.decode(frame)
            match message:
                case Hello():
                    self._device = connection
                    await connection.send(encode(Welcome(0, 10.0, 30.0, 0)))
                    await self._tell_viewers()
                    self.admitted.set()
                case Picture() if self._page is not None:
                    await self._page.send(message.jpeg)
                case PeerSignal() if self._page is not None:
                    await self._page.send(json.dumps({"signal": _fields(message)}))
            if seq:
                await connection.send(encode(Acknowledged(seq)))

    async def _serve_viewer(self, connection: ServerConnection) -> None:
        self._page = connection
        async for text in connection:
            asked: dict[str, Any] = json.loads(text)
            if "clock" in asked:
                now = time.monotonic_ns() / 1e6
                await connection.send(json.dumps({"clock": now, "asked": asked["clock"]}))
            if "want" in asked:
                self._viewers = tuple(
                    Viewer(
                        id=one["id"],
                        name="Bench",
                        role="teacher",
                        mode=one["mode"],
                        pictures_ms=one["pictures_ms"],
                    )
                    for one in asked["want"]
                )
                await self._tell_viewers()
            if "signal" in asked:
                await self._tell(ViewerSignal(**asked["signal"]))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            await self._tell_viewers()

    async def _tell_viewers(self) -> None:
        await self._tell(ViewersChanged(self._viewers, _LEASE_S))

    async def _tell(self, message: Message) -> None:
        if self._device is not None:
            with contextlib.suppress(ConnectionClosed):  # the agent is ending
                await self._device.send(encode(message))


def _port(server: Server) -> int:
    (listener,) = server.sockets
    return int(listener.getsockname()[1])


def _fields(message: PeerSignal) -> dict[str, object]:
    return {name: getattr(message, name) for name in message.__struct_fields__}
