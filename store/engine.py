"""The database behind a URL: opened, brought to the newest schema, and given out in transactions.

The only module that knows which database it is; `sqlite.py` and `postgresql.py` say how each
is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy.dialects.postgresql
import sqlalchemy.dialects.sqlite
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlmodel import Session, SQLModel

from store import postgresql, sqlite

_USE = "formroom_use"


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
        self._writing_engine = engine.execution_options(**{_USE: "writing"})

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
    if session.get_bind().dialect.name == "postgresql":
        return sqlalchemy.dialects.postgresql.insert(model)
    return sqlalchemy.dialects.sqlite.insert(model)


def insert_rows(
    session: Session,
    model: type[SQLModel],
    columns: Sequence[str],
    rows: Sequence[tuple[str | int, ...]],
    *,
    skip_known: bool,
) -> None:
    """Insert rows of texts and whole numbers in their order, by way of the driver itself.

    With `skip_known` those are left out that a row is there for already.
    """
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    into = f"{model.__tablename__} ({', '.join(map(quote, columns))})"
    known = " ON CONFLICT DO NOTHING" if skip_known else ""
    if connection.dialect.name == "postgresql":
        postgresql.insert_rows(connection, into, rows, known)
    else:
        sqlite.insert_rows(connection, into, rows, known)


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise StoreConflict(_reason(error)) from error
    except (UnicodeEncodeError, OverflowError) as error:
        # A driver refuses half a surrogate pair, and a number of more than 64 bits, by itself.
        raise StoreConflict(str(error)) from error
    except SQLAlchemyError as error:
        raise StoreUnavailable(_reason(error)) from error


def _reason(error: SQLAlchemyError) -> str:
    """What the database said, without the statement and the values that it was about."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return str(said).partition("\n")[0]


def open_store(url: str) -> Store:
    """The database at `url`, brought to the newest schema; a SQLite file is made if missing.

    Any number of processes may open the same database at once; one of them migrates and the
    others wait. Raises `ValueError` for a URL or a schema that this program cannot use, and
    `StoreUnavailable` when the database does not answer. No error names a password.
    """
    engine = _engine(url)
    event.listen(engine, "begin", _begin)
    store = Store(engine)
    try:
        with _own_errors(), engine.execution_options(**{_USE: "migration"}).begin() as connection:
            migrate(connection)
    except BaseException:
        store.close()
        raise
    return store


def migrate(connection: Connection) -> None:
    """Bring the schema to its newest version, within the connection's transaction.

    Raises `ValueError` when the schema is newer than this program.
    """
    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        reason = "the database was made by a newer version of this program"
        raise ValueError(f"database_url: {reason}: {error}") from None


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("database_url: this is not a URL of a database") from None
    match parsed.get_backend_name():
        case "sqlite":
            return sqlite.open_sqlite(parsed)
        case "postgresql":
            return postgresql.open_postgresql(parsed)
        case other:
            raise ValueError(
                f"database_url: {other} is not supported; use sqlite:///file or postgresql://…"
            )


def _begin(connection: Connection) -> None:
    use: Any = connection.get_execution_options().get(_USE)
    if connection.dialect.name == "sqlite":
        sqlite.begin(connection, writes=use is not None)
    elif use == "migration":
        postgresql.wait_for_migration(connection)
    else:
        postgresql.begin(connection, writes=use is not None)
