"""Each trust's audit record: who did what, in a chain in which no entry can be changed unseen.

An entry's hash covers the entry and the hash before it. Who can write to the database could make
the whole chain anew: against that, keep a head (`Verified.head`) in another place and compare.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, select

from store.engine import Store, insert_rows
from store.events import check_sites
from store.models import AuditHead, AuditRow
from store.records import Act

_FIELDS = tuple(field.name for field in fields(Act))
_values = attrgetter(*_FIELDS)
_LOOKUP = 500
"""Acts that are looked for in one query."""
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act under its number (1, 2, … in each trust), with its hash and the one before it."""

    number: int
    act: Act
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome of following a chain.

    `entries` are sound, from number 1 on; `head` is the hash of the last of them ("" for none).
    `first_broken` is the number of the first entry that was changed, removed or added by other
    means than this program; None when there is none.
    """

    entries: int
    first_broken: int | None
    head: str


def entries(
    store: Store,
    trust: str,
    after: int = 0,
    limit: int = 200,
    *,
    sites: Collection[str] | None = None,
    newest_first: bool = False,
) -> list[AuditEntry]:
    """Entries of a trust after a number, in their order; of these sites, or of all.

    With `newest_first` in the reverse order: those before the number, or from the last one (0).
    """
    with store.reading() as session:
        return [
            AuditEntry(number, Act(*values), previous, digest)
            for number, previous, digest, *values in _rows(
                session, trust, after, limit, sites, newest_first
            )
        ]


def verify(store: Store, trust: str) -> Verified:
    """Follow a trust's chain from its beginning to its end."""
    number, previous = 0, ""
    with store.reading() as session:
        head = session.get(AuditHead, trust)
        while page := list(_rows(session, trust, number, _PAGE)):
            for row_number, row_previous, digest, *values in page:
                if (
                    row_number != number + 1
                    or row_previous != previous
                    or digest != _digest(number + 1, previous, values)
                ):
                    return Verified(number, number + 1, previous)
                number, previous = row_number, digest
    if (head.number, head.hash) != (number, previous) if head else number:
        return Verified(number, number + 1, previous)
    return Verified(number, None, previous)


def add_acts(session: Session, acts: Sequence[Act]) -> None:
    """Add the acts that are not there yet at the ends of their trusts' chains, in order.

    A part of a writing transaction. Raises `StoreConflict` when a site does not exist.
    """
    if not acts:
        return
    check_sites(session, {(act.trust, act.site) for act in acts})
    by_trust: dict[str, dict[tuple[str, str], Act]] = {}
    for act in acts:
        by_trust.setdefault(act.trust, {}).setdefault((act.site, act.id), act)
    for trust, once in by_trust.items():
        for known in list(_known(session, trust, [id_ for _, id_ in once])):
            once.pop(known, None)
        if once:
            _append(session, trust, once.values())


def _append(session: Session, trust: str, acts: Iterable[Act]) -> None:
    number, previous = _end(session, trust)
    rows = []
    for act in acts:
        number += 1
        values = _values(act)
        digest = _digest(number, previous, values)
        rows.append((*values, number, previous, digest))
        previous = digest
    columns = *_FIELDS, "number", "previous", "hash"
    insert_rows(session, AuditRow, columns, rows, skip_known=False)
    session.merge(AuditHead(trust=trust, number=number, hash=previous))
    session.flush()


def _end(session: Session, trust: str) -> tuple[int, str]:
    """Where the chain goes on: after all that is there, also when somebody has changed it."""
    last = session.exec(
        select(AuditRow.number, AuditRow.hash)
        .where(AuditRow.trust == trust)
        .order_by(col(AuditRow.number).desc())
        .limit(1)
    ).first()
    head = session.get(AuditHead, trust)
    return max((0, ""), last or (0, ""), (head.number, head.hash) if head else (0, ""))


def _known(session: Session, trust: str, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Site and id of the acts with these ids that are there."""
    for first in range(0, len(ids), _LOOKUP):
        some = col(AuditRow.id).in_(ids[first : first + _LOOKUP])
        yield from session.exec(
            select(AuditRow.site, AuditRow.id).where(AuditRow.trust == trust, some)
        )


def _rows(
    session: Session,
    trust: str,
    after: int,
    limit: int,
    sites: Collection[str] | None = None,
    newest_first: bool = False,
) -> Iterable[Sequence[Any]]:
    """Rows of number, previous hash, hash, and the fields of an act."""
    key = col(AuditRow.number)
    columns = "number", "previous", "hash", *_FIELDS
    query = (
        sqlalchemy.select(*(getattr(AuditRow, name) for name in columns))
        .where(col(AuditRow.trust) == trust)
        .order_by(key.desc() if newest_first else key)
        .limit(limit)
    )
    if after or not newest_first:
        query = query.where(key < after if newest_first else key > after)
    if sites is not None:
        query = query.where(col(AuditRow.site).in_(sites))
    return session.connection().execute(query)


def _digest(number: int, previous: str, values: Sequence[Any]) -> str:
    """The hash of an entry with the fields of its act in their order."""
    text = json.dumps([number, previous, *values], separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
