"""Looks at devices of a running hub: those that are silent, held up or over their allowance."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.sockets.attendance import look_at
from hub.sockets.sessions import DeviceSocket
from tests.hub.sockets.clients import eventually
from tests.hub.sockets.school import SmallHub, running_hub

SILENCE_S = 14.0


def _only(hub: SmallHub) -> DeviceSocket:
    [device] = hub.board._devices.values()
    return device


async def test_a_device_is_closed_after_enough_silent_looks(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        device = _only(hub)
        device.is_heard = True
        for _ in range(int(SILENCE_S)):
            look_at(device, 1.0, SILENCE_S)
        assert pc.closed is None
        look_at(device, 1.0, SILENCE_S)
        await eventually(lambda: pc.closed)
        assert pc.closed == (4002, "silent")


async def test_a_device_that_is_not_read_is_not_silent(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        device = _only(hub)
        device.hold()
        for _ in range(100):
            look_at(device, 1.0, SILENCE_S)
        device.resume()
        await pc.type_titles(["read again"])
        await pc.acknowledged()
        assert pc.closed is None


async def test_a_flood_is_held_up_and_nothing_of_it_is_lost(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.allowance.NUMBERED_MOST", 60.0)
    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        async with hub.pcs("pc-1") as (pc,), hub.teacher(lesson) as teacher:
            device = _only(hub)
            titles = [f"title {n}" for n in range(150)]
            await pc.type_titles(titles)
            await eventually(lambda: device.is_held)
            await pc.acknowledged()
            assert not device.is_held
            await eventually(lambda: teacher.devices["pc-1"].get("title") == titles[-1])


async def test_a_device_that_misbehaves_again_and_again_is_kept_out_and_others_are_not(
    database: Path,
) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-2") as (other,):
        for _ in range(5):
            async with asyncio.timeout(20), hub.pc("pc-1").connected() as pc:
                await pc.welcomed()
                assert pc._socket is not None
                await pc._socket.send(b"\xc1 is no msgpack")
                await eventually(lambda pc=pc: pc.closed)
                assert pc.closed == (1007, "malformed")
        await eventually(lambda: b"formroom_devices_kept_out 1.0" in hub.context.metrics.text())
        async with hub.pc("pc-1").connected() as pc:
            await eventually(lambda: pc.closed)
        assert pc.closed == (1008, "forbidden")
        await other.type_titles(["untouched"])
        await other.acknowledged()
