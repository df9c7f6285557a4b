from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub.backup import bring_back, check_audit, read_heads, save
from store.engine import Store, open_store
from store.records import Act
from store.sites import add_site, add_trust
from store.writing import write_records

pytestmark = pytest.mark.slow

NOW_MS = 1_800_000_000_000


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'formroom.sqlite3'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    with store.writing() as session:
        for trust in ("elm", "oak"):
            add_trust(session, trust, trust.title(), NOW_MS)
            add_site(session, trust, "hill", "Hill", NOW_MS)
    write(store, 3)
    yield store
    store.close()


def write(store: Store, count: int, person: str = "p1") -> None:
    write_records(
        store,
        [
            Act("oak", "hill", f"a{number}", NOW_MS, person, "Ada", "screens_locked")
            for number in range(count)
        ],
    )


def change(store: Store, statement: str) -> None:
    with store.writing() as session:
        session.connection().exec_driver_sql(statement)


def test_a_backup_and_its_restoration_say_what_they_did(
    store: Store, url: str, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    saved = save(url, file)
    assert saved.is_well
    assert str(file) in saved.text
    restored = bring_back(f"sqlite:///{tmp_path / 'again.sqlite3'}", file)
    assert restored.is_well
    assert "2 trusts, 0 people, 0 devices, 0 events, 3 audit entries." in restored.text
    change(store, "UPDATE audit_entries SET person = 'eve' WHERE number = 2")
    save(url, tmp_path / "changed")
    found = bring_back(f"sqlite:///{tmp_path / 'third.sqlite3'}", tmp_path / "changed")
    assert not found.is_well
    assert "BROKEN audit record: oak" in found.text


def test_each_trusts_record_is_followed(store: Store) -> None:
    report = check_audit(store, "", None, NOW_MS)
    assert report.is_well
    elm, oak = report.text.splitlines()
    assert elm == "elm: 0 entries, unbroken"
    assert oak.startswith("oak: 3 entries, unbroken; the last one's hash is ")
    change(store, "DELETE FROM audit_entries WHERE number = 2")
    report = check_audit(store, "oak", None, NOW_MS)
    assert not report.is_well
    assert report.text == (
        "oak: BROKEN at entry 2; the 1 entries before it are as they were written"
    )
    assert check_audit(store, "elm", None, NOW_MS).is_well
    with pytest.raises(ValueError, match="no trust 'ash'; there are elm, oak"):
        check_audit(store, "ash", None, NOW_MS)


def test_a_record_made_anew_is_found_by_what_was_noted_elsewhere(
    store: Store, tmp_path: Path
) -> None:
    heads = tmp_path / "heads"
    assert check_audit(store, "", heads, NOW_MS).is_well
    write(store, 5)
    assert check_audit(store, "", heads, NOW_MS + 1).is_well
    assert [head.number for head in read_heads(heads)] == [3, 5]
    change(store, "DELETE FROM audit_entries")
    change(store, "DELETE FROM audit_heads")
    write(store, 7, person="eve")
    assert check_audit(store, "", None, NOW_MS).is_well
    report = check_audit(store, "", heads, NOW_MS)
    assert not report.is_well
    assert "oak: BROKEN: entry 3 is not the one that was noted on 2027-01-15" in report.text
    assert len(read_heads(heads)) == 2
    heads.write_text("{}\n")
    with pytest.raises(ValueError, match="not a file of heads"):
        check_audit(store, "", heads, NOW_MS)


COMMANDS = """
import json, os, sys
from hub.__main__ import main
for url, *arguments in json.loads(sys.argv[1]):
    os.environ["FORMROOM_DATABASE_URL"] = url
    sys.argv = ["formroom", *arguments]
    try:
        main()
        print("exit 0")
    except SystemExit as end:
        print("exit", end.code)
"""
"""Runs one command after another in one process, because a start takes seconds."""


def test_the_command_line_answers_with_its_exit_code(
    store: Store, url: str, tmp_path: Path
) -> None:
    file, again = str(tmp_path / "file"), f"sqlite:///{tmp_path / 'again.sqlite3'}"
    with closing(sqlite3.connect(tmp_path / "broken.sqlite3")) as copy:
        with closing(sqlite3.connect(tmp_path / "formroom.sqlite3")) as source:
            source.backup(copy)
        copy.execute("UPDATE audit_entries SET act = 'x' WHERE number = 1")
        copy.commit()
    commands = [
        (url, "backup", file),
        (url, "backup", file),
        (again, "restore", file),
        (again, "audit", "verify", "--trust", "oak"),
        (f"sqlite:///{tmp_path / 'broken.sqlite3'}", "audit", "verify"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
    )
    codes = [line for line in done.stdout.splitlines() if line.startswith("exit")]
    assert codes == ["exit 0", "exit 2", "exit 0", "exit 0", "exit 1"]
    assert "oak: BROKEN at entry 1" in done.stdout
    assert f"formroom: {file} is there already" in done.stderr
