"""`python -m endpoint simulate`: a class of real agents with simulated pupils, in one process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import logging
import os
import secrets
import signal
import stat
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from endpoint.agent import Agent
from endpoint.enrolment import Enrolment, EnrolmentError, read_enrolment
from endpoint.platform.synthetic import SyntheticDesktop, SyntheticDrivers, seed_of
from endpoint.simulation.notice import SyntheticNotice
from endpoint.simulation.pupil import Pupil
from webrtc.ice_settings import IceSettings
from webrtc.media_port import Emit, MediaPort
from wire.messages import Viewer, ViewerSignal

_EARLY_SIGNALS = 64

_log = logging.getLogger(__name__)


class LateHost:
    """A `MediaPort` that loads the media libraries when somebody looks for the first time.

    What is said to it before is kept and passed on, up to 64 signals.
    """

    def __init__(self, open_host: Callable[[], MediaPort]) -> None:
        self._open_host = open_host
        self._host: MediaPort | None = None
        self._viewers: tuple[Viewer, ...] = ()
        self._early: deque[ViewerSignal] = deque(maxlen=_EARLY_SIGNALS)
        self._begin = asyncio.Event()
        self._is_closing = False

    async def run(self) -> None:
        """Wait until somebody looks, then serve until `close`."""
        await self._begin.wait()
        # The import takes most of a second; the other pupils must not notice.
        await asyncio.to_thread(importlib.import_module, "webrtc.host")
        if self._is_closing:
            return
        self._host = self._open_host()
        self._host.set_viewers(self._viewers)
        for early in self._early:
            self._host.signal(early)
        await self._host.run()

    def set_viewers(self, viewers: tuple[Viewer, ...]) -> None:
        """Replace the list of those who may look."""
        self._viewers = viewers
        if self._host is not None:
            self._host.set_viewers(viewers)
        elif viewers:
            self._begin.set()

    def signal(self, signal: ViewerSignal) -> None:
        """Take a viewer's signalling."""
        if self._host is not None:
            self._host.signal(signal)
        else:
            self._early.append(signal)

    async def close(self) -> None:
        """Let every viewer go and end `run`."""
        self._is_closing = True
        self._begin.set()
        if self._host is not None:
            await self._host.close()


def simulated_agent(
    enrolment: Enrolment, state_folder: Path, now_ms: Callable[[], int], ice: IceSettings
) -> Agent:
    """The agent of one enrolment, with a pupil who does not exist."""
    pupil = Pupil(seed_of(enrolment.identity.device), time.monotonic)

    def open_host(emit: Emit) -> MediaPort:
        from webrtc.host import ScreenHost

        return ScreenHost(SyntheticDrivers(pupil), emit, now_ms=now_ms, ice=ice)

    return Agent(
        enrolment,
        SyntheticDesktop(pupil),
        SyntheticNotice(pupil),
        lambda emit: LateHost(lambda: open_host(emit)),
        epoch=secrets.token_hex(8),
        state_folder=state_folder,
        now_ms=now_ms,
        clock=time.monotonic,
    )


def main(arguments: Sequence[str], now_ms: Callable[[], int]) -> int:
    """Run until SIGINT, SIGTERM, or the end of a pipe on standard input.

    Returns 0, or 2 when there is no enrolment that can be used.
    """
    parser = argparse.ArgumentParser(prog="formroom-endpoint simulate", description=__doc__)
    parser.add_argument("--enrolments", type=Path, required=True, help="folder of enrolment files")
    parser.add_argument("--state", type=Path, help="folder for orders; default: within enrolments")
    parser.add_argument(
        "--loopback-media", action="store_true", help="live screens on 127.0.0.1 alone"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in ("websockets", "aiortc", "aioice"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        enrolments = [read_enrolment(path) for path in sorted(options.enrolments.glob("*.json"))]
    except EnrolmentError as error:
        _log.error("%s", error)
        return 2
    if not enrolments:
        _log.error("%s holds no enrolment (*.json)", options.enrolments)
        return 2
    state = options.state or options.enrolments / "state"
    asyncio.run(
        _serve(enrolments, state, now_ms, IceSettings(loopback_media=options.loopback_media))
    )
    return 0


async def _serve(
    enrolments: Sequence[Enrolment], state: Path, now_ms: Callable[[], int], ice: IceSettings
) -> None:
    agents = [simulated_agent(enrolment, state, now_ms, ice) for enrolment in enrolments]

    def stop() -> None:
        for agent in agents:
            agent.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels instead
            loop.add_signal_handler(number, stop)
    _log.info("%d simulated pupils are at work", len(agents))
    if _has_pipe():
        await loop.connect_read_pipe(lambda: _EndOfInput(stop), sys.stdin)
    async with asyncio.TaskGroup() as tasks:
        for agent in agents:
            tasks.create_task(agent.run())


class _EndOfInput(asyncio.Protocol):
    """Calls `stop` when whoever started this program has let go of standard input."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the pipe ended."""
        self._stop()


def _has_pipe() -> bool:
    """Whether a program, and not a person or nobody, holds the other end of standard input."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
