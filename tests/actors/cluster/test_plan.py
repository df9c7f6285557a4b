"""Which plan a cluster runs by, and what two hubs have to agree on."""

from __future__ import annotations

import pytest

from actors.cluster.plan import Plan, decode_plan, encode_plan, make_plan


def plan(**changes: object) -> Plan:
    settings: dict[str, object] = {
        "version": "0.1.0",
        "revision": 0,
        "shards": 0,
        "cores": 8,
        "devices_per_shard": 0,
        "order_lease_s": 90.0,
        "database_url": "postgresql://formroom:secret@db/formroom",
        "devices": {("oak", "hill"): 900},
    }
    return make_plan(**(settings | changes))  # type: ignore[arg-type]


def test_a_plan_survives_being_written_down_and_holds_no_password() -> None:
    written = encode_plan(plan().with_sites([("oak", "hill")]))
    assert decode_plan(written) == plan().with_sites([("oak", "hill")])
    assert b"secret" not in written


def test_a_plan_of_a_later_version_with_more_in_it_can_be_read() -> None:
    written = encode_plan(plan()).replace(b'{"version"', b'{"added_later":1,"version"')
    assert decode_plan(written) == plan()


def test_the_newer_version_stays_and_then_the_higher_revision() -> None:
    ordered = [
        plan(revision=7),
        plan(version="0.2.0"),
        plan(version="0.10.0"),
        plan(version="0.10.0", revision=1),
        plan(version="1.0"),
    ]
    shuffled = [*ordered[1:], ordered[0]]
    assert sorted(shuffled, key=lambda one: one.order) == ordered


def test_hubs_on_machines_of_other_sizes_and_with_newer_counts_share_their_shards() -> None:
    assert plan().difference(plan(cores=2, devices={("oak", "dale"): 3})) == ""


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"shards": 3}, "shards"),
        ({"devices_per_shard": 50}, "devices_per_shard"),
        ({"order_lease_s": 30.0}, "order_lease_s"),
        ({"database_url": "postgresql://db/other"}, "database_url"),
    ],
)
def test_settings_that_shards_run_with_must_agree(change: dict[str, object], name: str) -> None:
    assert plan().difference(plan(**change)) == name


def test_the_number_of_shards_comes_from_the_cores_unless_it_was_chosen() -> None:
    assert [plan(cores=cores).pool for cores in (1, 2, 8)] == [1, 1, 4]
    assert plan(shards=3).pool == 3


def test_a_site_gets_shards_of_its_own_in_the_placement() -> None:
    placement = plan().with_sites([("oak", "hill")]).placement
    assert placement.shards_of("oak", "hill") == ("site:oak:hill:0",)
    assert placement.shards_of("oak", "dale")[0].startswith("pool-")
