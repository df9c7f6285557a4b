"""What passes between the load tester and its worker processes: JSON, one line each.

Times to come are given as seconds from now, because workers may be on other machines.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import msgspec

from loadtests.profiles import Act, Rates
from loadtests.school import Seat, Staff

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes of the longest line: the plan of several thousand devices."""


class BeginPupils(msgspec.Struct, frozen=True, tag="begin_pupils"):
    """Connect these devices too, `interval_s` apart after `delay_s`; the first has index `first`.

    `shift_us` is what this machine's monotonic clock is ahead of the load tester's.
    """

    url: str
    first: int
    seats: tuple[Seat, ...]
    interval_s: float
    delay_s: float
    shift_us: int = 0


class Play(msgspec.Struct, frozen=True, tag="play"):
    """Send at these rates from `in_s` on, for `seconds`; ends what was played before."""

    rates: Rates
    in_s: float
    seconds: float
    think: str = "even"
    curve: tuple[float, ...] = (1.0,)


class Perform(msgspec.Struct, frozen=True, tag="perform"):
    """Do this in `in_s` seconds, to pupils or teachers as the act says."""

    act: Act
    in_s: float


class Halt(msgspec.Struct, frozen=True, tag="halt"):
    """Send no more."""


class TallyAsked(msgspec.Struct, frozen=True, tag="tally_asked"):
    """Answer with `Tally`."""


class ClockAsked(msgspec.Struct, frozen=True, tag="clock_asked"):
    """Answer with `Clock` at once."""


class BeginTeachers(msgspec.Struct, frozen=True, tag="begin_teachers"):
    """Sign these teachers in, start their lessons, spread over `within_s`, and follow them."""

    hub: str
    staff: tuple[Staff, ...]
    within_s: float = 0.0


class Compare(msgspec.Struct, frozen=True, tag="compare"):
    """Each device sent the serials 1 to `sent[device]`; answer with `Compared`."""

    sent: dict[int, int]


class Forget(msgspec.Struct, frozen=True, tag="forget"):
    """Measure latencies anew from here on; what was seen stays in the ledger."""


Order = (
    BeginPupils | Play | Perform | Halt | TallyAsked | ClockAsked | BeginTeachers | Compare | Forget
)


class PupilsProgress(msgspec.Struct, frozen=True, tag="pupils_progress"):
    """How the devices are doing, and what this process costs.

    `failures` counts connections that broke or never came; those that an act cut are not in it.
    """

    connected: int
    sent: int
    unacknowledged: int
    failures: int
    detail: str = ""
    cpu_s: float = 0.0
    rss_mb: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0


class Tally(msgspec.Struct, frozen=True, tag="tally"):
    """What each device has sent; `dropped` and `rejected` are what their sessions say."""

    sent: dict[int, int]
    """Windows by device: what the ledger counts."""
    messages: int
    """Of all kinds."""
    events: int
    """Of those, what must be in the database before it is acknowledged."""
    unacknowledged: int
    dropped: int
    rejected: int
    pictures: int
    sheds: int
    """Connections that the hub refused for a while, because it had too much to do."""
    acknowledged_ms: tuple[float, ...]
    """From the sending of such an event to its acknowledgement."""
    connected_ms: tuple[float, ...]
    """From a device's first attempt to its welcome."""
    returned_ms: tuple[float, ...]
    """From the cut of a connection by an act to the next welcome."""
    away: int
    """Devices that were cut and are not back."""


class Clock(msgspec.Struct, frozen=True, tag="clock"):
    """This process's monotonic clock."""

    now_s: float


class TeachersProgress(msgspec.Struct, frozen=True, tag="teachers_progress"):
    """How the teachers are doing; latencies are of the last half second."""

    watching: int
    connected_devices: int
    seen: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    failures: int
    detail: str = ""
    cpu_s: float = 0.0
    rss_mb: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    locks_waiting: int = 0
    pictures: int = 0


class Compared(msgspec.Struct, frozen=True, tag="compared"):
    """The ledger's verdict (see `ledger.Verdict`) and the latencies, in milliseconds."""

    seen: int
    lost: int
    doubled: int
    disordered: int
    foreign: int
    examples: tuple[tuple[int, int], ...]
    latencies: tuple[float | None, ...]
    """p50, p95, p99 and the longest, from a device's post to a watching console."""
    pictures: int
    picture_latencies: tuple[float | None, ...]
    lock_classes_ms: tuple[float, ...]
    """From each click of a lock to the last device's confirmation in that teacher's console."""
    lock_sites_ms: tuple[float, ...]
    """For each time that all locked: from the last click to the last confirmation of all."""
    locks_unconfirmed: int
    """Locked classes of which a connected device has not confirmed."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The worker cannot go on; the sentence is for the person who started the test."""

    detail: str


Report = PupilsProgress | Tally | Clock | TeachersProgress | Compared | Failed

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
