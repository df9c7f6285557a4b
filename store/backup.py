"""Copies of a whole database in one file, made while it is used, and put into an empty place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel, col, func, select

from store.audit import verify
from store.engine import Store, StoreUnavailable, open_store
from store.models import AuditRow, Device, DeviceEventRow, Person, Trust
from store.postgresql import open_postgresql

_SQLITE_MAGIC = b"SQLite format 3\0"
_POSTGRESQL_MAGIC = b"PGDMP"


class BackupError(ValueError):
    """The backup or the restoration cannot be had; nothing was left half done."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds. `broken` names the trusts whose audit record does not hold."""

    trusts: int
    people: int
    devices: int
    events: int
    audit_entries: int
    broken: tuple[str, ...]


def back_up(url: str, file: Path) -> int:
    """Write the database at `url`, as it is at one moment, to a new file that is its owner's only.

    The server may go on meanwhile. Answers the file's size in bytes. Raises `BackupError` when
    the file is there already or the database cannot be copied; then there is no file.
    """
    parsed = make_url(url)
    if file.exists():
        raise BackupError(f"{file} is there already: a backup never takes the place of another")
    part = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, stat.S_IRUSR | stat.S_IWUSR))
        if parsed.get_backend_name() == "sqlite":
            _copy_sqlite(Path(parsed.database or ""), part)
        else:
            _run_postgresql("pg_dump", parsed, "--format=custom", f"--file={part}")
        _flush(part)
        os.link(part, file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return file.stat().st_size


def restore(url: str, file: Path) -> Contents:
    """Put a backup into the place that `url` names, which must be empty, and look through it.

    An older schema is brought to the newest. Raises `BackupError` when the place is not empty,
    the backup is of the other kind of database, damaged, or of a newer program. Afterwards a
    SQLite file is whole or not there; a PostgreSQL database that was filled and then found
    damaged is told of and left.
    """
    parsed = make_url(url)
    magic = _beginning(file)
    kind = parsed.get_backend_name()
    if not magic.startswith(_SQLITE_MAGIC if kind == "sqlite" else _POSTGRESQL_MAGIC):
        raise BackupError(f"{file} is not a backup of a {kind} database, which database_url names")
    if kind == "sqlite":
        return _restore_sqlite(Path(parsed.database or ""), file)
    if _has_tables(parsed):
        raise BackupError("the database that database_url names is not empty: give an empty one")
    _run_postgresql("pg_restore", parsed, "--single-transaction", "--exit-on-error", str(file))
    return _look_through(url)


def contents(store: Store) -> Contents:
    """Count what a database holds, and follow every trust's audit record."""
    with store.reading() as session:
        tables: tuple[type[SQLModel], ...] = Person, Device, DeviceEventRow, AuditRow
        people, devices, events, entries = (
            session.exec(select(func.count()).select_from(table)).one() for table in tables
        )
        trusts = session.exec(select(Trust.id).order_by(col(Trust.id))).all()
    broken = tuple(trust for trust in trusts if verify(store, trust).first_broken is not None)
    return Contents(len(trusts), people, devices, events, entries, broken)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupError(f"there is no database at {source}")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as there,
            closing(sqlite3.connect(target)) as here,
        ):
            # In one step, so that it is of one moment; writers go on beside a reader.
            there.backup(here)
            here.execute("PRAGMA journal_mode=DELETE")
            _check_sqlite(here)
    except sqlite3.Error as error:
        raise BackupError(f"the database cannot be copied: {error}") from error


def _check_sqlite(connection: sqlite3.Connection) -> None:
    answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if answer != "ok":
        raise BackupError(f"the database is damaged: {answer}")


def _restore_sqlite(target: Path, file: Path) -> Contents:
    if any(target.with_name(target.name + end).exists() for end in ("", "-wal", "-shm")):
        raise BackupError(f"{target} is not empty: restore to a place where nothing is")
    target.parent.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("xb") as copy, file.open("rb") as source:
            part.chmod(stat.S_IRUSR | stat.S_IWUSR)
            shutil.copyfileobj(source, copy)
        with closing(sqlite3.connect(part)) as connection:
            _check_sqlite(connection)
        found = _look_through(f"sqlite:///{part}")
        _flush(part)
        os.link(part, target)
        return found
    except sqlite3.Error as error:
        raise BackupError(f"{file} is damaged: {error}") from error
    except FileExistsError as error:
        raise BackupError(f"{error.filename2 or part} is there already") from error
    finally:
        for end in ("", "-wal", "-shm"):
            part.with_name(part.name + end).unlink(missing_ok=True)


def _look_through(url: str) -> Contents:
    try:
        store = open_store(url)
    except (ValueError, StoreUnavailable) as error:
        raise BackupError(f"what was restored cannot be opened: {error}") from error
    try:
        return contents(store)
    finally:
        store.close()


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as backup:
            return backup.read(16)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}") from error


def _flush(file: Path) -> None:
    """See to it that a file's content is on the disk before it gets its name."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _has_tables(url: URL) -> bool:
    engine = open_postgresql(url)
    try:
        return bool(inspect(engine).get_table_names())
    except SQLAlchemyError as error:
        raise BackupError("the database that database_url names does not answer") from error
    finally:
        engine.dispose()


def _run_postgresql(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, unseen by others."""
    environment: Mapping[str, str] = os.environ
    if url.password is not None:
        environment = {**os.environ, "PGPASSWORD": str(url.password)}
    place = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    ).render_as_string()
    command = [program, "--no-password", "--no-owner", "--no-privileges", f"--dbname={place}"]
    try:
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise BackupError(
            f"{program} is not installed: it comes with PostgreSQL's client programs"
        ) from None
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()[:500]}")
