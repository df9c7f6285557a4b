"""PostgreSQL as the store uses it: writers in a row as with SQLite, and no wait without an end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL

WRITERS_LOCK = 0x666F726D
"""The advisory lock that each writing transaction holds until its end."""
LOCK_TIMEOUT_S = 30
"""How long a writing transaction waits for the one before it."""
STATEMENT_TIMEOUT_S = 60
CONNECT_TIMEOUT_S = 5

_SETTINGS = {
    "synchronous_commit": "on",
    "lock_timeout": f"{LOCK_TIMEOUT_S}s",
    "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
    # A process that hangs within a transaction must not hold up the others for ever.
    "idle_in_transaction_session_timeout": f"{STATEMENT_TIMEOUT_S}s",
    "timezone": "UTC",
}
_ARRAYS: dict[type, str] = {str: "text", int: "bigint"}
_DRIVER_OPTIONS = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "application_name": "formroom",
    "client_encoding": "utf8",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def open_postgresql(url: URL) -> Engine:
    """The database at `url`; connections that died are replaced when they are next needed.

    What the URL says goes before what is chosen here. Raises `ValueError` without a database.
    """
    if not url.database:
        raise ValueError("database_url: name the database, as in postgresql://host/formroom")
    arguments: dict[str, object] = {
        name: value for name, value in _DRIVER_OPTIONS.items() if name not in url.query
    }
    # A plan that was made while a table was small would be kept when it is large.
    arguments["prepare_threshold"] = None
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    arguments["options"] = f"{settings} {url.query.get('options', '')}".strip()
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=arguments,
        pool_pre_ping=True,
        pool_timeout=LOCK_TIMEOUT_S,
        hide_parameters=True,
    )


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction: readers see one state; writers follow one another.

    A writer sees at each statement what is committed by then, and only itself changes it.
    """
    if writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def insert_rows(
    connection: Connection, into: str, rows: Sequence[tuple[str | int, ...]], known: str
) -> None:
    """Insert rows in their order into a table with its columns; `known` ends the statement.

    An array for each column costs a quarter of a statement for each row. As they are arrays of
    texts without a limit, a text that is too long for its column is refused and not cut.
    """
    arrays = ", ".join(f"%s::{_ARRAYS[type(value)]}[]" for value in rows[0])
    connection.exec_driver_sql(
        f"INSERT INTO {into} SELECT * FROM unnest({arrays}){known}",
        tuple(list(column) for column in zip(*rows, strict=True)),
    )


def wait_for_migration(connection: Connection) -> None:
    """Begin a transaction that changes the schema: it may take its time, and wait for another.

    Raises `ValueError` when the database cannot hold every text.
    """
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise ValueError(f"database_url: the database's encoding is {encoding}; it must be UTF8")
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    begin(connection, writes=True)
