"""The protocol's page is enough: an agent written from it alone meets the real hub."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from actors.ports import DirectoryEntry
from hub.enrolment import enrol
from tests.integration.local_hub import SITE, TRUST, LocalHub, hub_of_its_own_task
from tests.integration.stranger import Stranger

LIMIT_S = 20


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LocalHub]:
    async with hub_of_its_own_task(tmp_path / "var") as hub:
        yield hub


@pytest.fixture
def stranger(hub: LocalHub, tmp_path: Path) -> Stranger:
    [device] = enrol(
        hub.store,
        hub=hub.device_url,
        trust=TRUST,
        site=SITE,
        names=["Room 4, PC 7"],
        room="4",
        folder=tmp_path / "enrolments",
        now_ms=0,
    )
    return Stranger(device.file)


async def entry_of(hub: LocalHub, wanted: Callable[[DirectoryEntry], bool]) -> DirectoryEntry:
    """The device in its site's register, once it is as wanted."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            for shard in hub.runtime.shards_of(TRUST, SITE):
                for entry in await shard.directory(TRUST, SITE):
                    if wanted(entry):
                        return entry
            await asyncio.sleep(0.02)


async def close_code(stranger: Stranger) -> tuple[int | None, str]:
    """Code and reason with which the hub ends the connection."""
    async with asyncio.timeout(LIMIT_S):
        try:
            while True:
                await stranger.read()
        except ConnectionClosed:
            pass
    return stranger.socket.close_code, stranger.socket.close_reason or ""


async def test_stranger_signs_on_and_is_seen(hub: LocalHub, stranger: Stranger) -> None:
    async with stranger.connected() as welcome:
        assert welcome["received"] == 0
        assert welcome["device_name"] == "Room 4, PC 7"
        entry = await entry_of(hub, lambda entry: entry.user == "amina.k")
        assert entry.connected
        await stranger.post("user_changed", {"user": "ben.o", "at_ms": 2})
        await entry_of(hub, lambda entry: entry.user == "ben.o")
    await entry_of(hub, lambda entry: not entry.connected)


async def test_heartbeat_is_answered_by_an_acknowledgement(
    hub: LocalHub, stranger: Stranger
) -> None:
    async with asyncio.timeout(LIMIT_S), stranger.connected():
        await entry_of(hub, lambda entry: entry.user == "amina.k")
        await stranger.settle()
        assert stranger.newest == 1


async def test_what_was_lost_in_a_break_takes_effect_after_it(
    hub: LocalHub, stranger: Stranger
) -> None:
    async with stranger.connected():
        await entry_of(hub, lambda entry: entry.user == "amina.k")
        lost = await stranger.post("user_changed", {"user": "ben.o", "at_ms": 2}, is_lost=True)
        stranger.socket.transport.abort()
    async with stranger.connected() as welcome:
        assert welcome["received"] < lost
        async with asyncio.timeout(LIMIT_S):
            await stranger.settle()
        await entry_of(hub, lambda entry: entry.user == "amina.k")


async def test_second_connection_replaces_the_first(hub: LocalHub, stranger: Stranger) -> None:
    twin = Stranger.__new__(Stranger)
    twin.__dict__ |= {"file": stranger.file, "epoch": "twin", "kept": {}, "newest": 0}
    async with stranger.connected(), twin.connected():
        assert await close_code(stranger) == (4000, "replaced")


async def test_wrong_key_is_refused(hub: LocalHub, stranger: Stranger) -> None:
    stranger.file["private_key"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    with pytest.raises(ConnectionClosed):
        async with stranger.connected():
            pass
    assert stranger.socket.close_code == 1008
    assert stranger.socket.close_reason == "unauthenticated"


BAD_FRAMES = {
    "not msgpack": (b"\xc1", 1007, "malformed"),
    "unknown type": (b"\x93\xa7unheard\x00\x80", 1007, "unknown_type"),
    "without its number": (b"\x93\xacuser_changed\x00\x80", 1007, "unknown_type"),
    "too large": (b"\x93\xa9heartbeat\x00\x81\xa1a\xc6\0\1\0\0" + bytes(65536), 1009, "too_large"),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_bad_frame_closes_the_socket_with_its_code_and_nothing_is_lost(
    hub: LocalHub, stranger: Stranger, name: str
) -> None:
    frame, code, fault = BAD_FRAMES[name]
    async with stranger.connected():
        await stranger.socket.send(frame)
        lost = await stranger.post("user_changed", {"user": "ben.o", "at_ms": 2})
        assert await close_code(stranger) == (code, fault)
        assert lost in stranger.kept
    async with asyncio.timeout(LIMIT_S), stranger.connected():
        await stranger.settle()


async def test_numbered_message_that_is_wrong_is_rejected_and_what_follows_is_not(
    hub: LocalHub, stranger: Stranger
) -> None:
    async with stranger.connected():
        wrong = await stranger.post("user_changed", {"user": 7, "at_ms": 2})
        await stranger.post("user_changed", {"user": "chi.d", "at_ms": 3})
        assert await close_code(stranger) == (1007, "invalid")
        assert wrong not in stranger.kept
    async with stranger.connected():
        async with asyncio.timeout(LIMIT_S):
            await stranger.settle()


async def test_text_frame_is_malformed(hub: LocalHub, stranger: Stranger) -> None:
    async with stranger.connected():
        await stranger.socket.send("hello")
        assert await close_code(stranger) == (1007, "malformed")


async def test_hello_without_its_fields_is_refused(hub: LocalHub, stranger: Stranger) -> None:
    stranger.hello = lambda nonce: {}  # type: ignore[method-assign]
    with pytest.raises(ConnectionClosed):
        async with stranger.connected():
            pass
    assert stranger.socket.close_code == 1007
    assert stranger.socket.close_reason == "invalid"
