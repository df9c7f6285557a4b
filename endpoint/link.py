"""The one connection of a device, outward to its hub, for as long as the program lives.

A `Link` opens the WebSocket, lets the session speak, and opens it again after every break, with
growing and jittered delays. It needs no thread, so that thousands fit one loop.
"""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
import time
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from wire.codec import FRAME_LIMIT
from wire.errors import CLOSE_CODES, Fault, FrameError
from wire.messages import Message, Picture, Welcome
from wire.session import Backoff, DeviceSession
from wire.version import SUBPROTOCOL

OPEN_DEADLINE_S = 10.0
SEND_DEADLINE_S = 10.0
"""Seconds that one frame may wait for the network before the connection is given up."""
CLOSE_DEADLINE_S = 2.0
REPLACED_WAIT_S = 30.0
"""After another connection of this device took over: two of them must not throw each other out."""
RETRY_AFTER_MOST_S = 600
SETTLED_S = 5.0
"""A welcomed connection that lasted this long starts the back-off anew when it breaks."""

_log = logging.getLogger(__name__)


class Link:
    """The connection of one device.

    Guarantees: what is posted leaves in order, and numbered messages survive breaks (see
    `DeviceSession`); of pictures only the newest of each monitor waits, behind everything else.
    `on_welcome` runs after each admission, `on_message` for every other message to act on; both
    run on the loop and must not block. What they raise ends `run`.
    """

    def __init__(
        self,
        session: DeviceSession,
        url: str,
        *,
        on_message: Callable[[Message], None],
        on_welcome: Callable[[Welcome], None],
        tls: ssl.SSLContext | None = None,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
        send_deadline_s: float = SEND_DEADLINE_S,
        replaced_wait_s: float = REPLACED_WAIT_S,
    ) -> None:
        self.session = session
        self.connections = 0
        """Connections that were welcomed so far."""
        self._url = url
        self._on_message = on_message
        self._on_welcome = on_welcome
        self._tls = tls
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._send_deadline_s = send_deadline_s
        self._pictures: dict[int, Picture] = {}
        self._wake = asyncio.Event()
        self._stopping = False
        self._replaced_wait_s = replaced_wait_s
        self._was_replaced = False
        self._retry_after_s = 0.0
        self._welcomed_at: float | None = None

    @property
    def is_welcomed(self) -> bool:
        """Whether the hub has admitted the present connection."""
        return self.session.welcomed

    def post(self, message: Message) -> int:
        """Send as soon as possible; returns the message's number, 0 if it has none."""
        if isinstance(message, Picture):
            if self.session.welcomed:
                self._pictures[message.monitor] = message
            number = 0
        else:
            number = self.session.post(message)
        self._wake.set()
        return number

    def stop(self) -> None:
        """Say goodbye: `run` sends what waits, closes in an orderly way (1000) and returns."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Stay connected until `stop` or cancellation."""
        while not self._stopping:
            self._welcomed_at = None
            self._retry_after_s = 0.0
            try:
                await self._connect()
            except* (OSError, TimeoutError, WebSocketException, FrameError) as errors:
                _log.warning("connection to %s ended: %s", self._url, _reason(errors))
            finally:
                lasted = self._welcomed_at is not None and (
                    self._clock() - self._welcomed_at >= SETTLED_S
                )
                self.session.closed()
                self._pictures.clear()
            if lasted:
                self._backoff.reset()
            delay_s = self._backoff.next_delay_s()
            if self._was_replaced:
                delay_s = max(delay_s, self._replaced_wait_s)
            delay_s = max(delay_s, self._retry_after_s)
            await self._pause(delay_s)

    async def _pause(self, delay_s: float) -> None:
        ends_at = asyncio.get_running_loop().time() + delay_s
        while not self._stopping:
            self._wake.clear()
            try:
                async with asyncio.timeout_at(ends_at):
                    await self._wake.wait()
            except TimeoutError:
                return

    async def _connect(self) -> None:
        try:
            socket = await connect(
                self._url,
                ssl=self._tls,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                user_agent_header=None,
                proxy=_proxy(self._url),
                open_timeout=OPEN_DEADLINE_S,
                ping_interval=None,
                max_size=FRAME_LIMIT,
            )
        except InvalidStatus as refusal:
            self._retry_after_s = retry_after_s(refusal.response.headers.get("Retry-After", ""))
            raise
        self._was_replaced = False
        fault: FrameError | None = None
        try:
            if socket.subprotocol != SUBPROTOCOL:
                raise FrameError(Fault.VERSION, f"the hub does not speak {SUBPROTOCOL}")
            self.session.opened(self._clock())
            await self._converse(socket)
        except* FrameError as errors:
            fault = next(error for error in errors.exceptions if isinstance(error, FrameError))
            raise
        finally:
            await _close(socket, fault)
            self._was_replaced = socket.close_code == CLOSE_CODES[Fault.REPLACED]

    async def _converse(self, socket: ClientConnection) -> None:
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(self._write(socket))
            try:
                async for frame in socket:
                    self._take(frame)
            finally:
                writer.cancel()

    def _take(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            raise FrameError(Fault.MALFORMED, "a text frame")
        for message in self.session.receive(frame, self._clock()):
            if isinstance(message, Welcome):
                self.connections += 1
                self._welcomed_at = self._clock()
                self._on_welcome(message)
            else:
                self._on_message(message)
        self._wake.set()

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            self._wake.clear()
            await self._flush(socket)
            if self._stopping:
                await _close(socket)
                return
            await self._wait()

    async def _flush(self, socket: ClientConnection) -> None:
        while True:
            frames = self.session.take_outgoing(self._clock())
            if not frames:
                if not self._pictures:
                    return
                self.session.post(self._pictures.pop(next(iter(self._pictures))))
                continue
            for frame in frames:
                try:
                    async with asyncio.timeout(self._send_deadline_s):
                        await socket.send(frame)
                except TimeoutError:
                    raise FrameError(Fault.TOO_SLOW, "the network takes no more") from None

    async def _wait(self) -> None:
        due_s = self.session.next_tick_s() - self._clock()
        try:
            async with asyncio.timeout(max(due_s, 0.01)):
                await self._wake.wait()
        except TimeoutError:
            self.session.tick(self._clock())


def retry_after_s(text: str) -> float:
    """What a busy hub asks for: that many seconds, at most `RETRY_AFTER_MOST_S`, and up to a fifth
    more, so that those who were told the same do not come together."""
    if not (text.isascii() and text.isdigit()):
        return 0.0
    return min(int(text), RETRY_AFTER_MOST_S) * random.uniform(1.0, 1.2)


async def _close(socket: ClientConnection, fault: FrameError | None = None) -> None:
    """Close with the fault's code, or as an orderly goodbye; a network that is stuck is cut off."""
    try:
        async with asyncio.timeout(CLOSE_DEADLINE_S):
            if fault is None:
                await socket.close()
            else:
                await socket.close(CLOSE_CODES[fault.fault], fault.fault.value)
    except TimeoutError:
        socket.transport.abort()


def _proxy(url: str) -> Literal[True] | None:
    """The system's proxy, save for a hub on this machine."""
    return None if is_loopback(urlsplit(url).hostname or "") else True


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    return host in ("localhost", "::1") or (
        host.startswith("127.") and all(part.isdigit() for part in host.split("."))
    )


def _reason(errors: BaseExceptionGroup[BaseException]) -> str:
    causes = []
    for error in errors.exceptions:
        if isinstance(error, BaseExceptionGroup):
            causes.append(_reason(error))
        elif isinstance(error, ConnectionClosed) and error.rcvd is not None:
            causes.append(f"{error.rcvd.code} {error.rcvd.reason}".strip())
        else:
            causes.append(f"{type(error).__name__}: {error}")
    return "; ".join(causes)
