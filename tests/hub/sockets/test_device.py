"""The way in for a device, and what a stranger meets there."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from hub.sockets import device
from hub.sockets.device import HELLO_S
from store.engine import StoreUnavailable
from tests.hub.sockets.clients import Pc, eventually, open_socket
from tests.hub.sockets.school import KEYS, SITE, TRUST, running_hub
from tests.vectors.reading import frame_of, read
from wire.codec import CONTROL_LIMIT, FRAME_LIMIT, encode
from wire.errors import CLOSE_CODES, Fault
from wire.messages import (
    Heartbeat,
    LockAsked,
    OrdersChanged,
    Picture,
    Rejected,
    Resumed,
    WindowChanged,
)

pytestmark = pytest.mark.slow

BAD_FRAMES = {
    "not msgpack": (b"\xc1\xc1", 1007, "malformed"),
    "unknown type": (encode(LockAsked("l1"), 3), 1007, "unknown_type"),
    "numbered picture": (encode(Picture(0, 1, 1, b"jpeg", 1), 9), 1007, "unknown_type"),
    "unnumbered window": (encode(WindowChanged("a", "b", 1)), 1007, "unknown_type"),
    "too large": (encode(WindowChanged("a", "b" * CONTROL_LIMIT, 1), 2), 1009, "too_large"),
    "against its limits": (encode(WindowChanged("a" * 300, "b", 1), 2), 1007, "invalid"),
}  # fmt: skip


async def closed_by_hub(socket: ClientConnection) -> tuple[int, str]:
    try:
        async with asyncio.timeout(30):
            while True:
                await socket.recv()
    except ConnectionClosed:
        return socket.close_code or 0, socket.close_reason or ""


async def test_a_device_that_proves_its_key_is_welcomed(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        (welcome,) = pc.welcomes
        assert (welcome.received, welcome.device_name) == (0, "PC-1")
        assert hub.board.devices == 1


async def test_a_device_that_comes_while_the_database_is_away_is_sent_to_come_again(
    database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("the database is starting up")

    async with running_hub(database) as hub:
        pc = Pc(hub.url, TRUST, SITE, "pc-1", KEYS["pc-1"])
        monkeypatch.setattr(device, "device_keys", away)
        async with pc.connected():
            await eventually(lambda: pc.closed)
        assert pc.closed == (1013, "unavailable")
        assert "Exception" not in caplog.text
        monkeypatch.undo()
        async with pc.connected():
            await pc.welcomed()


@pytest.mark.parametrize(
    ("device", "key"), [("pc-1", Ed25519PrivateKey.generate()), ("pc-99", None)]
)
async def test_a_wrong_key_and_an_unknown_device_are_turned_away_alike(
    database: Path, device: str, key: Ed25519PrivateKey | None
) -> None:
    async with running_hub(database) as hub:
        pc = Pc(hub.url, TRUST, SITE, device, key or Ed25519PrivateKey.generate())
        async with pc.connected():
            await eventually(lambda: pc.closed)
        assert pc.closed == (1008, "unauthenticated")
        assert pc.heard == []
        assert hub.board.devices == 0


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (encode(Heartbeat()), (1008, "hello_expected")),
        (b"\xff" * 20, (1007, "malformed")),
        (b"\x93" + b"x" * 2000, (1009, "too_large")),
        ("text", (1007, "malformed")),
    ],
    ids=["another message", "no frame", "too large", "text"],
)
async def test_what_is_no_hello_ends_the_connection(
    database: Path, frame: bytes | str, fault: tuple[int, str]
) -> None:
    async with running_hub(database) as hub, open_socket(f"{hub.url}/device") as socket:
        await socket.recv()
        await socket.send(frame)
        assert await closed_by_hub(socket) == fault


async def test_silence_in_place_of_a_hello_ends_and_keeps_nobody_out(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.device.HELLO_S", 3.0)
    assert HELLO_S == 5.0
    async with running_hub(database) as hub:
        writers = []
        for _ in range(1000):
            _, writer = await asyncio.open_connection("127.0.0.1", hub.settings.port)
            writer.write(
                b"GET /device HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                b"Sec-WebSocket-Protocol: formroom.1\r\n\r\n"
            )
            writers.append(writer)
        async with open_socket(f"{hub.url}/device") as silent, hub.pcs("pc-1") as (pc,):
            await pc.type_titles(["still here"])
            await pc.acknowledged()
            assert await closed_by_hub(silent) == (1008, "hello_timeout")
        for writer in writers:
            writer.transport.abort()


@pytest.mark.parametrize("offered", [None, ["formroom.0"]])
async def test_another_protocol_is_refused_before_the_connection_is_taken(
    database: Path, offered: list[str] | None
) -> None:
    subprotocols = [Subprotocol(name) for name in offered] if offered else None
    async with running_hub(database) as hub:
        with pytest.raises(InvalidStatus):
            await open_socket(f"{hub.url}/device", subprotocols=subprotocols)


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_a_bad_frame_ends_its_own_connection_alone_and_is_not_sent_again(
    database: Path, name: str
) -> None:
    frame, code, reason = BAD_FRAMES[name]
    async with running_hub(database) as hub, hub.pcs("pc-2") as (other,):
        pc = hub.pc("pc-1")
        async with pc.connected():
            await pc.welcomed()
            assert pc._socket is not None
            await pc._socket.send(frame)
            await eventually(lambda: pc.closed)
        assert pc.closed == (code, reason)
        rejected = pc.last(Rejected)
        assert (rejected.fault if rejected else None) in (None, reason)
        await other.type_titles(["unharmed"])
        await other.acknowledged()


async def test_every_frame_that_the_protocol_refuses_is_refused_by_a_running_hub(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.misconduct.OFFENCES", 1_000)
    vectors = [v for v in read("refused.json") if v["catalogue"] == "FROM_DEVICE"]
    assert len(vectors) > 20
    wrong = []
    async with running_hub(database) as hub:
        for vector in vectors:
            frame, pc = frame_of(vector), hub.pc("pc-1")
            async with pc.connected():
                await pc.welcomed()
                assert pc._socket is not None
                with suppress(ConnectionClosed):
                    await pc._socket.send(frame)
                await eventually(lambda pc=pc: pc.closed)  # type: ignore[misc]
            code = CLOSE_CODES[Fault(vector["fault"])]
            named = vector["fault"] if len(frame) <= FRAME_LIMIT else None
            if pc.closed is None or pc.closed[0] != code or named not in (None, pc.closed[1]):
                wrong.append((vector["name"], vector["fault"], pc.closed))
    assert wrong == []


async def test_a_message_for_the_hub_itself_carries_no_number(database: Path) -> None:
    async with running_hub(database) as hub:
        for message in (Heartbeat(), Resumed(1)):
            pc = hub.pc("pc-1")
            async with pc.connected():
                await pc.welcomed()
                assert pc._socket is not None
                await pc._socket.send(encode(message, 7))
                await eventually(lambda pc=pc: pc.closed)  # type: ignore[misc]
            assert pc.closed == (1007, "unknown_type")


async def test_a_hub_that_ends_says_so(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        await hub.board.close_all(5.0)
        await eventually(lambda: pc.closed)
        assert pc.closed == (1001, "going_away")


async def test_after_a_break_nothing_is_lost_or_doubled(database: Path) -> None:
    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        pc = hub.pc("pc-1")
        async with hub.teacher(lesson) as teacher:
            seen: list[object] = []
            for attempt in range(3):
                async with pc.connected():
                    await pc.welcomed(attempt + 1)
                    await pc.type_titles([f"{attempt}-{n}" for n in range(10)])
                    await pc.cut()
                await pc.type_titles([f"{attempt}-offline"])
            async with pc.connected():
                await pc.acknowledged()
                await eventually(lambda: teacher.shown("title").get("pc-1") == "2-offline")
            for message in teacher.heard:
                for patch in getattr(message, "devices", ()):
                    if isinstance(patch, dict) and patch.get("title"):
                        seen.append(patch["title"])
            expected = [f"{a}-{n}" for a in range(3) for n in (*range(10), "offline")]
            kept = [title for title in seen if title in expected]
            assert list(dict.fromkeys(kept)) == expected


async def test_a_second_connection_takes_the_place_of_the_first(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (first,):
        second = hub.pc("pc-1")
        async with second.connected():
            await second.welcomed()
            await eventually(lambda: first.closed)
            assert first.closed == (4000, "replaced")
            await second.type_titles(["mine"])
            await second.acknowledged()
            assert hub.board.devices == 1


async def test_a_heartbeat_is_answered_and_silence_ends_the_connection(database: Path) -> None:
    async with (
        running_hub(database, heartbeat_s=0.1, silence_s=1.5) as hub,
        hub.pcs("pc-1") as (pc,),
    ):
        for _ in range(10):
            await asyncio.sleep(0.2)
            await pc.say(Heartbeat())
        assert pc.closed is None
        await eventually(lambda: pc.closed)
        assert pc.closed == (4002, "silent")


async def test_a_lock_reaches_a_device_that_comes_after_a_start_of_the_hub(
    database: Path,
) -> None:
    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        async with hub.teacher(lesson) as teacher:
            await teacher.must(LockAsked(lesson))
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        await eventually(lambda: (orders := pc.last(OrdersChanged)) and orders.orders, 10)
