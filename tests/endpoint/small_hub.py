"""A hub of one test: a real WebSocket server that admits devices and writes down what they say."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from endpoint.enrolment import Enrolment, parse_enrolment
from wire.codec import Catalogue, encode
from wire.messages import (
    FROM_DEVICE,
    Acknowledged,
    Challenge,
    Heartbeat,
    Hello,
    Message,
    Resumed,
    Welcome,
)
from wire.session import DeviceIdentity, proof_input

LIMIT_S = 20.0
_from_device = Catalogue(FROM_DEVICE)


@dataclass
class Conversation:
    """One connection: what was heard on it, with numbers, and how it was closed."""

    socket: ServerConnection
    hello: Hello | None = None
    heard: list[tuple[int, Message]] = field(default_factory=list)
    close_code: int | None = None
    close_reason: str = ""

    def messages(self, kind: type[Message]) -> list[Message]:
        return [message for _, message in self.heard if isinstance(message, kind)]

    async def say(self, message: Message) -> None:
        await self.socket.send(encode(message))


@dataclass
class SmallHub:
    """Its settings may be changed while it runs; they hold for the next connection."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    port: int = 0
    heartbeat_s: float = 5.0
    silence_s: float = 20.0
    acknowledges: bool = True
    reads: bool = True
    conversations: list[Conversation] = field(default_factory=list)
    received: int = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/device"

    @property
    def last(self) -> Conversation:
        return self.conversations[-1]

    @property
    def heard(self) -> list[tuple[int, Message]]:
        """Everything that was ever heard, what opens and keeps a connection left out."""
        return [
            entry
            for conversation in self.conversations
            for entry in conversation.heard
            if not isinstance(entry[1], Hello | Resumed | Heartbeat)
        ]

    def enrolment_text(self) -> str:
        return json.dumps(
            {
                "hub": f"ws://127.0.0.1:{self.port}",
                "trust": "trust1",
                "site": "site1",
                "device": "pc1",
                "name": "PC 1",
                "private_key": base64.b64encode(self.key.private_bytes_raw()).decode(),
            }
        )

    def enrolment(self) -> Enrolment:
        return parse_enrolment(self.enrolment_text().encode())

    def write_enrolment(self, folder: Path) -> Path:
        path = folder / "pc1.json"
        path.write_text(self.enrolment_text())
        path.chmod(0o600)
        return path

    async def serve(self, socket: ServerConnection) -> None:
        conversation = Conversation(socket)
        self.conversations.append(conversation)
        nonce = os.urandom(32)
        try:
            await conversation.say(Challenge(nonce, 1))
            async for frame in socket:
                assert isinstance(frame, bytes)
                seq, message = _from_device.decode(frame)
                conversation.heard.append((seq, message))
                await self._answer(conversation, nonce, seq, message)
        except ConnectionClosed:
            pass
        finally:
            conversation.close_code = socket.close_code
            conversation.close_reason = socket.close_reason or ""

    async def _answer(
        self, conversation: Conversation, nonce: bytes, seq: int, message: Message
    ) -> None:
        if isinstance(message, Hello):
            identity = DeviceIdentity(message.trust, message.site, message.device)
            self.key.public_key().verify(message.proof, proof_input(nonce, identity, message.epoch))
            conversation.hello = message
            await conversation.say(Welcome(self.received, self.heartbeat_s, self.silence_s, 0))
            if not self.reads:
                await conversation.socket.wait_closed()
        elif self.acknowledges:
            self.received = max(self.received, seq)
            await conversation.say(Acknowledged(self.received))


@asynccontextmanager
async def run_hub(hub: SmallHub | None = None) -> AsyncIterator[SmallHub]:
    """A hub on a free port of this machine (again on its own port, if it had one)."""
    hub = hub or SmallHub()
    async with serve(
        hub.serve,
        "127.0.0.1",
        hub.port,
        compression=None,
        subprotocols=["formroom.1"],  # type: ignore[list-item]
        ping_interval=None,
        max_size=None,
        close_timeout=1,
    ) as server:
        hub.port = next(iter(server.sockets)).getsockname()[1]
        yield hub


async def until(condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Wait until it holds; fails after a generous limit."""
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.01)
