"""Uptime is a share of what is known; school hours are those of the school's own clock."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.uptime import ProbeWatch, SchoolHours, monthly
from store.engine import StoreUnavailable, open_store
from store.probes import QUARTER_MS, ProbeResult, Quarter, Rounds, add_result

LONDON = ZoneInfo("Europe/London")
HOURS = SchoolHours.parse("08:00-16:00", "Europe/London")


def ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=LONDON).timestamp() * 1000)  # type: ignore[misc,arg-type]


def test_hours_are_checked() -> None:
    for text in ("16:00-08:00", "8-16", "08:05-16:00", "08:00", "", "08:00-16:00-17:00"):
        with pytest.raises(ValueError):  # noqa: PT011 (each has its own words)
            SchoolHours.parse(text, "Europe/London")
    with pytest.raises(ValueError, match="no time zone 'Europe/Nowhere'"):
        SchoolHours.parse("08:00-16:00", "Europe/Nowhere")


def test_school_is_open_by_the_clock_of_summer_and_of_winter() -> None:
    for day in (datetime(2026, 7, 1, tzinfo=LONDON), datetime(2026, 12, 1, tzinfo=LONDON)):
        assert HOURS.has(day.replace(hour=8))
        assert HOURS.has(day.replace(hour=15, minute=45))
        assert not HOURS.has(day.replace(hour=16))
        assert not HOURS.has(day.replace(hour=7, minute=45))
    assert not HOURS.has(datetime(2026, 7, 4, 10, tzinfo=LONDON))  # a Saturday


def test_months_begin_where_the_school_is() -> None:
    now_ms = ms(2027, 1, 1, 0, 30)
    assert HOURS.month_start_ms(now_ms, 0) == ms(2027, 1, 1)
    assert HOURS.month_start_ms(now_ms, 1) == ms(2026, 12, 1)
    assert HOURS.month_start_ms(ms(2026, 7, 31, 23, 59), 0) == ms(2026, 7, 1)


def test_uptime_is_of_the_known_time_and_the_rest_is_unknown() -> None:
    monday = ms(2026, 6, 1)  # the first of the month
    known = [
        Quarter("p", monday + 40 * QUARTER_MS, QUARTER_MS, 0),  # 10:00
        Quarter("p", monday + 41 * QUARTER_MS, QUARTER_MS - 60_000, 60_000),
        Quarter("p", monday + 80 * QUARTER_MS, 0, QUARTER_MS),  # 20:00
    ]
    [month] = monthly(known, HOURS, ms(2026, 6, 2), 1)
    assert (month["month"], month["probe"]) == ("2026-06", "p")
    assert month["all"] == {
        "uptime_percent": 64.444,
        "target_percent": 99.0,
        "is_met": False,
        "up_s": 1740,
        "down_s": 960,
        "unknown_s": 86_400 - 2700,
    }
    assert month["school"]["uptime_percent"] == 96.666
    assert month["school"]["unknown_s"] == 8 * 3600 - 1800


def test_a_month_that_nobody_looked_at_claims_nothing() -> None:
    known = [Quarter("p", ms(2026, 6, 1, 10), QUARTER_MS, 0)]
    july, june = monthly(known, HOURS, ms(2026, 7, 2), 3)
    assert (june["month"], june["all"]["uptime_percent"], june["all"]["is_met"]) == (
        "2026-06", 100.0, True,
    )  # fmt: skip
    assert (july["all"]["uptime_percent"], july["all"]["is_met"]) == (None, None)
    assert july["all"]["unknown_s"] == 86_400


def test_nearly_all_is_not_all() -> None:
    known = [Quarter("p", ms(2026, 6, 1, 10), 10**9 - 1, 1)]
    [month] = monthly(known, HOURS, ms(2026, 6, 2), 1)
    assert month["all"]["uptime_percent"] == 99.999


async def test_what_was_read_last_stays_while_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    add_result(store, ProbeResult("p", 1_000, "up"), 60_000)
    watch = ProbeWatch(store, lambda: 4_000)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watch.run())
        async with asyncio.timeout(30):
            while not watch.last:
                await asyncio.sleep(0.01)
        running.cancel()
    assert (watch.rounds, watch.ages_s()) == (Rounds(up=1), {"p": 3.0})

    def away(_: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr("hub.uptime.count_rounds", away)
    monkeypatch.setattr("hub.uptime.READ_S", 0.01)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watch.run())
        await asyncio.sleep(0.05)
        running.cancel()
    assert watch.ages_s() == {"p": 3.0}
    store.close()
