"""Real databases of both kinds, with twin schools in twin trusts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine import Store, open_store
from store.sites import add_site, add_trust
from tests.postgresql import Server

NOW_MS = 1_800_000_000_000


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'formroom.sqlite3'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.url(server.new_database(request.getfixturevalue("postgresql_template")))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty SQLite database."""
    return f"sqlite:///{tmp_path / 'formroom.sqlite3'}"


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server) -> str:
    """A database with all tables, of which copies are made."""
    name = postgresql.new_database()
    open_store(postgresql.url(name)).close()
    return name


@pytest.fixture
def postgresql_url(postgresql: Server) -> str:
    """A PostgreSQL database without any table."""
    return postgresql.url(postgresql.new_database())


@pytest.fixture
def empty_store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """Trusts `oak` and `elm`, both with a site `hill`; `oak` also runs `dale`."""
    fill(empty_store)
    return empty_store


def fill(store: Store) -> None:
    """Trusts `oak` and `elm`, both with a site `hill`; `oak` also runs `dale`."""
    with store.writing() as session:
        for trust in ("oak", "elm"):
            add_trust(session, trust, trust.title(), NOW_MS)
            add_site(session, trust, "hill", f"Hill of {trust}", NOW_MS)
        add_site(session, "oak", "dale", "Dale", NOW_MS)
