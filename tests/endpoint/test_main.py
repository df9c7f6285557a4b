"""The whole agent as a pupil's PC runs it: processes, a real display, a real socket."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.displays import Display
from tests.endpoint.small_hub import SmallHub, run_hub, until
from tests.endpoint.x_programs import can_grab, pixel
from wire.messages import (
    Order,
    OrderReported,
    OrdersChanged,
    StateReported,
    Viewer,
    ViewersChanged,
)

pytestmark = pytest.mark.desktop

ROOT = Path(__file__).parents[2]
DESKTOP_GONE = 3


@pytest.fixture
def screen(start_xvfb: Callable[..., Display]) -> Display:
    return start_xvfb()


@asynccontextmanager
async def agent(hub: SmallHub, screen: Display, folder: Path) -> AsyncIterator[Process]:
    """A running agent; SIGTERM ends it, if nothing else did."""
    enrolment = hub.write_enrolment(folder)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "endpoint", "run", "--enrolment", str(enrolment)),
        cwd=ROOT,
        env=screen.environment | {"FORMROOM_ENDPOINT_STATE_FOLDER": str(folder / "state")},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 30)


def said(hub: SmallHub, kind: type[StateReported | OrderReported]) -> list[object]:
    return [message for _, message in hub.heard if isinstance(message, kind)]


def order_states(hub: SmallHub) -> list[str]:
    return [message.state for _, message in hub.heard if isinstance(message, OrderReported)]


async def lock(hub: SmallHub, lease_s: float) -> None:
    await until(lambda: said(hub, StateReported))
    await hub.last.say(OrdersChanged((Order("a", "lock", 1, lease_s, "Eyes up"),)))
    await until(lambda: order_states(hub)[-1:] == ["applied"])


async def test_a_lock_holds_until_its_lease_runs_out_with_the_hub_gone(
    screen: Display, tmp_path: Path
) -> None:
    hub = SmallHub()
    async with AsyncExitStack() as serving:
        await serving.enter_async_context(run_hub(hub))
        async with agent(hub, screen, tmp_path):
            await lock(hub, 5.0)
            assert not can_grab(screen)
            await serving.aclose()
            await until(lambda: can_grab(screen))
            async with run_hub(hub):
                await until(lambda: order_states(hub)[-1:] == ["expired"])


async def test_a_killed_agent_releases_everything_and_locks_again_when_it_is_back(
    screen: Display, tmp_path: Path
) -> None:
    async with run_hub() as hub, agent(hub, screen, tmp_path) as process:
        await lock(hub, 3600)
        process.kill()
        await until(lambda: can_grab(screen))
    async with agent(hub, screen, tmp_path):
        await until(lambda: not can_grab(screen))


async def test_viewers_are_named_on_the_screen_until_they_go(
    screen: Display, tmp_path: Path
) -> None:
    async with run_hub() as hub, agent(hub, screen, tmp_path):
        await until(lambda: said(hub, StateReported))
        khan = Viewer("v1", "Ms Khan", "teacher", "view")
        await hub.last.say(ViewersChanged((khan,), 15))
        await until(lambda: pixel(screen, 640, 14) == (0x17, 0x32, 0x4D))
        await hub.last.say(ViewersChanged((), 15))
        await until(lambda: pixel(screen, 640, 14) == (0, 0, 0))


async def test_the_end_of_the_session_ends_the_agent(screen: Display, tmp_path: Path) -> None:
    async with run_hub() as hub, agent(hub, screen, tmp_path) as process:
        await until(lambda: said(hub, StateReported))
        os.kill(screen.pid, signal.SIGKILL)
        assert await asyncio.wait_for(process.wait(), 60) == DESKTOP_GONE


async def test_without_a_display_the_agent_says_what_is_missing(tmp_path: Path) -> None:
    enrolment = SmallHub(port=1).write_enrolment(tmp_path)
    environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "endpoint", "run", "--enrolment", str(enrolment)),
        cwd=ROOT,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == DESKTOP_GONE
    assert b"DISPLAY is not set" in errors
