"""A viewer for tests: a real aiortc connection that a `ScreenHost` answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole
from aiortc.mediastreams import MediaStreamTrack

from webrtc.aiortc_hooks import restrict_to_loopback
from webrtc.host import ScreenHost
from webrtc.media_port import MediaPort
from wire.codec import encode
from wire.messages import EventReported, Message, PeerSignal, Picture, ViewerSignal

LIMIT_S = 20.0

restrict_to_loopback()


class Hub:
    """Takes what a host emits, and lets tests wait for it."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.signals: list[PeerSignal] = []
        self.events: list[EventReported] = []
        self._news = asyncio.Event()

    def emit(self, message: Picture | PeerSignal | EventReported) -> None:
        if isinstance(message, Picture):
            self.pictures.append(message)
        elif isinstance(message, EventReported):
            self.events.append(message)
        else:
            self.signals.append(message)
        self._news.set()

    async def signal(self, viewer: str, connection: int, kind: str) -> PeerSignal:
        async with asyncio.timeout(LIMIT_S):
            while True:
                for signal in self.signals:
                    if (signal.viewer, signal.connection, signal.kind) == (
                        viewer,
                        connection,
                        kind,
                    ):
                        return signal
                self._news.clear()
                await self._news.wait()


async def until(condition: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Wait until a condition holds; fails after `limit_s`."""
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.01)


class TestViewer:
    """One viewer's end of a connection."""

    __test__ = False

    def __init__(self, name: str, host: ScreenHost | MediaPort, hub: Hub) -> None:
        self.name = name
        self.track: MediaStreamTrack | None = None
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.number = 0
        self._host = host
        self._hub = hub

    async def connect(self, number: int = 1) -> None:
        """Offer, take the answer, and wait for the connection and its channels."""
        self.number = number
        self.peer.addTransceiver("video", direction="recvonly")
        self.moves = self.peer.createDataChannel("moves", ordered=False, maxRetransmits=0)
        self.keys = self.peer.createDataChannel("keys")
        self.peer.on("track", self._take)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        self._host.signal(
            ViewerSignal(
                viewer=self.name,
                connection=number,
                kind="offer",
                sdp=self.peer.localDescription.sdp,
            )
        )
        answer = await self._hub.signal(self.name, number, "answer")
        await self.peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        await until(lambda: self.peer.connectionState == "connected")
        await until(lambda: self.keys.readyState == self.moves.readyState == "open")

    def _take(self, track: MediaStreamTrack) -> None:
        self.track = track

    async def frame(self) -> tuple[int, int]:
        """The size of the next decoded frame."""
        assert self.track is not None
        async with asyncio.timeout(LIMIT_S):
            frame = await self.track.recv()
        return frame.width, frame.height  # type: ignore[union-attr]

    async def frame_of_width(self, width: int) -> None:
        """Wait for a frame of this width."""
        while (await self.frame())[0] != width:
            pass

    def send(self, message: Message) -> None:
        """Send a message on the reliable channel."""
        self.keys.send(encode(message))

    async def close(self) -> None:
        await self.peer.close()


async def drain(viewer: TestViewer) -> MediaBlackhole:
    """Read the viewer's video and throw it away, so that nothing piles up."""
    sink = MediaBlackhole()
    sink.addTrack(viewer.track)
    await sink.start()
    return sink
