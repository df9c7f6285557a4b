"""What passes between the load tester and its worker processes: JSON, one line each."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import msgspec

from loadtests.school import Seat, Staff

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of the longest line: the plan of several thousand devices."""


class BeginPupils(msgspec.Struct, frozen=True, tag="begin_pupils"):
    """Connect these devices, `interval_s` apart. The first one has index `first`."""

    url: str
    first: int
    seats: tuple[Seat, ...]
    interval_s: float
    delay_s: float


class Send(msgspec.Struct, frozen=True, tag="send"):
    """Report the active window `rate` times a second each, from `start_s` until `end_s`.

    Both are on the machine's monotonic clock.
    """

    rate: float
    start_s: float
    end_s: float


class Halt(msgspec.Struct, frozen=True, tag="halt"):
    """Send no more."""


class TallyAsked(msgspec.Struct, frozen=True, tag="tally_asked"):
    """Answer with `Tally`."""


class BeginTeachers(msgspec.Struct, frozen=True, tag="begin_teachers"):
    """Sign these teachers in, start their lessons and follow them."""

    hub: str
    staff: tuple[Staff, ...]


class Compare(msgspec.Struct, frozen=True, tag="compare"):
    """Each device sent the serials 1 to `sent[device]`; answer with `Compared`."""

    sent: dict[int, int]


Order = BeginPupils | Send | Halt | TallyAsked | BeginTeachers | Compare


class PupilsProgress(msgspec.Struct, frozen=True, tag="pupils_progress"):
    """How the devices are doing. `failures` counts connections that broke or never came."""

    connected: int
    sent: int
    unacknowledged: int
    failures: int
    detail: str = ""


class Tally(msgspec.Struct, frozen=True, tag="tally"):
    """Messages that each device has sent; `dropped` and `rejected` are what their sessions say."""

    sent: dict[int, int]
    unacknowledged: int
    dropped: int
    rejected: int


class TeachersProgress(msgspec.Struct, frozen=True, tag="teachers_progress"):
    """How the teachers are doing; `p95_ms` is of the last second."""

    watching: int
    connected_devices: int
    seen: int
    p95_ms: float | None
    failures: int
    detail: str = ""


class Compared(msgspec.Struct, frozen=True, tag="compared"):
    """The ledger's verdict (see `ledger.Verdict`) and the latencies."""

    seen: int
    lost: int
    doubled: int
    disordered: int
    foreign: int
    examples: tuple[tuple[int, int], ...]
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The worker cannot go on; the sentence is for the person who started the test."""

    detail: str


Report = PupilsProgress | Tally | TeachersProgress | Compared | Failed

_encoder = msgspec.json.Encoder()
_orders: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_reports: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def encode_line(value: Order | Report) -> bytes:
    """One line, its newline included."""
    return _encoder.encode(value) + b"\n"


def decode_report(line: bytes) -> Report:
    """Raises `msgspec.MsgspecError` when it is none."""
    return _reports.decode(line)


def report(value: Report) -> None:
    """A worker says something."""
    sys.stdout.buffer.write(encode_line(value))
    sys.stdout.buffer.flush()


async def orders() -> AsyncIterator[Order]:
    """A worker's orders, until its standard input ends."""
    reader = asyncio.StreamReader(limit=LINE_LIMIT)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        yield _orders.decode(line)
