"""Enough of WebSocket framing (RFC 6455, 5.2) to know a plain message when it comes whole.

Whatever is not plain is left to the protocol's own parser, which also judges it.
"""

from __future__ import annotations

from websockets.speedups import apply_mask

_FIN_BINARY = 0x82
_MASKED = 0x80
_TWO_BYTES = 126
_EIGHT_BYTES = 127
_LEAST = 6


def whole_message(data: bytes) -> bytes | None:
    """The payload when `data` is one masked, unfragmented binary frame of less than 64 KiB.

    None for anything else. The caller knows that `data` begins where a frame does.
    """
    if len(data) < _LEAST or data[0] != _FIN_BINARY:
        return None
    size, at = data[1] - _MASKED, 2
    if size == _TWO_BYTES:
        size, at = int.from_bytes(data[2:4], "big"), 4
    elif not 0 <= size < _TWO_BYTES:
        return None
    if len(data) != at + 4 + size:
        return None
    return apply_mask(data[at + 4 :], data[at : at + 4])


def plain_messages(data: bytes) -> tuple[list[bytes], bytes]:
    """The payloads of the plain messages that `data` begins with, and what is left.

    What is left begins with the first frame that is not plain, or not whole.
    """
    found: list[bytes] = []
    at = 0
    while at < len(data):
        end = _end_of_frame(data, at)
        payload = whole_message(data[at:end]) if end is not None and end <= len(data) else None
        if payload is None or end is None:
            break
        found.append(payload)
        at = end
    return found, data[at:]


def binary_frame(payload: bytes) -> bytes:
    """One unmasked, unfragmented binary frame, as a server sends it."""
    size = len(payload)
    if size < _TWO_BYTES:
        return bytes((_FIN_BINARY, size)) + payload
    if size < 1 << 16:
        return bytes((_FIN_BINARY, _TWO_BYTES)) + size.to_bytes(2, "big") + payload
    return bytes((_FIN_BINARY, _EIGHT_BYTES)) + size.to_bytes(8, "big") + payload


def owed_after(data: bytes, owed: int | None) -> int | None:
    """Bytes of the last frame that are still to come after `data`; 0: a frame begins next.

    `owed` is the same before `data`. None, once and for all: it cannot be said, because a frame's
    length was torn apart.
    """
    at = owed
    while at is not None and at < len(data):
        at = _end_of_frame(data, at)
    return None if at is None else at - len(data)


def _end_of_frame(data: bytes, at: int) -> int | None:
    head = data[at : at + 10]
    if len(head) < 2:
        return None
    size, length = head[1] & 0x7F, 2
    if size == _TWO_BYTES:
        size, length = int.from_bytes(head[2:4], "big"), 4
    elif size == _EIGHT_BYTES:
        size, length = int.from_bytes(head[2:10], "big"), 10
    if len(head) < length:
        return None
    return at + length + 4 * bool(head[1] & _MASKED) + size
