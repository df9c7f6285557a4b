"""The ways between agents and the hub go bad."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loadtests.connection import connect
from loadtests.faults.fault import NotApplied
from loadtests.faults.proxy import Way
from loadtests.school import socket_url

if TYPE_CHECKING:
    from loadtests.faults.stage import Stage

HELLO_S = 8.0
"""A connection that never proves who it is has to be gone after that."""
JUNK = (
    b"",
    b"\x00",
    b"\xc1" * 64,
    b"\x93\xa5hello\x00\x80",
    b"\x93\xa5hello\x00\xdf\xff\xff\xff\xff",
    b"\x91" * 600,
    b"\x93\xabstate_asked\xcf\xff\xff\xff\xff\xff\xff\xff\xff\x80",
)


class BadWay:
    """One of the ways between agents and hub behaves badly while the fault holds."""

    def __init__(self, id_: str, way: Way, proxy: int) -> None:
        self.id = id_
        self.name = f"{way.mode.value} of way {proxy}"
        self._way = way
        self._proxy = proxy

    async def apply(self, stage: Stage) -> None:
        """Make it bad."""
        stage.proxies[self._proxy].set(self._way)

    async def heal(self, stage: Stage) -> None:
        """Make it good, for what is connected too."""
        stage.proxies[self._proxy].set(Way())


class Storm:
    """Every connection is reset at once, and everybody comes back without delay."""

    id = "F15"
    name = "all reconnect at once"

    async def apply(self, stage: Stage) -> None:
        """Cut all; nobody waits before coming back."""
        stage.pace.is_hasty = True
        for proxy in stage.proxies:
            proxy.cut()

    async def heal(self, stage: Stage) -> None:
        """Agents wait again before they come back."""
        stage.pace.is_hasty = False


class FrozenConsole:
    """A teacher's console with a small receive buffer stops reading; it must be dropped."""

    id = "F12"
    name = "a console stops reading"

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    async def apply(self, stage: Stage) -> None:
        """Sign in to a lesson's stream by hand, and read nothing of it."""
        try:
            self._socket = await asyncio.to_thread(self._open, stage)
        except OSError as error:
            raise NotApplied(str(error)) from None

    async def heal(self, stage: Stage) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()

    def _open(self, stage: Stage) -> socket.socket:
        teacher = stage.teachers[0]
        parts = urlsplit(stage.hub.url)
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(5)
        sock.connect((parts.hostname, parts.port))
        sock.sendall(
            (
                f"GET /console HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                f"Sec-WebSocket-Protocol: {stage.subprotocol}\r\n"
                f"Cookie: {teacher.cookie}\r\nOrigin: {stage.hub.url}\r\n\r\n"
            ).encode()
        )
        frame = stage.subscription(teacher.picture.lesson)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(frame))
        sock.sendall(bytes((0x82, 0x80 | len(frame))) + mask + masked)
        return sock


class MalformedFrames:
    """Strangers send what is no message; each must be sent away."""

    id = "F14"
    name = "malformed frames on connections of their own"

    def __init__(self) -> None:
        self.not_closed = 0

    async def apply(self, stage: Stage) -> None:
        """Send each kind of junk as a first frame, and one of random bytes."""
        url = socket_url(stage.hub.url, "/device")
        for junk in (*JUNK, stage.rng.randbytes(500)):
            listener = _Stranger(junk)
            try:
                await connect(url, listener)
            except OSError as error:
                raise NotApplied(str(error)) from None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HELLO_S):
                    await listener.gone.wait()
            self.not_closed += not listener.gone.is_set()

    async def heal(self, stage: Stage) -> None:
        """Whoever was not sent away is a violation."""
        if self.not_closed and stage.hub.starts == 1:
            stage.violate("malformed", f"{self.not_closed} strangers were not sent away")


class _Stranger:
    def __init__(self, junk: bytes) -> None:
        self.gone = asyncio.Event()
        self._junk = junk

    def opened(self, connection: object) -> None:
        connection.send([self._junk])  # type: ignore[attr-defined]

    def received(self, frame: bytes) -> None:
        pass

    def closed(self, reason: str) -> None:
        self.gone.set()
