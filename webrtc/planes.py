"""Pictures as an encoder takes them: Y, U and V planes (4:2:0, BT.601, limited range)."""

from __future__ import annotations

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from webrtc.source import Area
from webrtc.thumbnail import Image

_GRAIN = 16
"""Changed areas grow to whole macroblocks, which the encoder codes as a whole in any case."""


class Planes:
    """The planes of one picture; only what changed is converted again."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._data: NDArray[np.uint8] = np.zeros((height * 3 // 2, width), np.uint8)
        luma, quarter = width * height, width * height // 4
        flat = self._data.reshape(-1)
        self._y = flat[:luma].reshape(height, width)
        self._u = flat[luma : luma + quarter].reshape(height // 2, width // 2)
        self._v = flat[luma + quarter :].reshape(height // 2, width // 2)
        self._reformatter = VideoReformatter()

    def update(self, image: Image, changed: Area | None) -> None:
        """Take over a changed area of a BGRA picture (None: all of it), scaling it if need be."""
        height, width = image.shape[:2]
        if (width, height) != (self.width, self.height):
            # Odd edges cannot be halved; a picture one pixel larger is cut, not scaled.
            if width & ~1 == self.width and height & ~1 == self.height:
                image = image[: self.height, : self.width]
            else:
                changed = None
        height, width = image.shape[:2]
        left, top, right, bottom = 0, 0, width, height
        if changed is not None:
            x, y, across, down = changed
            left, top = x // _GRAIN * _GRAIN, y // _GRAIN * _GRAIN
            right = min(right, -(-(x + across) // _GRAIN) * _GRAIN)
            bottom = min(bottom, -(-(y + down) // _GRAIN) * _GRAIN)
            if right <= left or bottom <= top:
                return
        converted = self._reformatted(image[top:bottom, left:right], whole=changed is None)
        if changed is None:
            right, bottom = self.width, self.height
        for plane, source, by in zip(
            (self._y, self._u, self._v), converted.planes, (1, 2, 2), strict=True
        ):
            rows = np.frombuffer(memoryview(source), np.uint8).reshape(-1, source.line_size)
            plane[top // by : bottom // by, left // by : right // by] = rows[
                : (bottom - top) // by, : (right - left) // by
            ]

    def frame(self) -> VideoFrame:
        """The picture for an encoder, which must be done with it before the next `update`."""
        return VideoFrame.from_numpy_buffer(self._data, "yuv420p", self.width)

    def _reformatted(self, part: Image, whole: bool) -> VideoFrame:
        height, width = part.shape[:2]
        if whole:
            width, height = self.width, self.height
        # Of swscale's ways this one averages colours and leaves brightness exact; the "fast" one
        # blurs every eighth column.
        return self._reformatter.reformat(
            VideoFrame.from_numpy_buffer(part, "bgra"),
            width,
            height,
            "yuv420p",
            interpolation=Interpolation.AREA,
            threads=1,
        )
