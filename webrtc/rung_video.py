"""One rung of one monitor while somebody looks at it: its planes and its encoder."""

from __future__ import annotations

from dataclasses import dataclass

from webrtc.encoder import Encoder
from webrtc.planes import Planes
from webrtc.rungs import FULL, Rung, fit
from webrtc.source import Area
from webrtc.thumbnail import Image


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One encoded picture: H264 (Annex B), when (s), and whether it stands alone."""

    data: bytes
    at_s: float
    is_keyframe: bool


class RungVideo:
    """Encodes the pictures of one rung, from one thread. The first frame is a keyframe."""

    def __init__(self, width: int, height: int, rung: Rung, bitrate: int | None) -> None:
        size = fit(width, height, rung) if rung == FULL else (width & ~1, height & ~1)
        self.keyframed_s = -1e9
        self.frames = 0
        self._planes = Planes(*size)
        self._encoder = Encoder(*size, rung, bitrate)
        self._converted = False

    def steer(self, bitrate: int) -> None:
        """Aim at this bit rate from the next frame on."""
        if bitrate != self._encoder.bitrate:
            self._encoder.bitrate = bitrate

    def encode(self, image: Image, changed: Area | None, at_s: float, keyframe: bool) -> VideoFrame:
        """The next frame; `changed` is relative to the image of the call before."""
        self._planes.update(image, changed if self._converted else None)
        self._converted = True
        packet = self._encoder.encode(self._planes, at_s, keyframe)
        self.frames += 1
        if packet.is_keyframe:
            self.keyframed_s = at_s
        return VideoFrame(bytes(packet), at_s, packet.is_keyframe)
