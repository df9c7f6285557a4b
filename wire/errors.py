"""Every fault that one side can find in the other, with its WebSocket close code.

The reason text of a close frame is the fault's value, so that a stranger's client can act on it.
"""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Why a frame or a connection was refused."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    INVALID = "invalid"
    OUT_OF_ORDER = "out_of_order"
    HELLO_EXPECTED = "hello_expected"
    HELLO_TIMEOUT = "hello_timeout"
    VERSION = "version"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    REPLACED = "replaced"
    TOO_SLOW = "too_slow"
    SILENT = "silent"
    UNAVAILABLE = "unavailable"
    OVER = "over"
    GOING_AWAY = "going_away"


CLOSE_CODES: dict[Fault, int] = {
    Fault.MALFORMED: 1007,
    Fault.TOO_LARGE: 1009,
    Fault.UNKNOWN_TYPE: 1007,
    Fault.INVALID: 1007,
    Fault.OUT_OF_ORDER: 1007,
    Fault.HELLO_EXPECTED: 1008,
    Fault.HELLO_TIMEOUT: 1008,
    Fault.VERSION: 1008,
    Fault.UNAUTHENTICATED: 1008,
    Fault.FORBIDDEN: 1008,
    Fault.REPLACED: 4000,
    Fault.TOO_SLOW: 4001,
    Fault.SILENT: 4002,
    Fault.UNAVAILABLE: 1013,
    Fault.OVER: 4003,
    Fault.GOING_AWAY: 1001,
}
"""`over` is only said of requests (the lesson has ended); no connection is closed for it."""


class FrameError(ValueError):
    """A frame that cannot be accepted.

    `seq` is the frame's number when its header could be read, else 0: a numbered frame that is
    refused is named in `Rejected`, so that its sender drops it instead of sending it for ever.
    """

    def __init__(self, fault: Fault, detail: str, seq: int = 0) -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault = fault
        self.detail = detail
        self.seq = seq
