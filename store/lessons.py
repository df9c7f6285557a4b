"""Lessons that run, and what their teachers want of the devices: enough to resume them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select

from store.engine import Store
from store.models import Lesson, LessonLock, LessonTeacher

_AT_ONCE = 500
"""Lessons that one query names."""


@dataclass(frozen=True, slots=True)
class StoredLock:
    """A lock that a lesson wants.

    No `devices`: every device, and those that join later, but `except_devices`.
    """

    id: str
    devices: tuple[str, ...]
    message: str
    ends_at_ms: int | None
    issued_by: str
    except_devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredLesson:
    """A running lesson. Fixed `devices`, or `pupils` (user names) who pull devices in.

    `teachers` are (person id, name), in the order in which they joined.
    """

    trust: str
    site: str
    id: str
    class_id: str
    class_name: str
    devices: tuple[str, ...]
    pupils: tuple[str, ...]
    teachers: tuple[tuple[str, str], ...]
    started_at_ms: int
    locks: tuple[StoredLock, ...]


@dataclass(frozen=True, slots=True)
class LessonStarted:
    """A lesson began, with the teachers and locks that it has."""

    lesson: StoredLesson


@dataclass(frozen=True, slots=True)
class LessonEnded:
    """A lesson is over, and every lock with it."""

    trust: str
    site: str
    id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class TeachersChanged:
    """These are the teachers of a lesson now."""

    trust: str
    site: str
    id: str
    teachers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LocksChanged:
    """These are the locks of a lesson now."""

    trust: str
    site: str
    id: str
    locks: tuple[StoredLock, ...]


LessonRecord = LessonStarted | LessonEnded | TeachersChanged | LocksChanged


def add_lesson_records(session: Session, records: Sequence[LessonRecord]) -> None:
    """Write records in order, as a part of a writing transaction.

    A record that is written twice, at once or later, changes nothing the second time: a lesson
    begins once, ends once, and stays as it was when it ended. Raises `LookupError` when a record
    is about a lesson that never began, `StoreConflict` when a lesson is of no known class.
    """
    for record in records:
        match record:
            case LessonStarted(lesson):
                _start(session, lesson)
            case LessonEnded(trust, site, id_, at_ms):
                if (row := _running(session, trust, site, id_)) is not None:
                    row.ended_at_ms = at_ms
                    _write_locks(session, trust, site, id_, ())
            case TeachersChanged(trust, site, id_, teachers):
                if _running(session, trust, site, id_) is not None:
                    _write_teachers(session, trust, site, id_, teachers)
            case LocksChanged(trust, site, id_, locks):
                if _running(session, trust, site, id_) is not None:
                    _write_locks(session, trust, site, id_, locks)


def running_lessons(store: Store, trust: str | None = None) -> list[StoredLesson]:
    """Every lesson that has not ended, oldest first; of one trust, or of all."""
    return _find(store, () if trust is None else (col(Lesson.trust) == trust,))


def running_lesson(store: Store, trust: str, site: str, lesson: str) -> StoredLesson | None:
    """A lesson, if it has begun and not ended."""
    where = col(Lesson.trust) == trust, col(Lesson.site) == site, col(Lesson.id) == lesson
    return next(iter(_find(store, where)), None)


def teachers_of_running_lesson(
    store: Store, trust: str, lesson: str
) -> tuple[str, frozenset[str]] | None:
    """The site of a running lesson and the persons who teach it, in one cheap query."""
    return teachers_of_running_lessons(store, {(trust, lesson)}).get((trust, lesson))


def teachers_of_running_lessons(
    store: Store, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """The same for lessons named by (trust, lesson); those that run, in few queries."""
    trusts = {trust for trust, _ in wanted}
    ids = sorted({lesson for _, lesson in wanted})
    sites: dict[tuple[str, str], str] = {}
    teachers: dict[tuple[str, str], set[str]] = {}
    with store.reading() as session:
        for start in range(0, len(ids), _AT_ONCE):
            query = (
                select(
                    LessonTeacher.trust,
                    LessonTeacher.site,
                    LessonTeacher.lesson,
                    LessonTeacher.person,
                )
                .join(
                    Lesson,
                    (col(Lesson.trust) == LessonTeacher.trust)
                    & (col(Lesson.site) == LessonTeacher.site)
                    & (col(Lesson.id) == LessonTeacher.lesson),
                )
                .where(
                    col(LessonTeacher.trust).in_(trusts),
                    col(LessonTeacher.lesson).in_(ids[start : start + _AT_ONCE]),
                    col(Lesson.ended_at_ms).is_(None),
                )
            )
            for trust, site, lesson, person in session.exec(query):
                if (trust, lesson) in wanted:
                    sites[trust, lesson] = site
                    teachers.setdefault((trust, lesson), set()).add(person)
    return {key: (site, frozenset(teachers[key])) for key, site in sites.items()}


def running_lesson_of_class(
    store: Store, trust: str, site: str, class_id: str
) -> StoredLesson | None:
    """The lesson in which a class is now."""
    where = col(Lesson.trust) == trust, col(Lesson.site) == site, col(Lesson.class_id) == class_id
    return next(iter(_find(store, where)), None)


def _find(store: Store, where: Iterable[ColumnElement[bool]]) -> list[StoredLesson]:
    query = select(Lesson).where(col(Lesson.ended_at_ms).is_(None), *where)
    with store.reading() as session:
        rows = session.exec(query.order_by(col(Lesson.started_at_ms), Lesson.id))
        return [_stored(session, row) for row in rows]


def _stored(session: Session, row: Lesson) -> StoredLesson:
    teachers = session.exec(
        select(LessonTeacher)
        .where(
            LessonTeacher.trust == row.trust,
            LessonTeacher.site == row.site,
            LessonTeacher.lesson == row.id,
        )
        .order_by(col(LessonTeacher.position))
    )
    locks = session.exec(
        select(LessonLock)
        .where(
            LessonLock.trust == row.trust,
            LessonLock.site == row.site,
            LessonLock.lesson == row.id,
        )
        .order_by(col(LessonLock.position))
    )
    return StoredLesson(
        trust=row.trust,
        site=row.site,
        id=row.id,
        class_id=row.class_id,
        class_name=row.class_name,
        devices=tuple(row.devices),
        pupils=tuple(row.pupils),
        teachers=tuple((teacher.person, teacher.name) for teacher in teachers),
        started_at_ms=row.started_at_ms,
        locks=tuple(
            StoredLock(
                lock.id,
                tuple(lock.devices),
                lock.message,
                lock.ends_at_ms,
                lock.issued_by,
                tuple(lock.except_devices),
            )
            for lock in locks
        ),
    )


def _start(session: Session, lesson: StoredLesson) -> None:
    key = lesson.trust, lesson.site, lesson.id
    if session.get(Lesson, key) is not None:
        return
    session.add(
        Lesson(
            trust=lesson.trust,
            site=lesson.site,
            id=lesson.id,
            class_id=lesson.class_id,
            class_name=lesson.class_name,
            members="pupils" if lesson.pupils else "devices",
            devices=list(lesson.devices),
            pupils=list(lesson.pupils),
            started_at_ms=lesson.started_at_ms,
        )
    )
    session.flush()
    _write_teachers(session, *key, lesson.teachers)
    _write_locks(session, *key, lesson.locks)


def _running(session: Session, trust: str, site: str, lesson: str) -> Lesson | None:
    row = session.get(Lesson, (trust, site, lesson))
    if row is None:
        raise LookupError(f"lesson {lesson!r} at {site!r} never began")
    return row if row.ended_at_ms is None else None


def _write_teachers(
    session: Session, trust: str, site: str, lesson: str, teachers: Sequence[tuple[str, str]]
) -> None:
    session.exec(
        delete(LessonTeacher).where(
            col(LessonTeacher.trust) == trust,
            col(LessonTeacher.site) == site,
            col(LessonTeacher.lesson) == lesson,
        )
    )
    session.add_all(
        LessonTeacher(
            trust=trust, site=site, lesson=lesson, person=person, name=name, position=position
        )
        for position, (person, name) in enumerate(teachers)
    )
    session.flush()


def _write_locks(
    session: Session, trust: str, site: str, lesson: str, locks: Sequence[StoredLock]
) -> None:
    session.exec(
        delete(LessonLock).where(
            col(LessonLock.trust) == trust,
            col(LessonLock.site) == site,
            col(LessonLock.lesson) == lesson,
        )
    )
    session.add_all(
        LessonLock(
            trust=trust,
            site=site,
            lesson=lesson,
            id=lock.id,
            devices=list(lock.devices),
            except_devices=list(lock.except_devices),
            message=lock.message,
            ends_at_ms=lock.ends_at_ms,
            issued_by=lock.issued_by,
            position=position,
        )
        for position, lock in enumerate(locks)
    )
    session.flush()
