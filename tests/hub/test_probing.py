"""Results that the database did not take are kept, and stored in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.probing import Probing
from store.engine import Store, StoreUnavailable, open_store
from store.probes import ProbeResult, add_result, count_rounds, quarters

NOW_MS = 1_800_000_000_000


class Rounds:
    """A probe of which every round is up."""

    async def round(self, at_ms: int) -> ProbeResult:
        return ProbeResult("p", at_ms, "up", 12)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    yield store
    store.close()


async def test_what_waits_for_the_database_is_not_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ms = [NOW_MS]
    is_away = True

    def add(*arguments: object) -> None:
        if is_away:
            raise StoreUnavailable("disk full")
        add_result(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("hub.probing.add_result", add)
    probing = Probing(Rounds(), store, lambda: now_ms[0], 30.0)  # type: ignore[arg-type]
    for _ in range(3):
        await probing.once()
        now_ms[0] += 30_000
    assert count_rounds(store).up == 0
    is_away = False
    await probing.once()
    assert count_rounds(store).up == 4
    known = quarters(store, NOW_MS - 900_000, NOW_MS + 900_000)
    assert sum(quarter.up_ms for quarter in known) == 90_000


async def test_rounds_follow_one_another_until_the_end(store: Store) -> None:
    probing = Probing(Rounds(), store, lambda: NOW_MS, 0.01)  # type: ignore[arg-type]
    async with asyncio.TaskGroup() as group:
        running = group.create_task(probing.run())
        async with asyncio.timeout(30):
            while count_rounds(store).up < 3:
                await asyncio.sleep(0.01)
        running.cancel()
