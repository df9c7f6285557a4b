"""Today's counts are always those of the store; earlier days are read once a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.day_counts import KEPT, DayCounts
from store.engine import Store, open_store
from store.events import DayCount
from store.records import DeviceEvent
from store.sites import add_site, add_trust
from store.writing import write_records

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000
TODAY, YESTERDAY = "2027-01-15", "2027-01-14"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    with store.writing() as session:
        add_trust(session, "oak", "Oak", 0)
        add_site(session, "oak", "hill", "Hill", 0)
    return store


def add(store: Store, seq: int, at_ms: int) -> None:
    write_records(
        store, [DeviceEvent("oak", "hill", "pc", "e", seq, "k", "", "", at_ms, at_ms)]
    )  # fmt: skip


def told(rows: list[DayCount]) -> dict[str, int]:
    return {row.day: row.count for row in rows}


async def test_today_is_always_fresh_and_other_days_after_a_minute(store: Store) -> None:
    counts = DayCounts()

    async def read(after_s: int) -> dict[str, int]:
        return told(
            await counts.read(store, "oak", "2027-01-01", TODAY, NOW_MS + 1000 * after_s)
        )  # fmt: skip

    add(store, 1, NOW_MS)
    add(store, 2, NOW_MS - DAY_MS)
    assert await read(0) == {TODAY: 1, YESTERDAY: 1}
    add(store, 3, NOW_MS)
    add(store, 4, NOW_MS - DAY_MS)
    assert await read(59) == {TODAY: 2, YESTERDAY: 1}
    assert await read(60) == {TODAY: 2, YESTERDAY: 2}


async def test_trusts_are_kept_apart_and_few_are_kept(store: Store) -> None:
    counts = DayCounts()
    add(store, 1, NOW_MS - DAY_MS)
    for number in range(2 * KEPT):
        assert await counts.read(store, f"elm-{number}", "2027-01-01", TODAY, NOW_MS) == []
    assert told(await counts.read(store, "oak", "2027-01-01", TODAY, NOW_MS)) == {YESTERDAY: 1}
    assert len(counts._past) == KEPT
