"""The store when things die beneath it: the promises F09, F18 and F28 (F08: test_postgresql)."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from actors.archivist import Archivist
from actors.ports import ShardUnavailable
from store.audit import entries, verify
from store.engine import Store, open_store
from store.events import events_of_site
from store.records import Act, DeviceEvent
from tests.store.conftest import fill

pytestmark = pytest.mark.slow

EVENT = DeviceEvent("oak", "hill", "pc1", "e1", 1, "signed_on", "ali", "", 1, 2)
ACT = Act("oak", "hill", "a1", 1, "p1", "Ada", "screens_locked", "l1")


def run(module: str, url: str, *arguments: str) -> Any:
    """The JSON that a program prints which was given a filled store."""
    store = open_store(url)
    fill(store)
    store.close()
    command = [sys.executable, "-m", f"tests.store.{module}", url, *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=100).stdout)


@pytest.mark.parametrize("how", ["kill", "copy"])
def test_nothing_acknowledged_is_lost_at_whatever_instant_the_writer_ends(
    how: str, sqlite_url: str
) -> None:
    found = run("killed_writer", sqlite_url, "12", "1", how)
    assert found["faults"] == []
    assert found["stored"] >= found["acknowledged"] >= 12 * 20


def test_a_full_disk_is_never_acknowledged_and_is_got_over(sqlite_url: str, tmp_path: Path) -> None:
    found = run("full_disk", sqlite_url, "2000000")
    acknowledged = found["acknowledged"]
    assert acknowledged > 0
    assert found["refusals"] == [False] * 3
    assert found["read_while_full"] == list(range(acknowledged))
    assert found["after"]
    assert found["stored"] == list(range(acknowledged + 50))
    with closing(sqlite3.connect(tmp_path / "formroom.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def make_full(store: Store) -> Callable[[], object]:
    """Let the database grow no more; answers what ends this."""
    [[pages]] = pragma(store, "page_count")
    pragma(store, f"max_page_count={pages}")
    return partial(pragma, store, "max_page_count=1000000")


def make_read_only(store: Store) -> Callable[[], object]:
    """Refuse every write; answers what ends this."""
    pragma(store, "query_only=1")
    return partial(pragma, store, "query_only=0")


def pragma(store: Store, text: str) -> Any:
    with store.reading() as session:
        result = session.connection().exec_driver_sql(f"PRAGMA {text}")
        return result.all() if result.returns_rows else None


@pytest.mark.parametrize("fault", [make_full, make_read_only])
async def test_while_nothing_can_be_written_nothing_is_acknowledged_and_reading_goes_on(
    fault: Callable[[Store], Callable[[], object]], sqlite_url: str
) -> None:
    store = open_store(sqlite_url)
    fill(store)
    archivist = Archivist(store, lambda: 5.0)
    life = await archivist.begin_life("pool-1")
    await archivist.commit([EVENT, ACT], "pool-1", life)
    end = fault(store)
    acts = [replace(ACT, id=f"b{number}", detail="x" * 4000) for number in range(50)]
    with pytest.raises(ShardUnavailable):
        await archivist.commit(acts, "pool-1", life)
    with pytest.raises(ShardUnavailable):
        await archivist.commit([*acts, replace(EVENT, seq=2)], "pool-1", life)
    assert [entry.act for entry in entries(store, "oak")] == [ACT]
    assert [stored.event for stored in events_of_site(store, "oak", "hill")] == [EVENT]
    end()
    await archivist.commit(acts, "pool-1", life)
    assert verify(store, "oak").entries == 51
    store.close()


async def test_whether_a_record_could_be_written_is_known_without_one(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    archivist = Archivist(store, lambda: 5.0)
    life = await archivist.begin_life("pool-1")
    await archivist.commit([], "pool-1", life)
    end = make_read_only(store)
    with pytest.raises(ShardUnavailable):
        await archivist.commit([], "pool-1", life)
    end()
    await archivist.commit([], "pool-1", life)
    store.close()
