"""The media process: serves the screens of this desktop, as its parent says through a pipe.

Reads `viewers_changed` and `viewer_signal` from standard input and writes `picture`, `peer_signal`
and `event_reported` to standard output, each as a length and a frame. It ends when its input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence

from endpoint.media_frames import HEAD, length, pack
from webrtc.host import ScreenHost
from webrtc.ice_settings import IceSettings
from webrtc.source import MediaDrivers
from wire.codec import Catalogue, encode
from wire.messages import EventReported, Message, PeerSignal, Picture, ViewersChanged, ViewerSignal

_MOST_WAITING = 200
"""Frames that wait for a parent that does not read; further pictures are dropped."""

_catalogue = Catalogue((ViewersChanged, ViewerSignal))
_log = logging.getLogger(__name__)


def run(drivers: MediaDrivers, arguments: Sequence[str]) -> int:
    """Serve until standard input ends or SIGTERM comes; returns the exit code."""
    parsed = _parse(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the core decides when it ends
    logging.basicConfig(level=logging.INFO, format="media: %(levelname)s %(name)s: %(message)s")
    for name in ("aiortc", "aioice"):
        logging.getLogger(name).setLevel(logging.WARNING)
    ice = IceSettings(
        servers=tuple(parsed.ice_server),
        username=parsed.ice_username,
        credential=parsed.ice_credential,
        loopback_media=parsed.loopback_media,
    )
    asyncio.run(_serve(drivers, ice))
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="formroom-endpoint media", description=__doc__)
    parser.add_argument("--ice-server", action="append", default=[], metavar="URL")
    parser.add_argument("--ice-username", default="")
    parser.add_argument("--ice-credential", default="")
    parser.add_argument("--loopback-media", action="store_true")
    return parser.parse_args(list(arguments))


async def _serve(drivers: MediaDrivers, ice: IceSettings) -> None:
    loop = asyncio.get_running_loop()
    outbox = _Outbox(sys.stdout.fileno())
    host = ScreenHost(drivers, outbox.put, ice=ice, now_ms=lambda: time.time_ns() // 1_000_000)
    ended = asyncio.Event()

    def take(message: Message | None) -> None:
        match message:
            case ViewersChanged():
                host.set_viewers(message.viewers)
            case ViewerSignal():
                host.signal(message)
            case None:
                ended.set()

    with contextlib.suppress(NotImplementedError):  # Windows has no signals to wait for
        loop.add_signal_handler(signal.SIGTERM, ended.set)
    reader = threading.Thread(
        target=_read, args=(sys.stdin.fileno(), loop, take), name="pipe reader", daemon=True
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(host.run())
        reader.start()
        await ended.wait()
        await host.close()
    outbox.close()


def _read(
    pipe: int, loop: asyncio.AbstractEventLoop, take: Callable[[Message | None], None]
) -> None:
    """Hand every message of the pipe to the loop, and None at its end; runs in a thread.

    Reads the descriptor itself: a thread that waits inside Python's buffered input at the end of
    the process would abort it.
    """
    message: Message | None = None
    while True:
        try:
            head = _read_exactly(pipe, HEAD)
            frame = _read_exactly(pipe, length(head)) if head else b""
            message = _catalogue.decode(frame)[1] if frame else None
        except (OSError, ValueError) as error:
            _log.error("the pipe from the agent is broken: %s", error)
            message = None
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
            loop.call_soon_threadsafe(take, message)
        if message is None:
            return


def _read_exactly(pipe: int, size: int) -> bytes:
    """So many bytes of the pipe; empty at its end."""
    data = b""
    while len(data) < size:
        part = os.read(pipe, size - len(data))
        if not part:
            return b""
        data += part
    return data


class _Outbox:
    """Writes frames to the parent from a thread of its own, so that media never waits for it."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._waiting: queue.Queue[bytes | None] = queue.Queue()
        self._thread = threading.Thread(target=self._write, name="pipe writer", daemon=True)
        self._thread.start()

    def put(self, message: Picture | PeerSignal | EventReported) -> None:
        """Send a message; a picture is dropped while too much waits."""
        if isinstance(message, Picture) and self._waiting.qsize() >= _MOST_WAITING:
            return
        self._waiting.put(pack(encode(message)))

    def close(self) -> None:
        """Write what waits, and end; gives up on a parent that does not read."""
        self._waiting.put(None)
        self._thread.join(1.0)

    def _write(self) -> None:
        while (frame := self._waiting.get()) is not None:
            try:
                while frame:
                    frame = frame[os.write(self._pipe, frame) :]
            except OSError:
                return  # the parent is gone, and the end of standard input says so too
