"""The tables. Rows never leave this package except as the frozen records of its other modules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

TEXT_LIMIT = 256
"""Characters of any name."""


def _moment(**options: Any) -> Any:
    """A time in milliseconds, as since 1970 UTC, which needs 64 bits."""
    return Field(sa_type=BigInteger, **options)


def _names() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))


def _position() -> Any:
    """A number that grows with every row and is never given twice."""
    kind = BigInteger().with_variant(Integer(), "sqlite")
    return Field(default=None, sa_column=Column(kind, primary_key=True, autoincrement=True))


def _long_text() -> Any:
    return Field(sa_type=Text)


def _of_site() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["trust", "site"], ["sites.trust", "sites.id"])


class Trust(SQLModel, table=True):
    """An organisation that runs one or more schools."""

    __tablename__ = "trusts"
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=TEXT_LIMIT)
    created_at_ms: int = _moment()


class Site(SQLModel, table=True):
    """A school."""

    __tablename__ = "sites"
    trust: str = Field(primary_key=True, foreign_key="trusts.id", max_length=64)
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=TEXT_LIMIT)
    created_at_ms: int = _moment()


class Person(SQLModel, table=True):
    """A member of staff. `user` is what the person signs in with, unique over all trusts."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("user", name="people_user"),)
    trust: str = Field(primary_key=True, foreign_key="trusts.id", max_length=64)
    id: str = Field(primary_key=True, max_length=64)
    user: str = Field(max_length=TEXT_LIMIT)
    name: str = Field(max_length=TEXT_LIMIT)
    created_at_ms: int = _moment()


class RoleGrant(SQLModel, table=True):
    """A role of a person at a site; site "*" is every site of the trust."""

    __tablename__ = "roles"
    __table_args__ = (ForeignKeyConstraint(["trust", "person"], ["people.trust", "people.id"]),)
    trust: str = Field(primary_key=True, max_length=64)
    person: str = Field(primary_key=True, max_length=64)
    role: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)


class Credential(SQLModel, table=True):
    """The hash of a person's password."""

    __tablename__ = "credentials"
    __table_args__ = (ForeignKeyConstraint(["trust", "person"], ["people.trust", "people.id"]),)
    trust: str = Field(primary_key=True, max_length=64)
    person: str = Field(primary_key=True, max_length=64)
    password_hash: str = Field(max_length=TEXT_LIMIT)
    changed_at_ms: int = _moment()


class SignIn(SQLModel, table=True):
    """A person's session in one browser, under the hash of its token."""

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(["trust", "person"], ["people.trust", "people.id"]),
        Index("sessions_person", "trust", "person"),
    )
    token_hash: bytes = Field(primary_key=True)
    trust: str = Field(max_length=64)
    person: str = Field(max_length=64)
    created_at_ms: int = _moment()
    seen_at_ms: int = _moment()


class SetupCode(SQLModel, table=True):
    """The one-time code of an installation without people."""

    __tablename__ = "setup_codes"
    code_hash: bytes = Field(primary_key=True)
    expires_at_ms: int = _moment()


class Device(SQLModel, table=True):
    """An enrolled PC and the public half of its Ed25519 key."""

    __tablename__ = "devices"
    __table_args__ = (_of_site(),)
    trust: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=TEXT_LIMIT)
    room: str = Field(max_length=TEXT_LIMIT)
    public_key: bytes
    enrolled_at_ms: int = _moment()


class SchoolClass(SQLModel, table=True):
    """A class of pupils."""

    __tablename__ = "classes"
    __table_args__ = (_of_site(),)
    trust: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=TEXT_LIMIT)
    created_at_ms: int = _moment()


def _of_class() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["trust", "site", "class_id"], ["classes.trust", "classes.site", "classes.id"]
    )


class ClassDevice(SQLModel, table=True):
    """A device that belongs to a class."""

    __tablename__ = "class_devices"
    __table_args__ = (
        _of_class(),
        ForeignKeyConstraint(
            ["trust", "site", "device"], ["devices.trust", "devices.site", "devices.id"]
        ),
    )
    trust: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)
    class_id: str = Field(primary_key=True, max_length=64)
    device: str = Field(primary_key=True, max_length=64)
    position: int


class ClassPupil(SQLModel, table=True):
    """A pupil of a class: the account that signs on at a PC, and the name that staff see."""

    __tablename__ = "class_pupils"
    __table_args__ = (_of_class(),)
    trust: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)
    class_id: str = Field(primary_key=True, max_length=64)
    user: str = Field(primary_key=True, max_length=TEXT_LIMIT)
    name: str = Field(max_length=TEXT_LIMIT)
    position: int


class Lesson(SQLModel, table=True):
    """One run of a class. Its members are written down as they were when it began."""

    __tablename__ = "lessons"
    __table_args__ = (_of_class(), Index("lessons_class", "trust", "site", "class_id"))
    trust: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)
    id: str = Field(primary_key=True, max_length=64)
    class_id: str = Field(max_length=64)
    class_name: str = Field(max_length=TEXT_LIMIT)
    members: str = Field(max_length=16)
    devices: list[str] = _names()
    pupils: list[str] = _names()
    started_at_ms: int = _moment()
    ended_at_ms: int | None = _moment(default=None, nullable=True, index=True)


def _of_lesson() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["trust", "site", "lesson"], ["lessons.trust", "lessons.site", "lessons.id"]
    )


