"""What devices reported, once each, and how many of a kind came from each site on each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any

import sqlalchemy
from sqlalchemy import literal_column, tuple_
from sqlmodel import Session, col, func, select

from store.engine import Store, StoreConflict, insert_into, insert_rows
from store.models import DeviceEventRow, Site, SiteDay
from store.records import DeviceEvent

DAY_MS = 24 * 60 * 60 * 1000
_EPOCH = date(1970, 1, 1).toordinal()
_FIELDS = tuple(field.name for field in fields(DeviceEvent))
_values = attrgetter(*_FIELDS)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event and its place in the order in which events were stored."""

    position: int
    event: DeviceEvent


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many events of a kind were received from a site on a day (UTC, as 2026-11-22)."""

    site: str
    day: str
    kind: str
    count: int


def events_of_site(
    store: Store,
    trust: str,
    site: str,
    after: int = 0,
    limit: int = 200,
    *,
    device: str = "",
    kind: str = "",
    newest_first: bool = False,
) -> list[StoredEvent]:
    """Events of a site after a position, in the order in which they were stored.

    With `newest_first` in the reverse order: those before the position, or from the last one (0).
    """
    position = col(DeviceEventRow.position)
    query = (
        select(DeviceEventRow.position, *(getattr(DeviceEventRow, name) for name in _FIELDS))
        .where(DeviceEventRow.trust == trust, DeviceEventRow.site == site)
        .order_by(position.desc() if newest_first else position)
        .limit(limit)
    )
    if after or not newest_first:
        query = query.where(position < after if newest_first else position > after)
    if device:
        query = query.where(DeviceEventRow.device == device)
    if kind:
        query = query.where(DeviceEventRow.kind == kind)
    with store.reading() as session:
        return [StoredEvent(row[0], DeviceEvent(*row[1:])) for row in session.exec(query)]


def day_counts(store: Store, trust: str, since_day: str) -> list[DayCount]:
    """The counts of every site of a trust from a day (as 2026-11-22) on, by day; reads no event.

    Raises `ValueError` when that is not a day.
    """
    first = date.fromisoformat(since_day).toordinal() - _EPOCH
    query = (
        sqlalchemy.select(
            col(SiteDay.site), col(SiteDay.day), col(SiteDay.kind), col(SiteDay.count)
        )
        .where(col(SiteDay.trust) == trust, col(SiteDay.day) >= first)
        .order_by(col(SiteDay.day), col(SiteDay.site), col(SiteDay.kind))
    )
    days: dict[int, str] = {}
    with store.reading() as session:
        return [
            DayCount(site, days.get(day) or days.setdefault(day, _iso(day)), kind, count)
            for site, day, kind, count in session.connection().execute(query)
        ]


def _iso(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()


def add_events(session: Session, events: Sequence[DeviceEvent]) -> None:
    """Add the events that are not there yet, and count those for their sites and days.

    A part of a writing transaction. Raises `StoreConflict` when a site does not exist.
    """
    if not events:
        return
    check_sites(session, {(event.trust, event.site) for event in events})
    # Writers follow one another, so what is above the last position is of this transaction.
    last = session.exec(select(func.max(DeviceEventRow.position))).one() or 0
    rows = [_values(event) for event in events]
    insert_rows(session, DeviceEventRow, _FIELDS, rows, skip_known=True)
    _count(session, last)


def check_sites(session: Session, sites: set[tuple[str, str]]) -> None:
    """Raise `StoreConflict` unless each (trust, site) exists."""
    query = select(Site.trust, Site.id)
    known = session.exec(query.where(tuple_(col(Site.trust), col(Site.id)).in_(sites)))
    for trust, site in sorted(sites - {(trust, site) for trust, site in known}):
        raise StoreConflict(f"trust {trust!r} has no site {site!r}")


def _count(session: Session, after: int) -> None:
    # Both sides are whole numbers, so every database divides without a rest.
    day = col(DeviceEventRow.received_at_ms).op("/")(literal_column(str(DAY_MS)))
    columns: list[Any] = [
        col(DeviceEventRow.trust),
        day,
        col(DeviceEventRow.site),
        col(DeviceEventRow.kind),
    ]
    counted = (
        sqlalchemy.select(*columns, func.count())
        .where(col(DeviceEventRow.position) > after)
        .group_by(*columns)
    )
    insert = insert_into(session, SiteDay).from_select(
        ["trust", "day", "site", "kind", "count"], counted
    )
    session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["trust", "day", "site", "kind"],
            set_={"count": col(SiteDay.count) + insert.excluded["count"]},
        )
    )
