"""`formroom probe`: is the server up for those who use it? Asked as a device and a teacher.

A round signs on as the synthetic device, has it say something that nobody said before, and waits
until the synthetic teacher sees it: through everything that a pupil's message passes.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import ssl
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from hub.synthetic_school import CLASS, SITE, TRUST, SyntheticSchool
from store.probes import DOWN, LATE, UP, ProbeResult
from wire.codec import FRAME_LIMIT, Catalogue, encode
from wire.errors import FrameError
from wire.messages import (
    TO_CONSOLE,
    Changed,
    ConsoleWelcome,
    Message,
    Refused,
    Snapshot,
    StateReported,
    SubscribeAsked,
    Welcome,
    WindowChanged,
)
from wire.session import DeviceIdentity, DeviceSession
from wire.version import SUBPROTOCOL

SEEN_S = 5.0
"""What the teacher sees later than this is late, which is not up."""
LATE_S = 15.0
CONNECT_S = 10.0
SESSION_S = 3_600.0
"""The teacher signs in anew after this: a session ends by itself after a day."""

_to_console = Catalogue(TO_CONSOLE)


class ProbeFailed(RuntimeError):
    """A round came to nothing; the text says where."""


class Probe:
    """Asks one server, round after round. `address` is where, `origin` its public address."""

    def __init__(
        self,
        name: str,
        school: SyntheticSchool,
        address: str,
        origin: str,
        authorities: ssl.SSLContext | None = None,
    ) -> None:
        self._name = name
        self._school = school
        self._address = address.rstrip("/")
        self._origin = origin
        is_secure = self._address.startswith("https:")
        self._tls = (authorities or ssl.create_default_context()) if is_secure else None
        self._cookie = ""
        self._signed_in_s = 0.0
        self._lesson = ""

    async def round(self, at_ms: int) -> ProbeResult:
        """One round; whatever goes wrong is its outcome."""
        try:
            seen_s = await self._round(at_ms)
        except (ProbeFailed, OSError, TimeoutError, WebSocketException, FrameError) as error:
            self._cookie = self._lesson = ""
            reason = str(error) or "no answer in time"
            return ProbeResult(self._name, at_ms, DOWN, None, f"{type(error).__name__}: {reason}")
        seen_ms = round(seen_s * 1000)
        if seen_s > SEEN_S:
            return ProbeResult(self._name, at_ms, LATE, seen_ms, "The teacher saw it late.")
        return ProbeResult(self._name, at_ms, UP, seen_ms)

    async def _round(self, at_ms: int) -> float:
        """Seconds from what the device said until the teacher saw it."""
        async with asyncio.timeout(CONNECT_S):
            now_s = asyncio.get_running_loop().time()
            if not self._cookie or now_s - self._signed_in_s > SESSION_S:
                await self._sign_in()
                self._signed_in_s = now_s
            if not self._lesson:
                self._lesson = await self._find_lesson()
        said = secrets.token_hex(16)
        loop = asyncio.get_running_loop()
        async with self._console() as console, self._device(at_ms) as (device, session):
            began_s = loop.time()
            session.post(WindowChanged("probe", said, at_ms))
            await _flush(device, session)
            async with asyncio.timeout(LATE_S):
                while not _shows(await _next(console), self._school.device, said):
                    pass
            return loop.time() - began_s

    # --- the teacher --------------------------------------------------------------------------

    async def _sign_in(self) -> None:
        body = {"user": self._school.user, "password": self._school.password}
        _, cookie = await self._rest("POST", "/api/session", body)
        if not cookie:
            raise ProbeFailed("signing in gave no session")
        self._cookie = cookie

    async def _find_lesson(self) -> str:
        """The lesson that goes on from round to round, begun when there is none."""
        answer, _ = await self._rest("GET", "/api/classes")
        running = next((one["lesson"] for one in answer["classes"] if one["lesson"]), None)
        if running is None:
            body = {"site": SITE, "class_id": CLASS, "members": "devices"}
            answer, _ = await self._rest("POST", "/api/lessons", body)
            return str(answer["lesson"]["id"])
        if not running["mine"]:
            await self._rest("POST", f"/api/lessons/{SITE}/{running['id']}/teachers")
        return str(running["id"])

    @asynccontextmanager
    async def _console(self) -> AsyncIterator[ClientConnection]:
        """The teacher's connection, which follows the lesson."""
        async with self._open("/console", {"Cookie": self._cookie}, self._origin) as socket:
            async with asyncio.timeout(CONNECT_S):
                while not isinstance(await _next(socket), ConsoleWelcome):
                    pass
                await socket.send(encode(SubscribeAsked(self._lesson), 1))
                while not isinstance(message := await _next(socket), Snapshot):
                    if isinstance(message, Refused):
                        raise ProbeFailed(f"the lesson cannot be followed: {message.detail}")
            yield socket

    # --- the device ---------------------------------------------------------------------------

    @asynccontextmanager
    async def _device(self, at_ms: int) -> AsyncIterator[tuple[ClientConnection, DeviceSession]]:
        """The device's connection, welcomed."""
        identity = DeviceIdentity(TRUST, SITE, self._school.device)
        session = DeviceSession(identity, secrets.token_hex(8), self._school.key.sign)
        session.post(StateReported(at_ms, "", ""))
        async with self._open("/device", {}, None) as socket:
            session.opened(0.0)
            async with asyncio.timeout(CONNECT_S):
                is_welcome = False
                while not is_welcome:
                    frame = await socket.recv()
                    if not isinstance(frame, bytes):
                        raise ProbeFailed("the hub sent text to a device")
                    heard = session.receive(frame, 0.0)
                    is_welcome = any(isinstance(message, Welcome) for message in heard)
                    await _flush(socket, session)
            yield socket, session

    # --- connections --------------------------------------------------------------------------

    def _open(self, path: str, headers: dict[str, str], origin: str | None) -> connect:
        return connect(
            re.sub("^http", "ws", self._address) + path,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            additional_headers=headers,
            origin=Origin(origin) if origin else None,
            compression=None,
            max_size=FRAME_LIMIT,
            proxy=None,
            ssl=self._tls,
            open_timeout=CONNECT_S,
            close_timeout=2.0,
        )

    async def _rest(self, method: str, path: str, body: object = None) -> tuple[Any, str]:
        """The answer's JSON, and the cookie that it sets."""
        request = urllib.request.Request(
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Formroom": "1", "Origin": self._origin, "Cookie": self._cookie},
        )
        try:
            return await asyncio.to_thread(self._ask, request)
        except urllib.error.HTTPError as error:
            raise ProbeFailed(f"{method} {path}: status {error.code}") from None
        except urllib.error.URLError as error:
            raise ProbeFailed(f"{method} {path}: {error.reason}") from None

    def _ask(self, request: urllib.request.Request) -> tuple[Any, str]:
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if self._tls:
            handlers.append(urllib.request.HTTPSHandler(context=self._tls))
        with urllib.request.build_opener(*handlers).open(request, timeout=CONNECT_S) as answer:
            # The last one: the answer also takes an older session's cookie away.
            cookie = answer.headers.get_all("Set-Cookie", [""])[-1].partition(";")[0]
            text = answer.read()
        return json.loads(text) if text else None, cookie


async def _next(socket: ClientConnection) -> Message:
    frame = await socket.recv()
    if not isinstance(frame, bytes):
        raise ProbeFailed("the hub sent text to a console")
    return _to_console.decode(frame)[1]


async def _flush(socket: ClientConnection, session: DeviceSession) -> None:
    for frame in session.take_outgoing(0.0):
        await socket.send(frame)


def _shows(message: Message, device: str, said: str) -> bool:
    """Whether the message tells the teacher that the device said this."""
    match message:
        case Snapshot():
            return any(one.device == device and one.title == said for one in message.devices)
        case Changed():
            return any(
                one["device"] == device and one.get("title") == said for one in message.devices
            )
    return False
