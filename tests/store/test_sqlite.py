import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine import Store, StoreUnavailable, open_store
from store.sites import add_trust, list_sites
from tests.store.conftest import NOW_MS, fill

pytestmark = pytest.mark.slow


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = open_store(sqlite_url)
    fill(store)
    yield store
    store.close()


def test_the_database_is_readable_by_its_owner_only(store: Store, tmp_path: Path) -> None:
    files = list(tmp_path.glob("formroom.sqlite3*"))
    assert len(files) >= 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_an_existing_database_that_others_could_read_is_closed_to_them(
    sqlite_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "formroom.sqlite3"
    path.touch(0o644)
    open_store(sqlite_url).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_commits_reach_the_disk_and_foreign_keys_hold(store: Store) -> None:
    with store.reading() as session:
        connection = session.connection()
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 30_000]


def test_a_writer_holds_the_lock_from_its_first_moment(store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "formroom.sqlite3", timeout=0)
    with store.writing() as session:
        session.connection()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_database_that_is_gone_is_told_as_such(store: Store, tmp_path: Path) -> None:
    store.close()
    for file in tmp_path.glob("formroom.sqlite3*"):
        file.unlink()
    (tmp_path / "formroom.sqlite3").mkdir()
    with pytest.raises(StoreUnavailable, match="unable to open"):
        list_sites(store)
    with pytest.raises(StoreUnavailable, match="unable to open"), store.writing() as session:
        add_trust(session, "ash", "Ash", NOW_MS)


def test_a_file_that_is_taken_away_is_noticed_and_found_again(store: Store, tmp_path: Path) -> None:
    list_sites(store)
    names = [file.name for file in tmp_path.glob("formroom.sqlite3*")]
    (tmp_path / "away").mkdir()
    for name in names:
        (tmp_path / name).rename(tmp_path / "away" / name)
    for _ in range(3):
        with pytest.raises(StoreUnavailable), store.writing() as session:
            add_trust(session, "ash", "Ash", NOW_MS)
    assert list(tmp_path.glob("formroom.sqlite3")) == [], "no empty file takes its place"
    for name in names:
        (tmp_path / "away" / name).rename(tmp_path / name)
    with store.writing() as session:
        add_trust(session, "ash", "Ash", NOW_MS)
    assert len(list_sites(store)) == 3