class LessonTeacher(SQLModel, table=True):
    """A teacher who is in a lesson, under the name that he or she had then."""

    __tablename__ = "lesson_teachers"
    __table_args__ = (_of_lesson(), Index("lesson_teachers_lesson", "trust", "lesson"))
    trust: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)
    lesson: str = Field(primary_key=True, max_length=64)
    person: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=TEXT_LIMIT)
    position: int


class LessonLock(SQLModel, table=True):
    """A lock that a running lesson wants. No devices: every device but `except_devices`."""

    __tablename__ = "lesson_locks"
    __table_args__ = (_of_lesson(),)
    trust: str = Field(primary_key=True, max_length=64)
    site: str = Field(primary_key=True, max_length=64)
    lesson: str = Field(primary_key=True, max_length=64)
    id: str = Field(primary_key=True, max_length=64)
    devices: list[str] = _names()
    except_devices: list[str] = _names()
    message: str = Field(max_length=2048)
    ends_at_ms: int | None = _moment(default=None, nullable=True)
    issued_by: str = Field(max_length=TEXT_LIMIT)
    position: int


class DeviceEventRow(SQLModel, table=True):
    """What a device reported, once under the number that the device gave it.

    No reference to the device: what waited in its outbox is taken after it was removed, too.
    """

    __tablename__ = "device_events"
    __table_args__ = (
        UniqueConstraint("trust", "site", "device", "epoch", "seq", name="device_events_number"),
        Index("device_events_site", "trust", "site", "position"),
        {"sqlite_autoincrement": True},
    )
    position: int = _position()
    trust: str = Field(max_length=64)
    site: str = Field(max_length=64)
    device: str = Field(max_length=64)
    epoch: str = Field(max_length=64)
    seq: int = Field(sa_type=BigInteger)
    kind: str = Field(max_length=64)
    user: str = Field(max_length=TEXT_LIMIT)
    lesson: str = Field(max_length=64)
    at_ms: int = _moment()
    received_at_ms: int = _moment()
    subject: str = Field(max_length=TEXT_LIMIT)
    detail: str = _long_text()


class SiteDay(SQLModel, table=True):
    """How many events of a kind came from a site on a day (days since 1970, UTC)."""

    __tablename__ = "site_days"
    __table_args__ = (_of_site(),)
    trust: str = Field(primary_key=True, max_length=64)
    day: int = Field(primary_key=True)
    site: str = Field(primary_key=True, max_length=64)
    kind: str = Field(primary_key=True, max_length=64)
    count: int = Field(sa_type=BigInteger)


class AuditRow(SQLModel, table=True):
    """An entry of a trust's audit record, chained to the one before it."""

    __tablename__ = "audit_entries"
    __table_args__ = (UniqueConstraint("trust", "id", "site", name="audit_entries_act"),)
    trust: str = Field(primary_key=True, foreign_key="trusts.id", max_length=64)
    number: int = Field(sa_type=BigInteger, primary_key=True)
    site: str = Field(max_length=64)
    id: str = Field(max_length=TEXT_LIMIT)
    at_ms: int = _moment()
    person: str = Field(max_length=64)
    person_name: str = Field(max_length=TEXT_LIMIT)
    act: str = Field(max_length=64)
    subject: str = Field(max_length=TEXT_LIMIT)
    pupil: str = Field(max_length=TEXT_LIMIT)
    detail: str = _long_text()
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """The last entry of a trust's audit record, so that entries cut off its end are missed."""

    __tablename__ = "audit_heads"
    trust: str = Field(primary_key=True, foreign_key="trusts.id", max_length=64)
    number: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)


class ShardLife(SQLModel, table=True):
    """How often a shard has begun; what an earlier life still sends is refused."""

    __tablename__ = "shard_lives"
    name: str = Field(primary_key=True, max_length=TEXT_LIMIT)
    life: int = Field(sa_type=BigInteger)


class DeadLetterRow(SQLModel, table=True):
    """Something that can never be stored as it is, kept for a human under its digest."""

    __tablename__ = "dead_letters"
    __table_args__ = (
        UniqueConstraint("trust", "site", "digest", name="dead_letters_digest"),
        {"sqlite_autoincrement": True},
    )
    position: int = _position()
    trust: str = Field(max_length=TEXT_LIMIT)
    site: str = Field(max_length=TEXT_LIMIT)
    digest: str = Field(max_length=64)
    device: str = Field(max_length=TEXT_LIMIT)
    kind: str = Field(max_length=64)
    reason: str = _long_text()
    content: str = _long_text()
    at_ms: int = _moment()


class ProbeResultRow(SQLModel, table=True):
    """A round of a probe: every one that failed, and the last that did not."""

    __tablename__ = "probe_results"
    __table_args__ = (
        Index("probe_results_probe", "probe", "position"),
        {"sqlite_autoincrement": True},
    )
    position: int = _position()
    probe: str = Field(max_length=64)
    at_ms: int = _moment()
    outcome: str = Field(max_length=16)
    seen_ms: int | None = Field(default=None, sa_type=BigInteger, nullable=True)
    reason: str = _long_text()


class ProbeQuarter(SQLModel, table=True):
    """What a probe found in a quarter of an hour (quarters since 1970, UTC)."""

    __tablename__ = "probe_quarters"
    probe: str = Field(primary_key=True, max_length=64)
    quarter: int = Field(primary_key=True)
    up_ms: int = _moment()
    down_ms: int = _moment()
    up: int
    late: int
    down: int
