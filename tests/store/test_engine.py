import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel, select

from store.engine import Store, StoreConflict, StoreUnavailable, open_store
from store.models import Site, Trust
from store.sites import add_site, add_trust, list_sites

pytestmark = pytest.mark.slow

NOW_MS = 1_800_000_000_000


def test_migration_from_nothing_gives_exactly_the_models(empty_store: Store) -> None:
    with empty_store.reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, SQLModel.metadata) == []
        assert context.get_current_revision() == "0003"


def test_a_second_opening_keeps_what_is_there(url: str) -> None:
    first = open_store(url)
    with first.writing() as session:
        add_trust(session, "oak", "Oak", NOW_MS)
        add_site(session, "oak", "hill", "Hill", NOW_MS)
    first.close()
    second = open_store(url)
    assert [site.name for site in list_sites(second)] == ["Hill"]
    second.close()


@pytest.mark.parametrize("kind", ["sqlite_url", "postgresql_url"])
def test_processes_that_open_a_new_database_at_once_all_succeed(
    kind: str, request: pytest.FixtureRequest
) -> None:
    url: str = request.getfixturevalue(kind)
    program = "import sys; from store.engine import open_store; open_store(sys.argv[1]).close()"
    starts = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", program, url]) for _ in range(3)
    ]
    assert [start.wait(60) for start in starts] == [0, 0, 0]
    store = open_store(url)
    assert list_sites(store) == []
    store.close()


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    store = open_store(url)
    with store.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(ValueError, match="made by a newer version"):
        open_store(url)


def test_a_transaction_that_raises_changes_nothing(store: Store) -> None:
    def fail_on_the_way() -> None:
        with store.writing() as session:
            add_trust(session, "ash", "Ash", NOW_MS)
            add_site(session, "ash", "hill", "Hill", NOW_MS)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail_on_the_way()
    assert list_sites(store, "ash") == []


def test_what_refers_to_nothing_is_a_conflict_that_tells_no_value(store: Store) -> None:
    with pytest.raises(StoreConflict) as caught, store.writing() as session:
        session.add(Site(trust="nowhere", id="hill", name="Ali", created_at_ms=NOW_MS))
    assert "Ali" not in str(caught.value)
    assert "nowhere" not in str(caught.value)


def test_writers_follow_one_another_and_see_what_the_earlier_ones_did(store: Store) -> None:
    def count() -> None:
        for _ in range(10):
            with store.writing() as session:
                trust = session.exec(select(Trust).where(Trust.id == "oak")).one()
                trust.created_at_ms += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with store.reading() as session:
        assert session.exec(select(Trust.created_at_ms).where(Trust.id == "oak")).one() == (
            NOW_MS + 40
        )


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(store: Store) -> None:
    with store.reading() as reader:
        before = reader.exec(select(Site.id)).all()
        with store.writing() as writer:
            add_site(writer, "oak", "vale", "Vale", NOW_MS)
        assert reader.exec(select(Site.id)).all() == before
    assert "vale" in [site.id for site in list_sites(store)]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://khan:s3cret@localhost/x", "mysql is not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("postgresql://khan:s3cret@localhost", "name the database"),
        ("formroom.sqlite3", "not a URL"),
        ("postgresql://khan:s3cret@localhost:port/x", "not a URL"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_by_name(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"database_url.*{reason}") as caught:
        open_store(url)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://khan:s3cret@/x?host={tmp_path}"
    with pytest.raises(StoreUnavailable) as caught:
        open_store(url)
    assert "s3cret" not in str(caught.value)
