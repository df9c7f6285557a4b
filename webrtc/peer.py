"""The connection of one viewer: from its offer to the end."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from aiortc import (
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpCodecCapability,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError

from webrtc.aiortc_hooks import Payloads, feed_sender, silent_track
from webrtc.control_channel import KEYS, MOVES, ControlChannel
from webrtc.ice import MOST_CANDIDATES, configuration, parse_candidate, split_offer
from webrtc.ice_settings import IceSettings
from webrtc.outlet import Outlet
from webrtc.rungs import Rung
from webrtc.steering import Steering
from wire.errors import FrameError
from wire.messages import Message, PeerSignal

CONNECT_TIMEOUT_S = 15.0
_CLOSE_TIMEOUT_S = 3.0
_BAD_OFFER = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    InternalError,
    InvalidAccessError,
    InvalidStateError,
    OperationError,
)
"""What aiortc raises for descriptions that it cannot read or serve."""
_BASELINE = ("42001f", "42e01f")

_log = logging.getLogger(__name__)


class PeerOwner(Protocol):
    """Whom a peer tells what its viewer does. Called on the event loop; must return at once."""

    def peer_controls(self, peer: Peer, message: Message) -> None:
        """The viewer moved, clicked or typed; nothing was checked but the form."""
        ...

    def peer_holds_keys(self, peer: Peer, held: bool) -> None:
        """The viewer's reliable channel opened, or closed."""
        ...

    def peer_asks_keyframe(self, peer: Peer) -> None:
        """The viewer cannot go on without a keyframe of `peer.rung`."""
        ...

    def peer_steers(self, peer: Peer) -> None:
        """`peer.steering.bitrate` is another one."""
        ...


