"""`formroom demo`: the server, a fictional school in it, and its pupils' PCs."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from hub.demo_school import DemoSchool, prepare_demo_school
from hub.enrolment import hub_address
from hub.passwords import Passwords
from hub.server import StartError, serve
from hub.settings import Settings
from store.engine import Store

STOP_S = 10.0


async def run_demo(
    settings: Settings, *, clock_s: Callable[[], float], say: Callable[[str], None]
) -> None:
    """Serve a class of simulated pupils until SIGINT or SIGTERM, and end all that was started."""
    say("Formroom starts. This takes about ten seconds.")

    async def ready(store: Store) -> None:
        folder = settings.data_dir / "demo"
        try:
            school = await asyncio.to_thread(
                prepare_demo_school,
                store,
                Passwords(),
                hub=hub_address(settings),
                folder=folder,
                now_ms=int(clock_s() * 1000),
            )
        except ValueError as error:
            raise StartError(str(error)) from None
        async with simulated_pupils(settings, folder):
            say(_welcome(settings, school))
            await asyncio.Event().wait()

    await serve(settings, clock_s=clock_s, on_ready=ready)
    say("Formroom has ended.")


@contextlib.asynccontextmanager
async def simulated_pupils(settings: Settings, folder: Path) -> AsyncIterator[None]:
    """The agents of the school's PCs, in one process that ends with this one."""
    command = [sys.executable, "-m", "endpoint", "simulate", "--enrolments", str(folder)]
    if settings.loopback_media:
        command.append("--loopback-media")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _welcome(settings: Settings, school: DemoSchool) -> str:
    return (
        f"\n  Formroom is ready: {settings.public_origins[0]}\n\n"
        f"    user      {school.user}\n"
        f"    password  {school.password}\n\n"
        f"  {len(school.devices)} simulated pupils of 7B Computing are signing on.\n"
        "  Start the lesson, and watch. Ctrl-C ends everything.\n"
    )
