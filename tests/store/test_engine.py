import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from store.engine import Store, StoreConflict, StoreUnavailable, open_store
from store.models import Site
from store.sites import add_site, add_trust, list_sites

pytestmark = pytest.mark.slow

NOW_MS = 1_800_000_000_000


def test_migration_from_nothing_gives_exactly_the_models(empty_store: Store) -> None:
    with empty_store.reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, SQLModel.metadata) == []
        assert context.get_current_revision() == "0002"


def test_a_second_opening_keeps_what_is_there(url: str) -> None:
    first = open_store(url)
    with first.writing() as session:
        add_trust(session, "oak", "Oak", NOW_MS)
        add_site(session, "oak", "hill", "Hill", NOW_MS)
    first.close()
    second = open_store(url)
    assert [site.name for site in list_sites(second)] == ["Hill"]
    second.close()


def test_processes_that_open_a_new_database_at_once_all_succeed(url: str) -> None:
    program = "import sys; from store.engine import open_store; open_store(sys.argv[1]).close()"
    for _ in range(2):
        starts = [
            subprocess.Popen([sys.executable, "-W", "error", "-c", program, url]) for _ in range(3)
        ]
        assert [start.wait(60) for start in starts] == [0, 0, 0]
        store = open_store(url)
        assert list_sites(store) == []
        store.close()
        for path in Path(url.removeprefix("sqlite:///")).parent.glob("formroom.sqlite3*"):
            path.unlink()


def test_the_database_is_readable_by_its_owner_only(store: Store, tmp_path: Path) -> None:
    files = list(tmp_path.glob("formroom.sqlite3*"))
    assert len(files) >= 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_an_existing_database_that_others_could_read_is_closed_to_them(
    url: str, tmp_path: Path
) -> None:
    path = tmp_path / "formroom.sqlite3"
    path.touch(0o644)
    open_store(url).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_commits_reach_the_disk_and_foreign_keys_hold(store: Store) -> None:
    with store.reading() as session:
        connection = session.connection()
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 30_000]
    with pytest.raises(StoreConflict), store.writing() as session:
        session.add(Site(trust="nowhere", id="hill", name="Hill", created_at_ms=NOW_MS))


def test_a_transaction_that_raises_changes_nothing(store: Store) -> None:
    def fail_on_the_way() -> None:
        with store.writing() as session:
            add_trust(session, "ash", "Ash", NOW_MS)
            add_site(session, "ash", "hill", "Hill", NOW_MS)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail_on_the_way()
    assert list_sites(store, "ash") == []


def test_a_writer_holds_the_lock_from_its_first_moment(store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "formroom.sqlite3", timeout=0)
    with store.writing() as session:
        session.connection()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize("url", ["postgresql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_an_unsupported_database_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="database_url"):
        open_store(url)


def test_a_database_that_is_gone_is_told_as_such(store: Store, tmp_path: Path) -> None:
    store.close()
    for file in tmp_path.glob("formroom.sqlite3*"):
        file.unlink()
    (tmp_path / "formroom.sqlite3").mkdir()
    with pytest.raises(StoreUnavailable, match="unable to open"):
        list_sites(store)
    with pytest.raises(StoreUnavailable, match="unable to open"), store.writing() as session:
        add_trust(session, "ash", "Ash", NOW_MS)
