"""Sizes are added up from unit costs."""

from __future__ import annotations

import dataclasses
import io
import math

import pytest
from rich.console import Console

from hub.settings import Settings
from loadtests.fitting import fit
from loadtests.sizing import NOT_EXTRAPOLATED, Demand, show_size, size_of
from loadtests.units import HEARTBEAT_S, UnitCosts, read_unit_costs

COSTS = UnitCosts(
    started_at="2026-11-22T02:00:00+00:00",
    commit="abc",
    machine={"processor": "a processor", "cores": 2},
    cpu={
        name: fit([(0.0, 0.1), (1000.0, 0.1 + us / 1000)])
        for name, us in {
            "connect": 1000.0,
            "heartbeat": 20.0,
            "message": 50.0,
            "watched_message": 100.0,
            "picture": 200.0,
            "event": 80.0,
        }.items()
    },
    memory_mb=fit([(0.0, 600.0), (1024.0, 664.0)]),
    bytes_of={"message": 100.0, "watched_message": 200.0, "picture": 30_000.0},
    devices=({"devices": 10_000.0},),
)


def test_messages_cost_what_one_costs_times_how_many_there_are() -> None:
    size = size_of(Demand(schools=10, devices=1000, rate=0.5, watched=0.4), COSTS)
    assert size.cores_by["message"] == pytest.approx(10_000 * 0.5 * 0.6 * 50e-6)
    assert size.cores_by["watched_message"] == pytest.approx(10_000 * 0.5 * 0.4 * 100e-6)
    assert size.cores == pytest.approx(sum(size.cores_by.values()))


def test_only_silent_devices_send_heartbeats() -> None:
    silent = size_of(Demand(rate=0.0), COSTS).cores_by["heartbeat"]
    assert silent == pytest.approx(50_000 / HEARTBEAT_S * 20e-6)
    busy = size_of(Demand(rate=0.2), COSTS).cores_by["heartbeat"]
    assert busy == pytest.approx(silent * math.exp(-0.2 * HEARTBEAT_S))


def test_all_at_once_decides_when_it_needs_more_than_a_lesson() -> None:
    calm = size_of(Demand(storm_s=3600.0, spare=0), COSTS)
    storm = size_of(Demand(storm_s=5.0, spare=0), COSTS)
    assert storm.storm_cores == pytest.approx(50_000 / 5.0 * 1000e-6)
    assert storm.nodes > calm.nodes
    assert storm.hub_processes >= 10


def test_memory_counts_what_is_there_anyway_once_for_each_node() -> None:
    size = size_of(Demand(schools=1, devices=1024, spare=1), COSTS)
    assert size.nodes == 2
    assert size.memory_mb == pytest.approx(64 + 2 * 600)


def test_a_spare_node_is_one_more() -> None:
    one = size_of(Demand(spare=0), COSTS).nodes
    assert size_of(Demand(spare=2), COSTS).nodes == one + 2


@pytest.mark.parametrize(
    "wrong", [{"schools": 0}, {"watched": 1.5}, {"busy": 0.0}, {"storm_s": 0.0}, {"rate": -1.0}]
)
def test_a_demand_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Demand(**wrong)  # type: ignore[arg-type]


def test_every_assumption_and_all_that_is_not_known_are_printed() -> None:
    out = io.StringIO()
    demand = Demand()
    show_size(demand, size_of(demand, COSTS), COSTS, Console(file=out, width=300))
    for field in dataclasses.fields(Demand):
        assert f": {getattr(demand, field.name):g}" in out.getvalue()
    for text in NOT_EXTRAPOLATED:
        assert text in out.getvalue()
    assert "a processor" in out.getvalue()


def test_the_committed_costs_can_be_read_and_used() -> None:
    assert size_of(Demand(), read_unit_costs()).nodes >= 1


def test_the_heartbeat_that_is_reckoned_with_is_the_hubs() -> None:
    assert Settings().heartbeat_s == HEARTBEAT_S
