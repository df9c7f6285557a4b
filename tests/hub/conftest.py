"""A hub on a real database file, with the twin schools of `tests.hub.school`."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from hub.passwords import Passwords
from hub.settings import Settings
from store.engine import Store, open_store
from tests.hub.school import CHEAP, School, fill


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, frontend_dir=tmp_path / "dist")


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The twin schools, made once and copied for each test."""
    path = tmp_path_factory.mktemp("twins") / "formroom.sqlite3"
    passwords = Passwords(CHEAP)
    store = open_store(f"sqlite:///{path}")
    fill(store, passwords)
    store.close()
    passwords.close()
    return path


@pytest.fixture
def hub_store(settings: Settings) -> Iterator[Store]:
    """A database without people."""
    store = open_store(settings.database_url)
    yield store
    store.close()


@pytest.fixture
def fresh_school(hub_store: Store, settings: Settings) -> Iterator[School]:
    """An installation that nobody has set up."""
    school = School.open(hub_store, settings)
    yield school
    school.context.passwords.close()


@pytest.fixture
def school(filled_database: Path, settings: Settings) -> Iterator[School]:
    """An installation with two trusts, `oak` and `elm`."""
    copy(filled_database, settings.data_dir / "formroom.sqlite3")
    store = open_store(settings.database_url)
    school = School.open(store, settings)
    yield school
    school.context.passwords.close()
    store.close()
