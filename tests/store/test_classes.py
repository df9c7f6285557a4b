import pytest

from store.classes import (
    ClassMember,
    ClassSummary,
    UnknownDevice,
    find_class,
    list_classes,
    save_class,
)
from store.devices import DeviceRow, enrol_devices
from store.engine import Store

NOW_MS = 1_800_000_000_000
PUPILS = [ClassMember("zoe", "Zoe B"), ClassMember("ali", "Ali K")]


@pytest.fixture(autouse=True)
def _devices(store: Store) -> None:
    rows = [("oak", "hill", "pc1"), ("oak", "hill", "pc2"), ("elm", "hill", "pc9")]
    enrol_devices(store, [DeviceRow(*row, row[2].upper(), "", b"k") for row in rows], NOW_MS)


def test_a_class_keeps_its_members_in_the_order_given(store: Store) -> None:
    save_class(store, "oak", "hill", "7b", "7B", ["pc2", "pc1"], PUPILS, NOW_MS)
    found = find_class(store, "oak", "hill", "7b")
    assert found is not None
    assert found.devices == (ClassMember("pc2", "PC2"), ClassMember("pc1", "PC1"))
    assert found.pupils == tuple(PUPILS)


def test_saving_again_replaces_name_and_members(store: Store) -> None:
    save_class(store, "oak", "hill", "7b", "7B", ["pc1", "pc2"], PUPILS, NOW_MS)
    save_class(store, "oak", "hill", "7b", "8B", ["pc2"], PUPILS[:1], NOW_MS)
    found = find_class(store, "oak", "hill", "7b")
    assert found is not None
    assert (found.name, len(found.devices), found.pupils) == ("8B", 1, (PUPILS[0],))
    assert list_classes(store, "oak") == [ClassSummary("oak", "hill", "7b", "8B", 1, 1)]


def test_a_device_of_another_trust_cannot_be_a_member(store: Store) -> None:
    save_class(store, "oak", "hill", "7b", "7B", ["pc1"], [], NOW_MS)
    with pytest.raises(UnknownDevice, match="pc9"):
        save_class(store, "oak", "hill", "7b", "Changed", ["pc9"], [], NOW_MS)
    found = find_class(store, "oak", "hill", "7b")
    assert found is not None
    assert (found.name, len(found.devices)) == ("7B", 1)


def test_twin_classes_of_two_trusts_never_mix(store: Store) -> None:
    save_class(store, "oak", "hill", "7b", "Oak's", ["pc1", "pc2"], PUPILS, NOW_MS)
    save_class(store, "elm", "hill", "7b", "Elm's", ["pc9"], [], NOW_MS)
    assert list_classes(store, "elm") == [ClassSummary("elm", "hill", "7b", "Elm's", 0, 1)]
    found = find_class(store, "elm", "hill", "7b")
    assert found is not None
    assert (found.name, found.devices) == ("Elm's", (ClassMember("pc9", "PC9"),))
    assert find_class(store, "oak", "dale", "7b") is None
