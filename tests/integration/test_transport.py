"""The hub's WebSocket, byte by byte: however a device's frames are cut, joined and interleaved on
their way, they arrive whole and in order; and what is no WebSocket ends the connection."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import msgpack
import pytest

from hub.enrolment import enrol
from tests.integration.local_hub import SITE, TRUST, LocalHub, hub_of_its_own_task
from tests.integration.stranger import Stranger

LIMIT_S = 30
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


class RawDevice:
    """A device that speaks the WebSocket's own bytes; `stranger` knows the protocol above."""

    def __init__(self, stranger: Stranger, port: int) -> None:
        self.stranger = stranger
        self.port = port
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def sign_on(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            f"GET /device HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: formroom.1\r\n\r\n".encode()
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        _, challenge = await self.read()
        hello = self.stranger.hello(msgpack.unpackb(challenge)[2]["nonce"])
        self.writer.write(frame(msgpack.packb(["hello", 0, hello])))
        _, welcome = await self.read()
        assert msgpack.unpackb(welcome)[0] == "welcome"
        self.writer.write(frame(msgpack.packb(["resumed", 0, {"first": 1}])))

    async def read(self) -> tuple[int, bytes]:
        """The next frame of the hub: its opcode and payload."""
        first, length = await self.reader.readexactly(2)
        if length == 126:
            (length,) = struct.unpack(">H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)

    async def close_code(self) -> int:
        """The code of the hub's close frame."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                opcode, payload = await self.read()
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2], "big")

    async def pongs_until_acknowledged(self, seq: int) -> list[bytes]:
        """What came back for pings until everything up to `seq` has taken effect."""
        pongs = []
        async with asyncio.timeout(LIMIT_S):
            while True:
                opcode, payload = await self.read()
                if opcode == PONG:
                    pongs.append(payload)
                elif opcode == BINARY:
                    kind, _, fields = msgpack.unpackb(payload)
                    if kind == "acknowledged" and fields["seq"] >= seq:
                        assert fields["seq"] == seq
                        return pongs
                    if kind == "acknowledged":
                        await asyncio.sleep(0.02)
                        self.writer.write(frame(msgpack.packb(["heartbeat", 0, {}])))


def frame(
    payload: bytes, opcode: int = BINARY, *, final: bool = True, masked: bool = True
) -> bytes:
    """One WebSocket frame as a client sends it."""
    head = bytes([(0x80 if final else 0) | opcode])
    mark = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([mark | len(payload)])
    elif len(payload) < 65_536:
        head += bytes([mark | 126]) + struct.pack(">H", len(payload))
    else:
        head += bytes([mark | 127]) + struct.pack(">Q", len(payload))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i & 3] for i, byte in enumerate(payload))


def fragments(message: bytes, rng: random.Random, pings: list[bytes]) -> bytes:
    """A message in one frame or in several, with pings between them."""
    cuts = sorted(rng.sample(range(len(message) + 1), rng.choice([0, 0, 1, 3])))
    parts = [message[a:b] for a, b in zip([0, *cuts], [*cuts, len(message)], strict=True)]
    sent = b""
    for position, part in enumerate(parts):
        opcode = BINARY if position == 0 else CONTINUATION
        sent += frame(part, opcode, final=position == len(parts) - 1)
        if rng.random() < 0.2:
            pings.append(b"%d" % len(pings))
            sent += frame(pings[-1], PING)
    return sent


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LocalHub]:
    async with hub_of_its_own_task(tmp_path / "var") as hub:
        yield hub


@pytest.fixture
async def device(hub: LocalHub, tmp_path: Path) -> AsyncIterator[RawDevice]:
    [enrolled] = enrol(
        hub.store,
        hub=hub.device_url,
        trust=TRUST,
        site=SITE,
        names=["pc-1"],
        room="",
        folder=tmp_path / "enrolments",
        now_ms=0,
    )
    device = RawDevice(Stranger(enrolled.file), hub.port)
    await device.sign_on()
    yield device
    device.writer.transport.abort()


async def last_user(hub: LocalHub) -> str:
    entries = [
        entry
        for shard in hub.runtime.shards_of(TRUST, SITE)
        for entry in await shard.directory(TRUST, SITE)
    ]
    return entries[0].user


@pytest.mark.parametrize("seed", range(6))
async def test_messages_arrive_whole_and_in_order_however_they_are_cut(
    hub: LocalHub, device: RawDevice, seed: int
) -> None:
    rng = random.Random(seed)
    pings: list[bytes] = []
    count = 200
    stream = b""
    for seq in range(1, count + 1):
        fields = {"user": f"pupil-{seq}-" + "x" * rng.choice([0, 60, 120, 230]), "at_ms": seq}
        stream += fragments(msgpack.packb(["user_changed", seq, fields]), rng, pings)
    stream += frame(msgpack.packb(["heartbeat", 0, {}]))
    longest = rng.choice([1, 7, 130, 4000, 200_000])
    position = 0
    while position < len(stream):
        size = rng.randint(1, longest) if longest > 1 else rng.randint(1, 40)
        device.writer.write(stream[position : position + size])
        position += size
        if rng.random() < 0.3:
            await asyncio.sleep(0)
    assert await device.pongs_until_acknowledged(count) == pings
    async with asyncio.timeout(LIMIT_S):
        while not (await last_user(hub)).startswith(f"pupil-{count}-"):
            await asyncio.sleep(0.02)


BAD = {
    "not masked": (frame(b"\x93\xa9heartbeat\0\x80", masked=False), 1002),
    "reserved bit": (b"\xc2" + frame(b"\x93\xa9heartbeat\0\x80")[1:], 1002),
    "unknown opcode": (frame(b"", 0x3), 1002),
    "continuation of nothing": (frame(b"x", CONTINUATION), 1002),
    "new message within a message": (frame(b"x", final=False) + frame(b"y"), 1002),
    "fragmented ping": (frame(b"x", PING, final=False), 1002),
    "long ping": (frame(b"x" * 126, PING), 1002),
    "length of a tebibyte": (b"\x82\xff" + struct.pack(">Q", 2**40) + b"mask", 1009),
    "fragments beyond the limit": (
        frame(bytes(200_000), final=False) + frame(bytes(200_000), CONTINUATION),
        1009,
    ),
    "text": (frame(b"hello", TEXT), 1007),
    "text that is not UTF-8": (frame(b"\xff", TEXT), 1007),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_breaks_the_websocket_ends_the_connection_with_its_code(
    device: RawDevice, name: str
) -> None:
    sent, code = BAD[name]
    device.writer.write(sent)
    assert await device.close_code() == code


async def test_close_of_the_device_is_answered(device: RawDevice) -> None:
    device.writer.write(frame(struct.pack(">H", 1000), CLOSE))
    assert await device.close_code() == 1000


async def test_frame_that_arrives_with_a_close_still_takes_effect(
    hub: LocalHub, device: RawDevice
) -> None:
    message = msgpack.packb(["user_changed", 1, {"user": "last", "at_ms": 1}])
    device.writer.write(frame(message) + frame(struct.pack(">H", 1000), CLOSE))
    assert await device.close_code() == 1000
    async with asyncio.timeout(LIMIT_S):
        while await last_user(hub) != "last":
            await asyncio.sleep(0.02)
