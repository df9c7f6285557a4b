from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.backup import BackupError, Contents, back_up, contents, restore
from store.classes import save_class
from store.devices import DeviceRow, enrol_devices
from store.engine import Store, open_store
from store.events import day_counts, events_of_site
from store.lessons import LessonStarted, StoredLesson, StoredLock, running_lessons
from store.people import add_person
from store.records import Act, DeviceEvent
from store.writing import write_records
from tests.postgresql import Server

pytestmark = pytest.mark.slow

NOW_MS = 1_800_000_000_000
EVENT = DeviceEvent("oak", "hill", "pc1", "e1", 1, "signed_on", "zoë", "l1", NOW_MS, NOW_MS)
ACT = Act("oak", "hill", "a1", NOW_MS, "p1", "Ada", "screens_locked", "l1", "zoë")
LOCK = StoredLock("k1", (), "Eyes up", None, "Ada", ("pc2",))
LESSON = StoredLesson(
    "oak", "hill", "l1", "7b", "7B", ("pc1",), (), (("p1", "Ada"),), NOW_MS, (LOCK,)
)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch, postgresql: Server) -> None:
    """The client programs are on the search path of an administrator."""
    monkeypatch.setenv("PATH", f"{postgresql.programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with something in every part."""
    key = bytes(range(32))
    enrol_devices(store, [DeviceRow("oak", "hill", "pc1", "PC 1", "R1", key)], NOW_MS)
    save_class(store, "oak", "hill", "7b", "7B", ["pc1"], [], NOW_MS)
    with store.writing() as session:
        add_person(session, "oak", "p1", "ada", "Ada", NOW_MS)
    events = [replace(EVENT, seq=seq) for seq in range(1, 501)]
    acts = [replace(ACT, id=f"a{number}") for number in range(50)]
    write_records(store, [LessonStarted(LESSON), *events, *acts])
    return store


@pytest.fixture
def empty_url(url: str, tmp_path: Path, postgresql: Server) -> str:
    """Another place of the same kind of database, where nothing is."""
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'again' / 'formroom.sqlite3'}"
    return postgresql.url(postgresql.new_database())


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "formroom.backup"
    yield path
    assert not list(tmp_path.glob("**/*.part*")), "no half of anything is left"


def test_everything_comes_back(filled: Store, url: str, empty_url: str, file: Path) -> None:
    size = back_up(url, file)
    assert size == file.stat().st_size > 1000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = restore(empty_url, file)
    assert found == contents(filled) == Contents(2, 1, 1, 500, 50, ())
    again = open_store(empty_url)
    assert running_lessons(again) == [LESSON]
    assert events_of_site(again, "oak", "hill", limit=1000) == events_of_site(
        filled, "oak", "hill", limit=1000
    )
    assert day_counts(again, "oak", "1970-01-01") == day_counts(filled, "oak", "1970-01-01")
    write_records(again, [replace(EVENT, seq=501), replace(ACT, id="a50")])
    assert contents(again) == Contents(2, 1, 1, 501, 51, ())
    assert events_of_site(again, "oak", "hill", limit=1000)[-1].event.seq == 501
    again.close()


def test_a_backup_of_a_store_in_use_is_of_one_moment(
    filled: Store, url: str, empty_url: str, file: Path
) -> None:
    done = threading.Event()

    def write() -> None:
        seq = 1000
        while not done.is_set():
            seq += 1
            write_records(filled, [replace(EVENT, seq=seq), replace(ACT, id=f"b{seq}")])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        back_up(url, file)
    finally:
        done.set()
        writer.join()
    found = restore(empty_url, file)
    assert found.broken == ()
    assert found.events - 500 == found.audit_entries - 50
    again = open_store(empty_url)
    assert sum(count.count for count in day_counts(again, "oak", "1970-01-01")) == found.events
    again.close()


def test_a_backup_never_takes_the_place_of_a_file(filled: Store, url: str, file: Path) -> None:
    file.write_text("mine")
    with pytest.raises(BackupError, match="there already"):
        back_up(url, file)
    assert file.read_text() == "mine"
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(url, file.with_name("nowhere") / "formroom.backup")


def test_a_restoration_needs_an_empty_place(filled: Store, url: str, file: Path) -> None:
    back_up(url, file)
    write_records(filled, [replace(EVENT, seq=501)])
    with pytest.raises(BackupError, match="not empty"):
        restore(url, file)
    assert contents(filled).events == 501


def test_a_damaged_backup_is_refused(
    filled: Store, url: str, empty_url: str, file: Path, tmp_path: Path
) -> None:
    back_up(url, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError):
        restore(empty_url, file)
    assert not (tmp_path / "again" / "formroom.sqlite3").exists()
    file.write_bytes(b"something else")
    with pytest.raises(BackupError, match="is not a backup of a"):
        restore(empty_url, file)
    with pytest.raises(BackupError, match="cannot be read"):
        restore(empty_url, tmp_path / "nothing")
    file.write_bytes(whole)
    assert restore(empty_url, file).events == 500


def test_a_backup_of_a_newer_program_is_refused(
    filled: Store, url: str, empty_url: str, file: Path
) -> None:
    with filled.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    back_up(url, file)
    with pytest.raises(BackupError, match="newer version"):
        restore(empty_url, file)


def test_an_audit_record_that_was_changed_is_told_of(
    filled: Store, url: str, empty_url: str, file: Path
) -> None:
    with filled.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE audit_entries SET person_name = 'Eve' WHERE number = 7"
        )
    back_up(url, file)
    assert restore(empty_url, file).broken == ("oak",)


def test_without_the_programs_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, postgresql_url: str, file: Path
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackupError, match="pg_dump is not installed"):
        back_up(postgresql_url, file)
    assert not file.exists()


def test_a_password_is_not_told(tmp_path: Path, file: Path) -> None:
    with pytest.raises(BackupError) as caught:
        back_up(f"postgresql://khan:s3cret@/x?host={tmp_path}", file)
    assert "s3cret" not in str(caught.value)
