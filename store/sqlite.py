"""SQLite as the store uses it: one file in write-ahead mode, each commit flushed to the disk."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 30.0
"""How long one transaction waits for another one's lock on the database."""
_FILE = "formroom_file"


class DatabaseGone(SQLAlchemyError):
    """The file is not where it was, so what is written to it would be lost."""


def open_sqlite(url: URL) -> Engine:
    """The database file at `url`, made if it is missing. Raises `ValueError` without a file."""
    if not url.database or url.database == ":memory:":
        raise ValueError("database_url: sqlite needs a file, as in sqlite:///formroom.sqlite3")
    path = Path(url.database).absolute()
    _prepare_file(path)
    engine = create_engine(url, creator=lambda: _connect(path), hide_parameters=True)

    def remember(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_FILE] = path, _identity(path)

    event.listen(engine, "connect", remember)
    return engine


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction; a writer takes the lock first.

    One that read before it wrote could not wait for another. Raises `DatabaseGone` when the file
    was removed or replaced since the connection was made: the system would let it be written.
    """
    path, identity = connection.info[_FILE]
    if _identity(path) != identity:
        connection.invalidate()
        raise DatabaseGone(f"{path} was removed or replaced")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_rows(
    connection: Connection, into: str, rows: Sequence[tuple[str | int, ...]], known: str
) -> None:
    """Insert rows in their order into a table with its columns; `known` ends the statement."""
    marks = ", ".join("?" * len(rows[0]))
    connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks}){known}", list(rows))


def _connect(path: Path) -> sqlite3.Connection:
    # A file that is gone must not come back empty, as it would in the usual mode.
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_file(path: Path) -> None:
    """Make the file readable by its owner only, and switch it to a write-ahead log."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR))
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError:
                # SQLite does not wait for a lock when it changes the journal's mode.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
