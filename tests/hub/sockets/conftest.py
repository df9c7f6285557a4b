"""A filled school database for each test, made once."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from store.engine import open_store
from tests.hub.sockets.school import fill


@pytest.fixture(scope="session")
def school_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("school") / "formroom.sqlite3"
    store = open_store(f"sqlite:///{path}")
    fill(store)
    store.close()
    return path


@pytest.fixture
def database(school_template: Path, tmp_path: Path) -> Path:
    return Path(copy(school_template, tmp_path / "formroom.sqlite3"))
