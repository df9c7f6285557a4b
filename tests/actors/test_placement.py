import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.keys import Key, Kind
from actors.placement import DEVICES_PER_SHARD, Placement

ids = st.from_regex(r"\A[a-z0-9][a-z0-9._-]{0,20}\Z")
keys = st.builds(Key, ids, ids, st.sampled_from(Kind), ids)


@given(keys, st.integers(1, 8), st.integers(0, 20_000))
def test_every_key_has_one_shard_of_its_site_and_keeps_it(
    key: Key, pool: int, devices: int
) -> None:
    placement = Placement(pool, 0, {(key.trust, key.site): devices})
    shard = placement.shard_for(key)
    assert shard in placement.shards_of(key.trust, key.site)
    assert shard in placement.pool_shards()
    assert Placement(pool, 0, {(key.trust, key.site): devices}).shard_for(key) == shard


@given(st.integers(1, 8), st.integers(0, 100_000))
def test_the_number_of_shards_does_not_depend_on_the_number_of_devices(
    pool: int, devices: int
) -> None:
    placement = Placement(pool, 0, {("oak", "hill"): devices})
    assert len(placement.pool_shards()) == pool
    assert len(placement.shards_of("oak", "hill")) <= pool


def test_another_process_finds_the_same_shard() -> None:
    code = (
        "from actors.keys import *; from actors.placement import *;"
        "p = Placement(7, 10, {('oak', 'hill'): 70});"
        "print([p.shard_for(Key('oak', 'hill', Kind.DEVICE, f'pc-{n}')) for n in range(20)])"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "77"},
        cwd=".",
        capture_output=True,
        text=True,
        check=True,
    )
    placement = Placement(7, 10, {("oak", "hill"): 70})
    here = [placement.shard_for(Key("oak", "hill", Kind.DEVICE, f"pc-{n}")) for n in range(20)]
    assert other.stdout.strip() == str(here)
    assert len(set(here)) > 2


def test_a_site_of_ordinary_size_lives_in_one_shard() -> None:
    placement = Placement(4, 0, {("oak", "hill"): DEVICES_PER_SHARD})
    assert len(placement.shards_of("oak", "hill")) == 1


def test_with_one_device_a_shard_each_device_has_a_shard_of_its_own() -> None:
    placement = Placement(2, 1)
    names = {placement.shard_for(Key("oak", "hill", Kind.DEVICE, f"pc-{n}")) for n in range(9)}
    assert len(names) == 9
    assert placement.shard_for(Key("oak", "hill", Kind.CLASSROOM, "l1")) in placement.pool_shards()


def test_a_site_with_nodes_has_shards_of_its_own_and_moves_no_other_site() -> None:
    counts = {("oak", "hill"): 70, ("oak", "dale"): 70}
    shared = Placement(3, 10, counts)
    placement = Placement(3, 10, counts, frozenset({("oak", "hill")}))
    own = placement.shards_of("oak", "hill")
    assert len(own) == 7
    assert placement.first_shards() == (*placement.pool_shards(), *own)
    for name in own:
        assert placement.site_of(name) == ("oak", "hill")
    for n in range(70):
        device = Key("oak", "hill", Kind.DEVICE, f"pc-{n}")
        assert placement.shard_for(device) in own
        other = Key("oak", "dale", Kind.DEVICE, f"pc-{n}")
        assert placement.shard_for(other) == shared.shard_for(other)
        assert placement.site_of(placement.shard_for(other)) is None


def test_a_device_with_a_shard_of_its_own_belongs_to_its_site() -> None:
    placement = Placement(2, 1, {}, frozenset({("oak", "hill")}))
    names = [
        placement.shard_for(Key("oak", site, Kind.DEVICE, "pc-1")) for site in ("hill", "dale")
    ]
    assert [placement.site_of(name) for name in names] == [("oak", "hill"), None]


@pytest.mark.parametrize(("pool", "size"), [(0, 0), (1, -1)])
def test_impossible_numbers_are_refused(pool: int, size: int) -> None:
    with pytest.raises(ValueError, match="shard"):
        Placement(pool, size)