class Peer:
    """One viewer's connection. `run` serves it; the other methods return at once."""

    def __init__(
        self,
        viewer: str,
        connection: int,
        rung: Rung,
        owner: PeerOwner,
        emit: Callable[[PeerSignal], None],
        ice: IceSettings,
        clock: Callable[[], float],
    ) -> None:
        self.viewer = viewer
        self.connection = connection
        self.steering = Steering(rung, clock)
        self.has_keys = False
        self._owner = owner
        self._emit = emit
        self._ice = ice
        self._outlet = Outlet(rung)
        self._control = ControlChannel(clock)
        self._candidates: deque[tuple[str, str]] = deque()
        self._candidates_left = MOST_CANDIDATES
        self._news = asyncio.Event()
        self._connected = False
        self._closing: str | None = None

    @property
    def rung(self) -> Rung:
        """The rung that this viewer is to get."""
        return self._outlet.wanted

    def use(self, rung: Rung) -> None:
        """Go over to another rung, on this connection, at that rung's next keyframe."""
        if rung is not self._outlet.wanted:
            self._outlet.wanted = rung
            self.steering.use(rung)
            self._owner.peer_asks_keyframe(self)

    def put(self, rung: Rung, payloads: Payloads, is_keyframe: bool) -> None:
        """Take a frame of this viewer's monitor; sent if it is of the right rung."""
        self._outlet.put(rung, payloads, is_keyframe)
        if self._outlet.needs_keyframe():
            self._owner.peer_asks_keyframe(self)

    def add_candidate(self, line: str, mid: str) -> None:
        """Take a trickled candidate; past the twentieth they are ignored."""
        if self._ice.loopback_media and ".local " in line:
            return  # a name on the network; on loopback the browser finds us, not we it
        if self._candidates_left > 0:
            self._candidates_left -= 1
            self._candidates.append((line, mid))
            self._news.set()

    def close(self, detail: str | None) -> None:
        """End `run`. The viewer is told why, unless `detail` is None: then it knows."""
        if self._closing is None:
            self._closing = detail or ""
            if detail is not None:
                self._bye(detail)
            self._news.set()

    async def run(self, offer: str) -> None:
        """Answer the offer and serve until closed, lost or refused; every resource is let go."""
        connection = RTCPeerConnection(configuration(self._ice))
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S) as limit:
                await self._answer(connection, offer)
                async with asyncio.TaskGroup() as lookups:
                    await self._serve(connection, lookups, limit)
        except TimeoutError:
            self.close("no path between the browser and the device was found")
        except _BAD_OFFER as error:
            _log.warning("an offer cannot be served: %r", error)
            self.close("the offer cannot be served")
        finally:
            self._closing = self._closing or ""
            self._hold_keys(False)
            try:
                async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                    await connection.close()
            except TimeoutError:
                _log.warning("a connection did not close within %g s", _CLOSE_TIMEOUT_S)

    async def _answer(self, connection: RTCPeerConnection, offer: str) -> None:
        transceiver = connection.addTransceiver(silent_track(), direction="sendonly")
        transceiver.setCodecPreferences(_codecs())

        @connection.on("datachannel")
        def on_channel(channel: RTCDataChannel) -> None:
            self._take_channel(channel)

        @connection.on("connectionstatechange")
        def on_state() -> None:
            if connection.connectionState == "connected":
                self._connected = True
                self._news.set()
            elif connection.connectionState in ("failed", "closed"):
                self.close("the connection was lost")

        parts = split_offer(offer)
        await connection.setRemoteDescription(RTCSessionDescription(parts.sdp, "offer"))
        feed_sender(
            transceiver.sender,
            self._next_payloads,
            lambda: self._owner.peer_asks_keyframe(self),
            self._report,
        )
        await connection.setLocalDescription(await connection.createAnswer())
        self._emit(
            PeerSignal(
                viewer=self.viewer,
                connection=self.connection,
                kind="answer",
                sdp=connection.localDescription.sdp,
            )
        )
        for candidate in parts.candidates:
            self.add_candidate(candidate, transceiver.mid or "0")

    async def _serve(
        self, connection: RTCPeerConnection, lookups: asyncio.TaskGroup, limit: asyncio.Timeout
    ) -> None:
        """Add candidates as they come, until closed; no longer in a hurry once connected."""
        pending: list[asyncio.Task[None]] = []
        while self._closing is None:
            self._news.clear()
            while self._candidates:
                line, mid = self._candidates.popleft()
                # A task each: a name in a candidate can take a second to look up.
                pending.append(lookups.create_task(_add(connection, line, mid)))
            if self._connected:
                limit.reschedule(None)
            await self._news.wait()
        for lookup in pending:
            lookup.cancel()

    async def _next_payloads(self) -> Payloads:
        payloads = await self._outlet.get()
        self.steering.sent(sum(map(len, payloads[0])))
        return payloads

    def _report(self, loss: float | None, bits_per_s: int | None) -> None:
        before = self.steering.bitrate
        if loss is not None:
            self.steering.report_loss(loss)
        if bits_per_s is not None:
            self.steering.report_estimate(bits_per_s)
        if self.steering.bitrate != before:
            self._owner.peer_steers(self)

    def _take_channel(self, channel: RTCDataChannel) -> None:
        label = channel.label
        if label not in (MOVES, KEYS):
            self.close("an unknown channel was opened")
            return

        @channel.on("message")
        def on_message(data: object) -> None:
            self._receive(label, data)

        if label == KEYS:
            self._hold_keys(True)

            @channel.on("close")
            def on_close() -> None:
                self._hold_keys(False)

    def _receive(self, label: str, data: object) -> None:
        if self._closing is not None:
            return
        try:
            message = self._control.receive(label, data)
        except FrameError as error:
            self.close(error.fault.value)
            return
        if message is not None:
            self._owner.peer_controls(self, message)

    def _hold_keys(self, held: bool) -> None:
        if held != self.has_keys:
            self.has_keys = held
            self._owner.peer_holds_keys(self, held)

    def _bye(self, detail: str) -> None:
        self._emit(
            PeerSignal(viewer=self.viewer, connection=self.connection, kind="bye", detail=detail)
        )


async def _add(connection: RTCPeerConnection, line: str, mid: str) -> None:
    try:
        await connection.addIceCandidate(parse_candidate(line, mid))
    except (ValueError, InvalidStateError) as error:
        _log.info("a candidate is ignored: %s", error)


def _codecs() -> list[RTCRtpCodecCapability]:
    """H264 baseline and its repair: what every browser has, and the only thing that we make."""
    return [
        codec
        for codec in RTCRtpSender.getCapabilities("video").codecs
        if codec.mimeType == "video/rtx"
        or (
            codec.mimeType == "video/H264" and codec.parameters.get("profile-level-id") in _BASELINE
        )
    ]
