"""The database behind a URL: opened, brought to the newest schema, and given out in transactions.

The only module that knows which database it is.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlmodel import Session, SQLModel

BUSY_TIMEOUT_S = 30.0
"""How long one transaction waits for another one's lock on the database."""

_WRITES = "formroom_writes"


class StoreConflict(ValueError):
    """What should be written contradicts what is there, or needs what is not there."""


class StoreUnavailable(RuntimeError):
    """The database does not answer now: it is busy, full or gone. Nothing was written."""


class Store:
    """An open database. Safe to share between threads; each transaction has its own connection.

    Transactions raise `StoreConflict` and `StoreUnavailable`, never an error of the driver.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing_engine = engine.execution_options(**{_WRITES: True})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees one state of the database and changes nothing."""
        with _own_errors(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at the end, or rolled back when the block raises.

        Writers follow one another; each sees everything that the earlier ones committed. When
        the block is left without an error the change is on the disk.
        """
        with (
            _own_errors(),
            Session(self._writing_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def insert_into(session: Session, model: type[SQLModel]) -> Any:
    """An INSERT that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    name = session.get_bind().dialect.name
    return (postgresql.insert if name == "postgresql" else sqlite.insert)(model)


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise StoreConflict(str(error.orig)) from error
    except (UnicodeEncodeError, OverflowError) as error:
        # A driver refuses half a surrogate pair, and a number of more than 64 bits, by itself.
        raise StoreConflict(str(error)) from error
    except SQLAlchemyError as error:
        raise StoreUnavailable(str(error)) from error


def open_store(url: str) -> Store:
    """The database at `url`, made if it is missing and brought to the newest schema.

    Any number of processes may open the same database at once; one of them migrates and the
    others wait. Raises `ValueError` for a kind of database that is not supported.
    """
    parsed = make_url(url)
    if (
        parsed.get_backend_name() != "sqlite"
        or not parsed.database
        or parsed.database == ":memory:"
    ):
        raise ValueError(
            f"database_url: {parsed.drivername} is not supported; use a sqlite:/// file"
        )
    _prepare_file(Path(parsed.database))
    engine = _create_engine(parsed)
    store = Store(engine)
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        migrate(connection)
    return store


def migrate(connection: Connection) -> None:
    """Bring the schema to its newest version, within the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _create_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    # A writer takes the lock first: one that read before it wrote could not wait for another.
    writes: Any = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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
