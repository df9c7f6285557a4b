from __future__ import annotations

import itertools

import pytest

from loadtests.faults.schedule import PEERS, PROCESSES, plan, scheduled
from loadtests.faults.table import TABLE
from tests.integration.test_faults import SECONDS, SEEDS


def shape(seed: int, seconds: float = 90.0, database: str = "sqlite") -> list[tuple[object, ...]]:
    return [
        (one.at_s, one.hold_s, one.fault.id, one.fault.name, one.track)
        for one in plan(seed, seconds, scheduled(), database)
    ]


def test_the_same_seed_is_the_same_schedule_and_another_is_another() -> None:
    assert shape(7) == shape(7)
    assert shape(7) != shape(8)


@pytest.mark.parametrize("seed", range(20))
def test_faults_of_a_track_never_overlap_and_are_healed_in_time(seed: int) -> None:
    for track in ("processes", "peers"):
        planned = [one for one in plan(seed, 90.0, scheduled(), "sqlite") if one.track == track]
        assert len(planned) >= 4
        for one, later in itertools.pairwise(planned):
            assert one.at_s + one.hold_s <= later.at_s
        assert planned[-1].at_s + planned[-1].hold_s <= 90.0


def test_only_what_is_asked_for_is_planned() -> None:
    planned = plan(1, 200.0, ["F05", "F10"], "sqlite")
    assert {one.fault.id for one in planned} == {"F05", "F10"}


def test_what_no_schedule_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="F27"):
        plan(1, 90.0, ["F01", "F27"], "sqlite")


def test_each_database_dies_its_own_death() -> None:
    for seed in range(5):
        assert "F08" not in {row[2] for row in shape(seed, 600.0, "sqlite")}
        assert "F09" not in {row[2] for row in shape(seed, 600.0, "postgres")}


def test_in_a_long_run_every_fault_comes() -> None:
    found = {row[2] for row in shape(3, 900.0)} | {row[2] for row in shape(3, 900.0, "postgres")}
    assert found == scheduled()


def test_schedules_hold_what_the_table_says() -> None:
    assert scheduled() == {row.id for row in TABLE if row.is_scheduled}
    assert not PROCESSES.keys() & PEERS.keys()


def test_the_seeds_of_the_integration_test_hold_every_fault_of_their_database() -> None:
    found = {one.fault.id for seed in SEEDS for one in plan(seed, SECONDS, scheduled(), "sqlite")}
    assert found == scheduled() - {"F08"}
