"""A real database file, with twin schools in twin trusts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine import Store, open_store
from store.sites import add_site, add_trust

NOW_MS = 1_800_000_000_000


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'formroom.sqlite3'}"


@pytest.fixture
def empty_store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """Trusts `oak` and `elm`, both with a site `hill`; `oak` also runs `dale`."""
    with empty_store.writing() as session:
        for trust in ("oak", "elm"):
            add_trust(session, trust, trust.title(), NOW_MS)
            add_site(session, trust, "hill", f"Hill of {trust}", NOW_MS)
        add_site(session, "oak", "dale", "Dale", NOW_MS)
    return empty_store
