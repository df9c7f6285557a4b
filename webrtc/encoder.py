"""H264 as every browser decodes it: constrained baseline, and cheap enough for a pupil's PC."""

from __future__ import annotations

from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from webrtc.planes import Planes
from webrtc.rungs import Rung

CLOCK_RATE = 90_000
"""Ticks a second of video timestamps."""


class Encoder:
    """One rung of one monitor as H264 (Annex B), used from one thread.

    Each packet is a whole picture; nothing is held back. The bit rate may change at any time and
    makes no keyframe.
    """

    def __init__(self, width: int, height: int, rung: Rung, bitrate: int | None = None) -> None:
        codec: VideoCodecContext = av.CodecContext.create("libx264", "w")
        codec.width, codec.height = width, height
        codec.pix_fmt = "yuv420p"
        codec.time_base = Fraction(1, CLOCK_RATE)
        codec.framerate = Fraction(round(1 / rung.gap_s), 1)
        codec.thread_count = 1
        codec.gop_size = 1_000_000
        codec.colorspace = 6  # BT.601, which is what swscale makes of RGB
        codec.color_range = 1
        codec.color_primaries = 1
        codec.color_trc = 13
        codec.bit_rate = bitrate or rung.most_bitrate
        codec.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "level": "31",
            "forced-idr": "1",
            # Only with these three can the bit rate be moved later, and a still page stays cheap.
            "maxrate": str(rung.most_bitrate),
            "bufsize": str(rung.most_bitrate),
            "qmin": "22",
        }
        self._codec = codec
        self._bitrate = codec.bit_rate

    @property
    def bitrate(self) -> int:
        """Bits per second aimed at."""
        return int(self._bitrate or 0)

    @bitrate.setter
    def bitrate(self, value: int) -> None:
        self._bitrate = value
        self._codec.bit_rate = value

    def encode(
        self, planes: Planes, captured_s: float, keyframe: bool
    ) -> av.Packet[av.VideoStream]:
        """One picture; `captured_s` (monotonic) becomes its timestamp."""
        frame = planes.frame()
        frame.pts = int(captured_s * CLOCK_RATE)
        frame.time_base = Fraction(1, CLOCK_RATE)
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        (packet,) = self._codec.encode(frame)
        packet.time_base = Fraction(1, CLOCK_RATE)
        return packet
