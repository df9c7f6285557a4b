"""Frames on the pipes between the agent's core and its media process: a length, then the frame."""

from __future__ import annotations

from wire.codec import FRAME_LIMIT

HEAD = 4
"""Bytes of the length, big-endian."""


def pack(frame: bytes) -> bytes:
    """A frame as it is written to a pipe."""
    return len(frame).to_bytes(HEAD, "big") + frame


def length(head: bytes) -> int:
    """The length of the frame that follows; raises `ValueError` when it is out of bounds."""
    size = int.from_bytes(head, "big")
    if not 0 < size <= FRAME_LIMIT:
        raise ValueError(f"a frame of {size} bytes on the pipe")
    return size
