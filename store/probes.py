"""What probes found, and how long the server was up, down or not looked at.

The time between two rounds of a probe counts as up when both were `up`, and as down otherwise.
Where no round came for longer than is usual nobody knows, and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from store.engine import Store
from store.models import ProbeQuarter, ProbeResultRow

QUARTER_MS = 15 * 60 * 1000
UP, LATE, DOWN = "up", "late", "down"
REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One round. `seen_ms` is after how long the teacher saw it, None for never."""

    probe: str
    at_ms: int
    outcome: str
    seen_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour from `at_ms`; what is missing to its length is unknown."""

    probe: str
    at_ms: int
    up_ms: int
    down_ms: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """How many rounds ended in which way, of all probes together."""

    up: int = 0
    late: int = 0
    down: int = 0


def add_result(store: Store, result: ProbeResult, longest_gap_ms: int) -> None:
    """Add a round, and the time since the one before it if that is not longer than the gap."""
    with store.writing() as session:
        before = _last(session, result.probe)
        session.connection().execute(
            delete(ProbeResultRow).where(
                col(ProbeResultRow.probe) == result.probe, col(ProbeResultRow.outcome) == UP
            )
        )
        session.add(
            ProbeResultRow(
                probe=result.probe,
                at_ms=result.at_ms,
                outcome=result.outcome,
                seen_ms=result.seen_ms,
                reason=result.reason[:REASON_LIMIT],
            )
        )
        row = _quarter(session, result.probe, result.at_ms // QUARTER_MS)
        row.up += result.outcome == UP
        row.late += result.outcome == LATE
        row.down += result.outcome == DOWN
        if before is None or not 0 < result.at_ms - before.at_ms <= longest_gap_ms:
            return
        is_up = before.outcome == result.outcome == UP
        for quarter, length_ms in _parts(before.at_ms, result.at_ms):
            row = _quarter(session, result.probe, quarter)
            if is_up:
                row.up_ms += length_ms
            else:
                row.down_ms += length_ms


def last_results(store: Store) -> list[ProbeResult]:
    """The last round of each probe."""
    with store.reading() as session:
        probes = session.exec(select(ProbeQuarter.probe).distinct().order_by(ProbeQuarter.probe))
        return [_result(row) for probe in probes.all() if (row := _last(session, probe))]


def failures(store: Store, limit: int = 100) -> list[ProbeResult]:
    """The rounds that were not up, the newest first."""
    query = (
        select(ProbeResultRow)
        .where(ProbeResultRow.outcome != UP)
        .order_by(col(ProbeResultRow.position).desc())
        .limit(limit)
    )
    with store.reading() as session:
        return [_result(row) for row in session.exec(query)]


def quarters(store: Store, from_ms: int, to_ms: int) -> list[Quarter]:
    """What is known of the time from one moment to another, by quarters that begin within it."""
    query = (
        select(
            ProbeQuarter.probe, ProbeQuarter.quarter, ProbeQuarter.up_ms, ProbeQuarter.down_ms
        )
        .where(
            col(ProbeQuarter.quarter) >= -(-from_ms // QUARTER_MS),
            col(ProbeQuarter.quarter) < -(-to_ms // QUARTER_MS),
        )
        .order_by(ProbeQuarter.probe, col(ProbeQuarter.quarter))
    )  # fmt: skip
    with store.reading() as session:
        return [
            Quarter(probe, quarter * QUARTER_MS, up_ms, down_ms)
            for probe, quarter, up_ms, down_ms in session.exec(query)
        ]


def count_rounds(store: Store) -> Rounds:
    """All rounds so far."""
    query = select(
        func.sum(ProbeQuarter.up), func.sum(ProbeQuarter.late), func.sum(ProbeQuarter.down)
    )
    with store.reading() as session:
        up, late, down = session.exec(query).one()
        return Rounds(up or 0, late or 0, down or 0)


def _last(session: Session, probe: str) -> ProbeResultRow | None:
    query = (
        select(ProbeResultRow)
        .where(ProbeResultRow.probe == probe)
        .order_by(col(ProbeResultRow.position).desc())
        .limit(1)
    )
    return session.exec(query).first()


def _quarter(session: Session, probe: str, quarter: int) -> ProbeQuarter:
    row = session.get(ProbeQuarter, (probe, quarter))
    if row is None:
        row = ProbeQuarter(probe=probe, quarter=quarter, up_ms=0, down_ms=0, up=0, late=0, down=0)
        session.add(row)
    return row


def _parts(from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
    """A stretch of time by the quarters that it touches: (quarter, milliseconds in it)."""
    while from_ms < to_ms:
        quarter = from_ms // QUARTER_MS
        end_ms = min(to_ms, (quarter + 1) * QUARTER_MS)
        yield quarter, end_ms - from_ms
        from_ms = end_ms


def _result(row: ProbeResultRow) -> ProbeResult:
    return ProbeResult(row.probe, row.at_ms, row.outcome, row.seen_ms, row.reason)
