"""The small picture of a monitor: made once, for the wall's video and for JPEG pictures."""

from __future__ import annotations

import numpy as np
import simplejpeg  # type: ignore[import-untyped]
from numpy.typing import NDArray

from webrtc.rungs import SMALL, divisor
from webrtc.source import Area

Image = NDArray[np.uint8]
"""Rows of BGRA pixels: (height, width, 4)."""

JPEG_QUALITY = 60


class Thumbnail:
    """A monitor's picture divided by a whole number, each pixel the mean of those it stands for.

    The mean keeps thin strokes of text visible, and a whole divisor lets `update` redo only the
    part that changed.
    """

    def __init__(self, width: int, height: int) -> None:
        self._divisor = divisor(width, height, SMALL)
        self.width = max(2, width // self._divisor & ~1)
        self.height = max(2, height // self._divisor & ~1)
        self.image: Image = np.zeros((self.height, self.width, 4), np.uint8)

    def update(self, image: Image, changed: Area | None) -> None:
        """Take over a changed area of the monitor; None: all of it."""
        by = self._divisor
        left, top, across, down = self.reduced(changed) or (0, 0, self.width, self.height)
        if across > 0 and down > 0:
            part = image[top * by : (top + down) * by, left * by : (left + across) * by]
            self.image[top : top + down, left : left + across] = _mean(part, by)

    def reduced(self, changed: Area | None) -> Area | None:
        """The area of this picture that an area of the monitor touches; None: all, in both."""
        if changed is None:
            return None
        by = self._divisor
        x, y, across, down = changed
        left, top = min(x // by, self.width), min(y // by, self.height)
        right = min(self.width, -(-(x + across) // by))
        bottom = min(self.height, -(-(y + down) // by))
        return (left, top, max(0, right - left), max(0, bottom - top))

    def jpeg(self) -> bytes:
        """The picture as a JPEG."""
        return bytes(simplejpeg.encode_jpeg(self.image, quality=JPEG_QUALITY, colorspace="BGRA"))


def _mean(part: Image, by: int) -> Image:
    if by == 1:
        return part
    rows = part[0::by].astype(np.uint16)
    for offset in range(1, by):
        rows += part[offset::by]
    # One pixel's four sums of 16 bits fill a 64-bit word; none can overflow into its neighbour.
    words = rows.view(np.uint64)[:, :, 0]
    total = words[:, 0::by].copy()
    for offset in range(1, by):
        total += words[:, offset::by]
    sums = total.view(np.uint16).reshape(total.shape[0], total.shape[1], 4)
    return (sums // np.uint16(by * by)).astype(np.uint8)
