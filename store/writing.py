"""The archivist's one entry: records of every kind, many at once, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from store.audit import add_acts
from store.engine import Store
from store.events import add_events
from store.lessons import LessonRecord, add_lesson_records
from store.lives import present_lives, prove_writable
from store.records import Act, DeviceEvent, Record


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that one life of a shard sends together; without a shard nothing is fenced."""

    records: Sequence[Record]
    shard: str = ""
    life: int = 0


def write_records(store: Store, records: Sequence[Record]) -> None:
    """Write records, all or none: on the disk when this returns. See `write_batches`."""
    write_batches(store, [Batch(records)])


def write_batches(store: Store, batches: Sequence[Batch]) -> frozenset[int]:
    """Write all batches in one transaction: on the disk when this returns.

    Records of lessons and acts keep their order. What is there already is not written again.
    Returns which batches were left out because a newer life of their shard has begun. Raises,
    and writes nothing: `LookupError` or `StoreConflict` (a `ValueError`) when a record can never
    be stored as it is, `StoreUnavailable` when the database does not take it now. Batches without
    records prove that it takes records now.
    """
    with store.writing() as session:
        fenced = _fenced(session, batches)
        lessons: list[LessonRecord] = []
        events: list[DeviceEvent] = []
        acts: list[Act] = []
        for index, batch in enumerate(batches):
            if index in fenced:
                continue
            for record in batch.records:
                if isinstance(record, DeviceEvent):
                    events.append(record)
                elif isinstance(record, Act):
                    acts.append(record)
                else:
                    lessons.append(record)
        add_lesson_records(session, lessons)
        add_events(session, events)
        add_acts(session, acts)
        if not (lessons or events or acts):
            prove_writable(session)
    return fenced


def _fenced(session: Session, batches: Sequence[Batch]) -> frozenset[int]:
    shards = {batch.shard for batch in batches if batch.shard}
    lives = present_lives(session, shards) if shards else {}
    return frozenset(
        index
        for index, batch in enumerate(batches)
        if batch.shard and batch.life != lives.get(batch.shard)
    )
