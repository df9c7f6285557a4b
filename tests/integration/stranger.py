"""An agent written from `docs/wire.md` alone: it knows the page, and nothing of this project.

It imports no package of Formroom; what it needs beyond the page is a WebSocket, MessagePack and
Ed25519.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgpack
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

Frame = tuple[str, int, dict[str, Any]]


class Stranger:
    """One device. `kept` are its numbered messages that were not disposed of."""

    def __init__(self, enrolment: Path) -> None:
        self.file = json.loads(enrolment.read_text(encoding="utf-8"))
        self.epoch = secrets.token_hex(8)
        self.kept: dict[int, list[Any]] = {}
        self.newest = 0
        self.socket: ClientConnection

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[dict[str, Any]]:
        """A welcomed connection (sections 2, 6 and 7); gives the `welcome`."""
        async with connect(
            self.file["hub"], subprotocols=[Subprotocol("formroom.1")], compression=None, proxy=None
        ) as self.socket:
            assert self.socket.subprotocol == "formroom.1"
            kind, _, challenge = await self.read()
            assert kind == "challenge"
            await self.write("hello", 0, self.hello(challenge["nonce"]))
            kind, _, welcome = await self.read()
            assert kind == "welcome", kind
            self.forget(welcome["received"])
            await self.write("resumed", 0, {"first": min(self.kept, default=self.newest + 1)})
            for frame in self.kept.values():
                await self.socket.send(msgpack.packb(frame))
            await self.post("state_reported", {"at_ms": 1, "user": "amina.k"})
            yield welcome

    def hello(self, nonce: bytes) -> dict[str, Any]:
        who = [self.file["trust"], self.file["site"], self.file["device"], self.epoch]
        signed = b"".join(part.encode() + b"\x00" for part in ["formroom-hello-1", *who]) + nonce
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.file["private_key"]))
        names = ("trust", "site", "device", "epoch")
        return {"protocol": 1, "proof": key.sign(signed)} | dict(zip(names, who, strict=True))

    async def read(self) -> Frame:
        """The next frame, after taking note of what disposes of kept messages."""
        data = await self.socket.recv()
        assert isinstance(data, bytes)
        kind, seq, payload = msgpack.unpackb(data)
        if kind == "acknowledged":
            self.forget(payload["seq"])
        elif kind == "rejected":
            self.kept.pop(payload["seq"])
        return kind, seq, payload

    async def read_until(self, wanted: str) -> dict[str, Any]:
        """The payload of the next frame of this type."""
        while True:
            kind, _, payload = await self.read()
            if kind == wanted:
                return payload

    async def settle(self) -> None:
        """Wait until every message was acknowledged or rejected."""
        while self.kept:
            await self.write("heartbeat", 0, {})
            await self.read_until("acknowledged")

    async def write(self, kind: str, seq: int, payload: dict[str, Any]) -> None:
        await self.socket.send(msgpack.packb([kind, seq, payload]))

    async def post(self, kind: str, payload: dict[str, Any], *, is_lost: bool = False) -> int:
        """Send a numbered message and keep it; `is_lost`: it never leaves."""
        self.newest += 1
        self.kept[self.newest] = [kind, self.newest, payload]
        if not is_lost:
            await self.write(kind, self.newest, payload)
        return self.newest

    def forget(self, seq: int) -> None:
        self.kept = {number: frame for number, frame in self.kept.items() if number > seq}
