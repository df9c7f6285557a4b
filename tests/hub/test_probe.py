"""A probe goes through a real hub as a device and a teacher, and says what became of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hub.passwords import Passwords
from hub.probe import Probe
from hub.probing import Probing
from hub.synthetic_school import TRUST, SyntheticSchool, synthetic_school
from store.engine import open_store
from store.lessons import running_lessons
from store.probes import count_rounds, failures, last_results
from tests.hub.school import CHEAP
from tests.hub.sockets.school import SmallHub, fill, running_hub

NOW_MS = 1_800_000_000_000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "formroom.sqlite3"
    store = open_store(f"sqlite:///{path}")
    fill(store)
    store.close()
    return path


def school_of(hub: SmallHub) -> SyntheticSchool:
    passwords = Passwords(CHEAP)
    try:
        return synthetic_school(hub.store, passwords, hub.settings.data_dir, NOW_MS)
    finally:
        passwords.close()


def probe_of(hub: SmallHub, school: SyntheticSchool | None = None) -> Probe:
    origin = hub.settings.public_origins[0]
    return Probe("p", school or school_of(hub), origin, origin)


async def test_rounds_are_up_in_one_lesson_that_no_real_trust_sees(database: Path) -> None:
    async with running_hub(database) as hub:
        school = await asyncio.to_thread(school_of, hub)
        probe = probe_of(hub, school)
        for _ in range(3):
            result = await probe.round(NOW_MS)
            assert (result.outcome, result.reason) == ("up", "")
            assert result.seen_ms is not None
            assert result.seen_ms < 5_000
        assert [lesson.trust for lesson in running_lessons(hub.store)] == [TRUST]
        again = Probe("p", school, hub.settings.public_origins[0], hub.settings.public_origins[0])
        assert (await again.round(NOW_MS)).outcome == "up"
        assert len(running_lessons(hub.store)) == 1


async def test_a_session_that_ended_costs_one_round_and_no_more(database: Path) -> None:
    async with running_hub(database) as hub:
        probe = probe_of(hub, await asyncio.to_thread(school_of, hub))
        result = await probe.round(NOW_MS)
        assert result.outcome == "up", result
        probe._signed_in_s -= 4_000
        before = probe._cookie
        result = await probe.round(NOW_MS)
        assert result.outcome == "up", result
        assert probe._cookie != before
        probe._cookie = "formroom_session=nobody"
        assert (await probe.round(NOW_MS)).outcome == "down"
        result = await probe.round(NOW_MS)
        assert result.outcome == "up", result


async def test_what_the_teacher_sees_late_is_not_up(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.probe.SEEN_S", 0.0)
    async with running_hub(database) as hub:
        result = await probe_of(hub, await asyncio.to_thread(school_of, hub)).round(NOW_MS)
        assert (result.outcome, result.seen_ms is None) == ("late", False), result


async def test_a_server_that_is_gone_is_down_and_its_time_is_stored(database: Path) -> None:
    now_ms = [NOW_MS]
    store = open_store(f"sqlite:///{database}")
    try:
        async with running_hub(database) as hub:
            school = await asyncio.to_thread(school_of, hub)
            probing = Probing(probe_of(hub, school), store, lambda: now_ms[0], 30.0)
            assert (await probing.once()).outcome == "up"
        now_ms[0] += 30_000
        assert (await probing.once()).outcome == "down"
        assert last_results(store)[0].at_ms == now_ms[0]
        [failure] = failures(store)
        assert "refused" in failure.reason.lower()
        assert school.password not in failure.reason
        assert (count_rounds(store).up, count_rounds(store).down) == (1, 1)
    finally:
        store.close()
