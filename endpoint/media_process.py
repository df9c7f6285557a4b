"""The core's handle on the media process: there while somebody looks, gone soon afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable, Sequence

from endpoint.media_frames import HEAD, length, pack
from webrtc.ice_settings import IceSettings
from webrtc.media_port import Emit
from wire.codec import Catalogue, encode
from wire.errors import FrameError
from wire.messages import (
    EventReported,
    Message,
    PeerSignal,
    Picture,
    Viewer,
    ViewersChanged,
    ViewerSignal,
)
from wire.session import Backoff

LINGER_S = 30.0
"""How long the process stays after the last viewer has gone."""
_STEADY_S = 10.0
"""A process that lived so long was well: the next restart does not wait."""
END_TIMEOUT_S = 5.0
"""How long a child may take to end by itself."""
_MOST_SIGNALS = 256
_NO_LEASE_S = 86_400.0
"""The core holds the lease; the child is told when it ends."""

_catalogue = Catalogue((Picture, PeerSignal, EventReported))
_log = logging.getLogger(__name__)


def media_command(ice: IceSettings) -> list[str]:
    """The command line of the media process."""
    command = [sys.executable, "-m", "endpoint", "media"]
    for server in ice.servers:
        command += ["--ice-server", server]
    if ice.username:
        command += ["--ice-username", ice.username, "--ice-credential", ice.credential]
    if ice.loopback_media:
        command += ["--loopback-media"]
    return command


class MediaProcess:
    """A `webrtc.media_port.MediaPort` whose work is done by a child process.

    Guarantees: the child is started for the first viewer and ended `linger_s` after the last; a
    child that dies is started again, with back-off, and told who looks; signals for a child that
    is not there are kept until it is, at most 256. `run` ends with the child gone.
    """

    def __init__(
        self,
        emit: Emit,
        *,
        ice: IceSettings | None = None,
        command: Sequence[str] | None = None,
        on_state: Callable[[bool], None] = lambda running: None,
        linger_s: float = LINGER_S,
        backoff: Backoff | None = None,
        end_timeout_s: float = END_TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._end_timeout_s = end_timeout_s
        self._emit = emit
        self._command = list(command or media_command(ice or IceSettings()))
        self._on_state = on_state
        self._linger_s = linger_s
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._viewers: tuple[Viewer, ...] = ()
        self._process: Process | None = None
        self._signals: deque[ViewerSignal] = deque(maxlen=_MOST_SIGNALS)
        self._changed = asyncio.Event()
        self._closing = False
        self._closed = asyncio.Event()
        self._running = False

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return self._process.pid if self._process is not None else None

    async def run(self) -> None:
        """Serve until `close`; once."""
        self._running = True
        try:
            while not self._closing:
                if not self._viewers:
                    self._changed.clear()
                    await self._changed.wait()
                    continue
                began_s = self._clock()
                await self._live_once()
                if self._closing or not self._viewers:
                    continue
                if self._clock() - began_s > _STEADY_S:
                    self._backoff.reset()
                await self._wait_again(self._backoff.next_delay_s())
        finally:
            self._closed.set()

    def set_viewers(self, viewers: tuple[Viewer, ...]) -> None:
        """Replace the list of those who may look."""
        self._viewers = viewers
        self._write(ViewersChanged(viewers, _NO_LEASE_S))
        self._changed.set()

    def signal(self, signal: ViewerSignal) -> None:
        """Take a viewer's signalling."""
        if self._process is not None:
            self._write(signal)
        elif self._viewers:
            self._signals.append(signal)

    async def close(self) -> None:
        """End the child, and `run`."""
        self._closing = True
        self._changed.set()
        if self._running:
            await self._closed.wait()

    async def _live_once(self) -> None:
        """One life of the child, from its start to its end."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, env=_environment()
            )
        except OSError as error:
            _log.error("the media process cannot be started: %s", error)
            return
        self._process = process
        self._on_state(True)
        try:
            self._write(ViewersChanged(self._viewers, _NO_LEASE_S))
            while self._signals:
                self._write(self._signals.popleft())
            async with asyncio.TaskGroup() as tasks:
                reader = tasks.create_task(self._read(process))
                keeper = tasks.create_task(self._keep(process))
                await asyncio.wait((reader, keeper), return_when=asyncio.FIRST_COMPLETED)
                reader.cancel()
                keeper.cancel()
        finally:
            self._process = None
            await self._end(process)
            self._on_state(False)

    async def _read(self, process: Process) -> None:
        """Pass on what the child says, until it says no more."""
        assert process.stdout is not None
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = await process.stdout.readexactly(HEAD)
                try:
                    frame = await process.stdout.readexactly(length(head))
                    _, message = _catalogue.decode(frame)
                except (ValueError, FrameError) as error:
                    _log.error("the media process speaks nonsense: %s", error)
                    return
                assert isinstance(message, Picture | PeerSignal | EventReported)
                self._emit(message)

    async def _keep(self, process: Process) -> None:
        """Return when the child is to go: on `close`, or when nobody has looked for a while."""
        while not self._closing:
            self._changed.clear()
            if self._viewers:
                await self._changed.wait()
            elif not await self._pause(self._linger_s) and not self._viewers:
                return

    async def _pause(self, timeout_s: float) -> bool:
        """Wait, but no longer than until something changes; whether it did."""
        self._changed.clear()
        if self._closing:
            return True
        try:
            async with asyncio.timeout(timeout_s):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def _wait_again(self, delay_s: float) -> None:
        """Wait before a restart; whoever comes or goes meanwhile does not shorten it."""
        until_s = self._clock() + delay_s
        while not self._closing and (left_s := until_s - self._clock()) > 0:
            await self._pause(left_s)

    async def _end(self, process: Process) -> None:
        """Close the child's input, which ends it; kill it if that is not enough."""
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(self._end_timeout_s):
                code = await process.wait()
        except TimeoutError:
            process.kill()
            code = await process.wait()
        if code != 0:
            _log.warning("the media process ended with code %d", code)

    def _write(self, message: Message) -> None:
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(pack(encode(message)))


def _environment() -> dict[str, str]:
    """One thread for numeric libraries: each further one costs a pupil's PC memory for nothing."""
    return os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
