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


@pytest.mark.parametrize(("pool", "size"), [(0, 0), (1, -1)])
def test_impossible_numbers_are_refused(pool: int, size: int) -> None:
    with pytest.raises(ValueError, match="shard"):
        Placement(pool, size)
