"""What one socket still has to be sent: bounded, with a deadline for every send."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

from hub.sockets.protocol import line_of
from wire.errors import CLOSE_CODES, Fault

SEND_S = 8.0
"""A peer that does not take a frame within this is dropped."""
QUEUE_BYTES = 1024 * 1024

Result = TypeVar("Result")


class Outbound:
    """A queue of frames and the one task that writes what could not be written at once.

    `put` never waits. A queue that outgrows its bound, or a send that takes too long, drops the
    connection. `close` is sent after what is queued. `refill`, if given, is asked for the next
    frame whenever the queue is empty: for what is better made late than queued.
    """

    def __init__(
        self,
        websocket: WebSocket,
        *,
        refill: Callable[[], bytes | None] | None = None,
        queue_bytes: int = QUEUE_BYTES,
        send_s: float = SEND_S,
    ) -> None:
        self._websocket = websocket
        self.line = line_of(websocket)
        self._refill = refill
        self._queue_bytes = queue_bytes
        self._send_s = send_s
        self._frames: deque[bytes] = deque()
        self._size = 0
        self._ready = asyncio.Event()
        self._closing: Fault | None = None
        self._overflowed = False
        self._is_sending = False
        self.was_too_slow = False
        """The peer was dropped because it did not take what it was sent."""

    @property
    def size_bytes(self) -> int:
        """Bytes that wait to be sent."""
        return self._size

    async def serve(self, reader: Coroutine[None, None, Result]) -> Result | None:
        """Write while `reader` reads; returns what it returned, None when writing ended first.

        What was queued before a `close` is still sent after the reader has ended.
        """
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(reader)
            writing = group.create_task(self.run())
            await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
            if self._closing and not writing.done():
                await writing
            result = reading.result() if reading.done() else None
            reading.cancel()
            writing.cancel()
        return result

    def put(self, frame: bytes) -> None:
        """Write a frame, or queue it while the peer does not read."""
        is_next = not (self._frames or self._is_sending or self._closing or self._overflowed)
        if is_next and self.line.write(frame):
            return
        self._frames.append(frame)
        self._size += len(frame)
        if self._size > self._queue_bytes:
            self._overflowed = True
        self._ready.set()

    def touch(self) -> None:
        """There is something to `refill` from."""
        self._ready.set()

    def close(self, fault: Fault) -> None:
        """Close the connection once everything queued is sent."""
        self._closing = self._closing or fault
        self._ready.set()

    async def run(self) -> Fault | None:
        """Write until the connection ends; returns the fault for which it was closed."""
        while True:
            frame = self._next()
            if self._overflowed:
                return self._drop()
            if frame is None:
                if self._closing:
                    await self._send_close(self._closing)
                    return self._closing
                self._ready.clear()
                await self._ready.wait()
                continue
            if self.line.write(frame):
                continue
            self._is_sending = True
            try:
                async with asyncio.timeout(self._send_s):
                    await self._websocket.send({"type": "websocket.send", "bytes": frame})
            except TimeoutError:
                return self._drop()
            except (WebSocketDisconnect, RuntimeError):
                return None
            finally:
                self._is_sending = False

    def _drop(self) -> Fault:
        self.was_too_slow = True
        self.line.abort()
        return Fault.TOO_SLOW

    def _next(self) -> bytes | None:
        if self._frames:
            frame = self._frames.popleft()
            self._size -= len(frame)
            return frame
        return self._refill() if self._refill else None

    async def _send_close(self, fault: Fault) -> None:
        try:
            async with asyncio.timeout(self._send_s):
                await self._websocket.close(CLOSE_CODES[fault], fault.value)
        except TimeoutError:
            self.line.abort()
        except (WebSocketDisconnect, RuntimeError):
            pass
