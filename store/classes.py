"""Classes: which pupils and which devices belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from store.engine import Store
from store.models import ClassDevice, ClassPupil, Device, SchoolClass


class UnknownDevice(LookupError):
    """A class names a device that is not enrolled at its site."""


@dataclass(frozen=True, slots=True)
class ClassMember:
    """A device (`id` is its id) or a pupil (`id` is the user name) of a class."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class with its members, in the order in which they were given."""

    trust: str
    site: str
    id: str
    name: str
    devices: tuple[ClassMember, ...]
    pupils: tuple[ClassMember, ...]


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """A class and the numbers of its members."""

    trust: str
    site: str
    id: str
    name: str
    pupils: int
    devices: int


def save_class(
    store: Store,
    trust: str,
    site: str,
    class_id: str,
    name: str,
    devices: Sequence[str],
    pupils: Sequence[ClassMember],
    now_ms: int,
) -> None:
    """Create a class, or replace its name and members.

    Raises `UnknownDevice` when a device is not enrolled at this site; then nothing changed.
    """
    with store.writing() as session:
        found = session.get(SchoolClass, (trust, site, class_id))
        if found is None:
            found = SchoolClass(
                trust=trust, site=site, id=class_id, name=name, created_at_ms=now_ms
            )
        found.name = name
        session.add(found)
        session.flush()
        _replace_members(session, trust, site, class_id, devices, pupils)


def find_class(store: Store, trust: str, site: str, class_id: str) -> ClassRow | None:
    """A class with its members."""
    with store.reading() as session:
        found = session.get(SchoolClass, (trust, site, class_id))
        if found is None:
            return None
        devices = session.exec(
            select(Device.id, Device.name)
            .join(
                ClassDevice,
                (col(ClassDevice.trust) == Device.trust)
                & (col(ClassDevice.site) == Device.site)
                & (col(ClassDevice.device) == Device.id),
            )
            .where(
                ClassDevice.trust == trust,
                ClassDevice.site == site,
                ClassDevice.class_id == class_id,
            )
            .order_by(col(ClassDevice.position))
        )
        pupils = session.exec(
            select(ClassPupil.user, ClassPupil.name)
            .where(
                ClassPupil.trust == trust, ClassPupil.site == site, ClassPupil.class_id == class_id
            )
            .order_by(col(ClassPupil.position))
        )
        return ClassRow(
            trust,
            site,
            class_id,
            found.name,
            tuple(ClassMember(*row) for row in devices),
            tuple(ClassMember(*row) for row in pupils),
        )


def list_classes(store: Store, trust: str) -> list[ClassSummary]:
    """Every class of a trust, by name."""
    with store.reading() as session:
        devices = _count(session, ClassDevice, trust)
        pupils = _count(session, ClassPupil, trust)
        query = select(SchoolClass).where(SchoolClass.trust == trust)
        return [
            ClassSummary(
                trust,
                row.site,
                row.id,
                row.name,
                pupils.get((row.site, row.id), 0),
                devices.get((row.site, row.id), 0),
            )
            for row in session.exec(query.order_by(SchoolClass.name, SchoolClass.id))
        ]


def _count(
    session: Session, members: type[ClassDevice] | type[ClassPupil], trust: str
) -> dict[tuple[str, str], int]:
    query = (
        select(members.site, members.class_id, func.count())
        .where(members.trust == trust)
        .group_by(col(members.site), col(members.class_id))
    )
    return {(site, class_id): count for site, class_id, count in session.exec(query)}


def _replace_members(
    session: Session,
    trust: str,
    site: str,
    class_id: str,
    devices: Sequence[str],
    pupils: Sequence[ClassMember],
) -> None:
    for table in (ClassDevice, ClassPupil):
        session.exec(
            delete(table).where(
                col(table.trust) == trust,
                col(table.site) == site,
                col(table.class_id) == class_id,
            )
        )
    for position, device in enumerate(devices):
        if session.get(Device, (trust, site, device)) is None:
            raise UnknownDevice(f"{device!r} is not enrolled at this site")
        session.add(
            ClassDevice(trust=trust, site=site, class_id=class_id, device=device, position=position)
        )
    for position, pupil in enumerate(pupils):
        session.add(
            ClassPupil(
                trust=trust,
                site=site,
                class_id=class_id,
                user=pupil.id,
                name=pupil.name,
                position=position,
            )
        )
    session.flush()
