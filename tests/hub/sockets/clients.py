"""A pupil's PC and a teacher's console, as programs that speak to a hub over real sockets."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from wire.codec import FRAME_LIMIT, Catalogue, encode
from wire.messages import (
    TO_CONSOLE,
    Answered,
    Changed,
    DeviceState,
    Heartbeat,
    LessonState,
    Message,
    Refused,
    ScreensWanted,
    ScreenWanted,
    Snapshot,
    StateReported,
    SubscribeAsked,
    Welcome,
    WindowChanged,
)
from wire.session import DeviceIdentity, DeviceSession
from wire.version import SUBPROTOCOL

PATIENCE_S = 25.0
HEARTBEAT_S = 5.0
Kind = TypeVar("Kind", bound=Message)
_to_console = Catalogue(TO_CONSOLE)


async def eventually(is_so: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(within_s):
        while not is_so():
            await asyncio.sleep(0.01)


def open_socket(url: str, **more: object) -> connect:
    """A WebSocket as a device or console opens it."""
    options: dict[str, object] = {
        "subprotocols": [Subprotocol(SUBPROTOCOL)],
        "compression": None,
        "max_size": FRAME_LIMIT,
        "proxy": None,
        "ping_interval": None,
        "user_agent_header": None,
    }
    return connect(url, **(options | more))  # type: ignore[arg-type]


async def keep_beating(socket: ClientConnection) -> None:
    """Say that one is there, now and then, until the connection ends."""
    try:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await socket.send(encode(Heartbeat()))
    except ConnectionClosed:
        pass


@dataclass
class Pc:
    """One run of an agent: it reports its state after each welcome, and says what it is told to."""

    url: str
    trust: str
    site: str
    device: str
    key: Ed25519PrivateKey
    user: str = ""
    title: str = ""
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    heard: list[Message] = field(default_factory=list)
    welcomes: list[Welcome] = field(default_factory=list)
    closed: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        identity = DeviceIdentity(self.trust, self.site, self.device)
        self.session = DeviceSession(identity, self.epoch, self.key.sign)
        self._socket: ClientConnection | None = None
        self._began = asyncio.get_running_loop().time()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Pc]:
        """One connection; it is closed in an orderly way."""
        self.closed = None
        async with open_socket(f"{self.url}/device") as self._socket, asyncio.TaskGroup() as group:
            self.session.opened(self._now_s())
            reading = group.create_task(self._read(self._socket))
            beating = group.create_task(keep_beating(self._socket))
            yield self
            await self._socket.close()
            await reading
            beating.cancel()
        self.session.closed()

    async def welcomed(self, times: int = 1) -> None:
        """Wait for a welcome."""
        await eventually(lambda: len(self.welcomes) >= times)

    async def say(self, message: Message) -> int:
        """Post a message."""
        number = self.session.post(message)
        await self._flush()
        return number

    async def type_titles(self, titles: list[str]) -> None:
        """Report one window after another."""
        for self.title in titles:
            await self.say(WindowChanged("notes", self.title, 1))

    async def acknowledged(self) -> None:
        """Wait until everything that was said has taken effect."""
        async with asyncio.timeout(PATIENCE_S):
            while self.session.unacknowledged:
                await self.say(Heartbeat())
                await asyncio.sleep(0.05)

    async def cut(self) -> None:
        """Break the connection off, as a network does."""
        assert self._socket is not None
        self._socket.transport.abort()
        await eventually(lambda: self.closed is not None)

    def last(self, kind: type[Kind]) -> Kind | None:
        """The newest message of a kind."""
        return next((m for m in reversed(self.heard) if isinstance(m, kind)), None)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                assert isinstance(frame, bytes)
                for message in self.session.receive(frame, self._now_s()):
                    self.heard.append(message)
                    if isinstance(message, Welcome):
                        self.welcomes.append(message)
                        state = StateReported(1, self.user, self.user.title(), title=self.title)
                        self.session.post(state)
                await self._flush()
        except ConnectionClosed:
            pass
        self.closed = (socket.close_code or 1006, socket.close_reason or "")

    async def _flush(self) -> None:
        if self._socket is None:
            return
        try:
            for frame in self.session.take_outgoing(self._now_s()):
                await self._socket.send(frame)
        except ConnectionClosed:
            pass

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time() - self._began


@dataclass
class Teacher:
    """A console: what it was sent, applied in order, is what its teacher sees."""

    socket: ClientConnection
    lesson: str
    devices: dict[str, dict[str, object]] = field(default_factory=dict)
    state: LessonState | None = None
    cursor: str = ""
    snapshots: int = 0
    heard: list[Message] = field(default_factory=list)
    answers: dict[int, Message] = field(default_factory=dict)
    closed: tuple[int, str] | None = None
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def read(self) -> None:
        """Take what the hub sends until the connection ends."""
        try:
            async for frame in self.socket:
                assert isinstance(frame, bytes)
                _, message = _to_console.decode(frame)
                self._take(message)
        except ConnectionClosed:
            pass
        self.closed = (self.socket.close_code or 1006, self.socket.close_reason or "")

    async def ask(self, request: Message) -> Message:
        """The answer to a request."""
        number = next(self.numbers)
        await self.socket.send(encode(request, number))
        await eventually(lambda: number in self.answers or self.closed)
        return self.answers[number]

    async def must(self, request: Message) -> None:
        """Ask for what has to be carried out."""
        answer = await self.ask(request)
        assert isinstance(answer, Answered), answer

    async def follow(self, cursor: str = "") -> None:
        """Subscribe to the lesson."""
        await self.must(SubscribeAsked(self.lesson, cursor))

    async def look(self, *devices: str, mode: str = "wall", pictures_ms: int = 0) -> Message:
        """Show these screens."""
        screens = tuple(ScreenWanted(device, mode, 0, pictures_ms) for device in devices)  # type: ignore[arg-type]
        return await self.ask(ScreensWanted(self.lesson, screens))

    def shown(self, field_: str) -> dict[str, object]:
        """One field of every device."""
        return {
            device: getattr(msgspec.convert(state, DeviceState), field_)
            for device, state in self.devices.items()
        }

    def picture(self) -> dict[str, DeviceState]:
        """Every device, whole."""
        return {
            device: msgspec.convert(state, DeviceState) for device, state in self.devices.items()
        }

    def _take(self, message: Message) -> None:
        self.heard.append(message)
        match message:
            case Answered() | Refused():
                self.answers[message.request] = message
            case Snapshot():
                self.snapshots += 1
                self.state, self.cursor = message.state, message.cursor
                self.devices = {
                    device.device: msgspec.structs.asdict(device) for device in message.devices
                }
            case Changed():
                for gone in message.removed:
                    self.devices.pop(gone, None)
                for patch in message.devices:
                    self.devices.setdefault(str(patch["device"]), {}).update(patch)
                self.state = message.lesson_state or self.state
                self.cursor = message.cursor


@asynccontextmanager
async def console(
    url: str, cookie: str, lesson: str, *, origin: str | None = None
) -> AsyncIterator[Teacher]:
    """A teacher's connection, already welcomed."""
    headers = {"Cookie": cookie}
    async with (
        open_socket(
            url.replace("http", "ws") + "/console",
            additional_headers=headers,
            origin=origin or url.replace("ws", "http"),
        ) as socket,
        asyncio.TaskGroup() as group,
    ):
        teacher = Teacher(socket, lesson)
        reading = group.create_task(teacher.read())
        beating = group.create_task(keep_beating(socket))
        await eventually(lambda: teacher.heard or teacher.closed)
        yield teacher
        await socket.close()
        await reading
        beating.cancel()
