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

BUSY_TIMEOUT_S = 30.0
"""How long one transaction waits for another one's lock on the database."""


def open_sqlite(url: URL) -> Engine:
    """The database file at `url`, made if it is missing. Raises `ValueError` without a file."""
    if not url.database or url.database == ":memory:":
        raise ValueError("database_url: sqlite needs a file, as in sqlite:///formroom.sqlite3")
    _prepare_file(Path(url.database))
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, hide_parameters=True)
    event.listen(engine, "connect", _configure)
    return engine


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction; a writer takes the lock first.

    One that read before it wrote could not wait for another.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_rows(
    connection: Connection, into: str, rows: Sequence[tuple[str | int, ...]], known: str
) -> None:
    """Insert rows in their order into a table with its columns; `known` ends the statement."""
    marks = ", ".join("?" * len(rows[0]))
    connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks}){known}", list(rows))


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


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
