"""What systemd hears."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.service_manager import ServiceManager


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        if request.param == "path":
            name = str(tmp_path / "notify")
            receiver.bind(name)
        else:
            receiver.bind("")
            name = "@" + receiver.getsockname()[1:].decode()
        receiver.settimeout(5)
        yield name, receiver


def test_readiness_and_the_end_are_told(manager: tuple[str, socket.socket]) -> None:
    name, receiver = manager
    service = ServiceManager.of({"NOTIFY_SOCKET": name})
    service.ready()
    assert receiver.recv(200).startswith(b"READY=1\n")
    service.stopping()
    assert receiver.recv(200).startswith(b"STOPPING=1\n")


async def test_the_watchdog_hears_at_least_twice_within_its_patience(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.setblocking(False)
        service = ServiceManager.of(
            {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000"}
        )
        assert service.watchdog_s == 0.03
        alive = asyncio.get_running_loop().create_task(service.keep_alive())
        async with asyncio.timeout(5):
            for _ in range(3):
                heard = await asyncio.get_running_loop().sock_recv(receiver, 100)
                assert heard == b"WATCHDOG=1"
        alive.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await alive


async def test_without_a_manager_nothing_happens(tmp_path: Path) -> None:
    service = ServiceManager.of({})
    service.ready()
    await service.keep_alive()
    gone = ServiceManager.of({"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "x"})
    gone.ready()
    await gone.keep_alive()
