"""The core's handle and a real child process, with drivers of the test's own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from endpoint.media_process import MediaProcess, media_command
from tests.webrtc.viewers import Hub, TestViewer, drain, until
from webrtc.ice_settings import IceSettings
from wire.messages import Viewer
from wire.session import Backoff

pytestmark = pytest.mark.media

CHILD = """
import sys
from endpoint.media import run
from tests.webrtc.screens import PaintedDrivers
sys.exit(run(PaintedDrivers(), ["--loopback-media"]))
"""
COMMAND = [sys.executable, "-c", CHILD]
LOOKING = (Viewer("a", "Ms Gray", "teacher", "view", 0, 1000),)


@asynccontextmanager
async def running(
    hub: Hub, command: list[str] = COMMAND, linger_s: float = 30.0
) -> AsyncIterator[MediaProcess]:
    media = MediaProcess(hub.emit, command=command, linger_s=linger_s, backoff=Backoff(0.1, 0.2))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(media.run())
        await asyncio.sleep(0)
        try:
            yield media
        finally:
            await media.close()


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_there_is_no_child_until_somebody_looks_and_none_after_close() -> None:
    hub = Hub()
    async with running(hub) as media:
        await asyncio.sleep(0.2)
        assert media.pid is None
        media.set_viewers(LOOKING)
        await until(lambda: hub.pictures)
        pid = media.pid
        assert pid is not None
    assert not is_alive(pid)


async def test_the_child_stays_for_a_while_after_the_last_viewer() -> None:
    hub = Hub()
    async with running(hub, linger_s=0.6) as media:
        media.set_viewers(LOOKING)
        await until(lambda: hub.pictures)
        pid = media.pid
        media.set_viewers(())
        await asyncio.sleep(0.2)
        media.set_viewers(LOOKING)
        await asyncio.sleep(1.0)
        assert media.pid == pid
        media.set_viewers(())
        await until(lambda: media.pid is None)


async def test_a_child_that_is_killed_is_started_again_and_told_who_looks() -> None:
    hub = Hub()
    async with running(hub) as media:
        media.set_viewers(LOOKING)
        await until(lambda: hub.pictures)
        first = media.pid
        assert first is not None
        hub.pictures.clear()
        os.kill(first, signal.SIGKILL)
        await until(lambda: hub.pictures)
        assert media.pid != first


async def test_a_viewer_connects_through_the_pipes() -> None:
    hub = Hub()
    async with running(hub) as media:
        media.set_viewers(LOOKING)
        viewer = TestViewer("a", media, hub)
        await viewer.connect()
        sink = await drain(viewer)
        media.set_viewers(())
        assert (await hub.signal("a", 1, "bye")).detail
        await sink.stop()
        await viewer.close()


async def test_a_screen_that_cannot_be_captured_is_told_through_the_pipes() -> None:
    child = CHILD.replace(
        "sys.exit(run(PaintedDrivers()",
        "drivers = PaintedDrivers()\ndrivers.painted[0].broken = True\nsys.exit(run(drivers",
    )
    hub = Hub()
    async with running(hub, [sys.executable, "-c", child]) as media:
        media.set_viewers(LOOKING)
        await until(lambda: hub.events)
    assert {event.kind for event in hub.events} == {"capture_failed"}
    assert hub.events[0].detail


async def test_a_child_that_speaks_nonsense_is_replaced() -> None:
    hub = Hub()
    nonsense = "import sys, time; sys.stdout.write('x' * 100); sys.stdout.flush(); time.sleep(60)"
    states: list[bool] = []
    media = MediaProcess(
        hub.emit,
        command=[sys.executable, "-c", nonsense],
        on_state=states.append,
        backoff=Backoff(0.05, 0.1),
        end_timeout_s=0.2,
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(media.run())
        media.set_viewers(LOOKING)
        await until(lambda: states.count(True) >= 2)
        await media.close()
    assert states[-1] is False


async def test_a_command_that_does_not_exist_is_tried_again_and_close_still_ends() -> None:
    hub = Hub()
    async with running(hub, command=["/nowhere/at-all"]) as media:
        media.set_viewers(LOOKING)
        await asyncio.sleep(0.5)
        assert media.pid is None


def catches_sigterm(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, None])
async def test_the_child_ends_cleanly_on_sigterm_and_when_its_parent_is_gone(
    number: signal.Signals | None,
) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    await until(lambda: catches_sigterm(process.pid))
    if number is None:
        process.stdin.close()
    else:
        process.send_signal(number)
    async with asyncio.timeout(20):
        assert await process.wait() == 0


def test_the_command_carries_the_settings() -> None:
    command = media_command(
        IceSettings(("turn:relay.example",), "user", "word", loopback_media=True)
    )
    assert command[1:] == [
        "-m",
        "endpoint",
        "media",
        "--ice-server",
        "turn:relay.example",
        "--ice-username",
        "user",
        "--ice-credential",
        "word",
        "--loopback-media",
    ]
