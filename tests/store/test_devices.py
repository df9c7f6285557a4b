from dataclasses import replace

import pytest

from store.devices import (
    AlreadyEnrolled,
    DeviceRow,
    UnknownSite,
    count_devices,
    device_key,
    enrol_device,
    enrol_devices,
    list_devices,
)
from store.engine import Store

NOW_MS = 1_800_000_000_000
PC = DeviceRow("oak", "hill", "pc1", "PC 1", "R12", b"k" * 32)


def test_a_device_is_found_with_its_key_at_its_own_site_only(store: Store) -> None:
    enrol_device(store, PC, NOW_MS)
    assert device_key(store, "oak", "hill", "pc1") == PC
    assert device_key(store, "elm", "hill", "pc1") is None
    assert device_key(store, "oak", "dale", "pc1") is None


def test_twins_at_other_sites_are_other_devices(store: Store) -> None:
    twins = [PC, replace(PC, trust="elm", name="twin"), replace(PC, site="dale")]
    enrol_devices(store, twins, NOW_MS)
    assert list_devices(store, "elm", "hill") == [twins[1]]
    assert count_devices(store) == {("oak", "hill"): 1, ("elm", "hill"): 1, ("oak", "dale"): 1}


def test_an_enrolment_is_never_replaced_by_accident(store: Store) -> None:
    enrol_device(store, PC, NOW_MS)
    thief = replace(PC, public_key=b"x" * 32)
    other = replace(PC, id="pc2")
    with pytest.raises(AlreadyEnrolled, match="pc1"):
        enrol_devices(store, [other, thief], NOW_MS)
    assert list_devices(store, "oak", "hill") == [PC]
    enrol_device(store, thief, NOW_MS, replace=True)
    assert list_devices(store, "oak", "hill") == [thief]


def test_a_device_needs_a_site(store: Store) -> None:
    with pytest.raises(UnknownSite, match="elm"):
        enrol_device(store, replace(PC, trust="elm", site="dale"), NOW_MS)
