"""What can never be stored or carried out as it is: kept for a human, and out of everyone's way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlmodel import col, select

from store.engine import Store, insert_into
from store.lessons import LessonStarted
from store.models import DeadLetterRow
from store.records import DeviceEvent, Record

_NAME = 256
_KIND = 64
_TEXT = 64 * 1024
"""Characters that are kept of a column."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that was given up, why, and where it came from ("" where that is not known).

    `kind` says what it is: the name of a record's class, or `frame`. `content` is ASCII.
    """

    trust: str
    site: str
    device: str
    kind: str
    reason: str
    content: str
    at_ms: int


def letter_of(record: Record, reason: str, at_ms: int) -> DeadLetter:
    """A record that cannot be stored, as JSON."""
    where = record.lesson if isinstance(record, LessonStarted) else record
    device = record.device if isinstance(record, DeviceEvent) else ""
    content = json.dumps(asdict(record))
    return DeadLetter(
        where.trust, where.site, device, type(record).__name__, reason, content, at_ms
    )


def keep(store: Store, letters: Sequence[DeadLetter]) -> None:
    """Keep letters; the same content from the same place is kept once, however often it comes.

    Any text can be kept: what a database would refuse is escaped. Raises `StoreUnavailable`.
    """
    rows = [
        {
            "trust": _ascii(letter.trust, _NAME),
            "site": _ascii(letter.site, _NAME),
            "digest": _digest(letter),
            "device": _ascii(letter.device, _NAME),
            "kind": _ascii(letter.kind, _KIND),
            "reason": _ascii(letter.reason, _TEXT),
            "content": _ascii(letter.content, _TEXT),
            "at_ms": letter.at_ms,
        }
        for letter in letters
    ]
    with store.writing() as session:
        session.connection().execute(
            insert_into(session, DeadLetterRow).on_conflict_do_nothing(), rows
        )


def dead_letters(store: Store, after: int = 0, limit: int = 200) -> list[tuple[int, DeadLetter]]:
    """Letters after a position, each with its own, in the order in which they were kept."""
    query = select(DeadLetterRow).where(col(DeadLetterRow.position) > after)
    with store.reading() as session:
        return [
            (
                row.position,
                DeadLetter(
                    row.trust,
                    row.site,
                    row.device,
                    row.kind,
                    row.reason,
                    row.content,
                    row.at_ms,
                ),
            )
            for row in session.exec(query.order_by(col(DeadLetterRow.position)).limit(limit))
        ]


def _digest(letter: DeadLetter) -> str:
    what = json.dumps([letter.device, letter.kind, letter.content])
    return hashlib.sha256(what.encode("ascii")).hexdigest()


def _ascii(text: str, limit: int) -> str:
    plain = text.isascii() and text.isprintable()
    return (text if plain else text.encode("unicode_escape").decode("ascii"))[:limit]
