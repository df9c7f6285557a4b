"""Every place where we reach into aiortc and aioice behind their public interface.

What it buys: frames that were encoded and packed once for all viewers, keyframes on our terms,
the receiver's reports, repair of whole keyframes, browsers that show a frame when it arrives, and
media on loopback for tests. Importing this module fails when a name that it relies on is gone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from fractions import Fraction
from typing import Any

import aioice.ice
import av
from aiortc import RTCRtpSender, VideoStreamTrack, codecs, rtcrtpsender
from aiortc.codecs.h264 import H264Encoder
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters
from aiortc.rtcrtpsender import RTCEncodedFrame
from aiortc.rtp import (
    RTCP_PSFB_APP,
    HeaderExtensions,
    HeaderExtensionsMap,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)

from webrtc.rung_video import VideoFrame

HISTORY = 1024
"""RTP packets kept for repair: about 1.2 MB, more than the largest keyframe."""
CLOCK_RATE = 90_000
PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
_PLAYOUT_ID = 14
_ONE_BYTE_PROFILE = 0xBEDE

Payloads = tuple[list[bytes], int]
"""RTP payloads of one frame, and its timestamp at `CLOCK_RATE`."""

_RELIED_ON: tuple[tuple[object, str], ...] = (
    (RTCRtpSender, "_next_encoded_frame"),
    (RTCRtpSender, "_send_keyframe"),
    (RTCRtpSender, "_handle_rtcp_packet"),
    (RTCRtpSender, "_run_rtp"),
    (H264Encoder, "pack"),
    (HeaderExtensionsMap, "set"),
    (HeaderExtensionsMap, "configure"),
    (codecs, "HEADER_EXTENSIONS"),
    (rtcrtpsender, "RTP_HISTORY_SIZE"),
    (aioice.ice, "get_host_addresses"),
)

for _owner, _name in _RELIED_ON:
    if not hasattr(_owner, _name):
        raise ImportError(f"aiortc has changed: {_owner!r} has no {_name}")
if "_RTCRtpSender__rtp_header_extensions_map" not in RTCRtpSender.__init__.__code__.co_names:
    raise ImportError("aiortc has changed: the sender has no map of header extensions")

rtcrtpsender.RTP_HISTORY_SIZE = HISTORY  # type: ignore[attr-defined]
codecs.HEADER_EXTENSIONS["video"].append(
    RTCRtpHeaderExtensionParameters(id=_PLAYOUT_ID, uri=PLAYOUT_DELAY)
)
_packer = H264Encoder()


def pack(frame: VideoFrame) -> Payloads:
    """The RTP payloads of a frame; done once, whatever the number of viewers."""
    packet = av.Packet(frame.data)
    packet.time_base = Fraction(1, CLOCK_RATE)
    packet.pts = int(frame.at_s * CLOCK_RATE)
    return _packer.pack(packet)


def silent_track() -> VideoStreamTrack:
    """A track that only stands for the video in the negotiation; nothing is read from it."""
    return VideoStreamTrack()


class _ImmediatePlayout(HeaderExtensionsMap):
    """Adds to every packet the wish that its frame be shown without delay."""

    def __init__(self) -> None:
        super().__init__()
        self._id = 0

    def configure(self, parameters: Any) -> None:
        super().configure(parameters)
        for extension in parameters.headerExtensions:
            if extension.uri == PLAYOUT_DELAY:
                self._id = extension.id

    def set(self, values: HeaderExtensions) -> tuple[int, bytes]:
        profile, packed = super().set(values)
        if not self._id or profile not in (0, _ONE_BYTE_PROFILE):
            return profile, packed
        # Three bytes of data, both limits 0: shown at once. Padding before it is allowed.
        return _ONE_BYTE_PROFILE, packed + bytes((self._id << 4 | 2, 0, 0, 0))


def feed_sender(
    sender: RTCRtpSender,
    next_payloads: Callable[[], Awaitable[Payloads]],
    on_keyframe_asked: Callable[[], None],
    on_report: Callable[[float | None, int | None], None],
) -> None:
    """Make a sender send what `next_payloads` returns.

    `on_keyframe_asked` is called when the viewer asks for a keyframe; `on_report` with the
    fraction of packets lost (0 to 1) or the viewer's estimate of its bandwidth (bits per second).
    """
    handle = sender._handle_rtcp_packet

    async def next_encoded_frame(codec: RTCRtpCodecParameters) -> RTCEncodedFrame:
        payloads, timestamp = await next_payloads()
        return RTCEncodedFrame(payloads, timestamp, None)  # type: ignore[arg-type]

    async def handle_rtcp_packet(packet: Any) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == sender._ssrc:
                    on_report(report.fraction_lost / 256, None)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            try:
                bitrate, ssrcs = unpack_remb_fci(packet.fci)
            except ValueError:
                return
            if sender._ssrc in ssrcs:
                on_report(None, bitrate)
            return
        await handle(packet)

    sender._next_encoded_frame = next_encoded_frame  # type: ignore[method-assign]
    sender._send_keyframe = on_keyframe_asked  # type: ignore[method-assign]
    sender._handle_rtcp_packet = handle_rtcp_packet  # type: ignore[method-assign]
    sender._RTCRtpSender__rtp_header_extensions_map = _ImmediatePlayout()  # type: ignore[attr-defined]


def restrict_to_loopback() -> None:
    """Offer only 127.0.0.1 to every connection of this process: for tests and demonstrations."""

    def loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return ["127.0.0.1"]

    aioice.ice.get_host_addresses = loopback
