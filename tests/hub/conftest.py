"""A hub on a real database file, with the twin schools of `tests.hub.school`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.settings import Settings
from store.engine import Store, open_store
from tests.hub.school import School, fill


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, frontend_dir=tmp_path / "dist")


@pytest.fixture
def hub_store(settings: Settings) -> Iterator[Store]:
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
def school(fresh_school: School) -> School:
    """An installation with two trusts, `oak` and `elm`."""
    fill(fresh_school.context.store, fresh_school.context.passwords)
    return fresh_school
