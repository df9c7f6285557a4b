"""How long a lock takes is counted from the click to the last device."""

from __future__ import annotations

import pytest

from loadtests.locks import Locks


def test_a_class_counts_when_its_last_device_has_confirmed() -> None:
    locks = Locks()
    locks.click(1, "a", {"x", "y"}, 10.0)
    locks.confirm("a", "x", 10.1)
    assert (locks.classes_ms, locks.waiting) == ([], 1)
    locks.confirm("a", "y", 10.3)
    assert locks.classes_ms == pytest.approx([300.0])
    assert locks.waiting == 0


def test_a_site_is_locked_when_its_last_class_is() -> None:
    locks = Locks()
    locks.click(1, "a", {"x"}, 10.0)
    locks.click(1, "b", {"y"}, 10.1)
    locks.confirm("a", "x", 10.2)
    assert locks.sites_ms == []
    locks.confirm("b", "y", 10.9)
    assert locks.sites_ms == pytest.approx([800.0])


def test_a_device_that_is_lost_is_not_waited_for() -> None:
    locks = Locks()
    locks.click(1, "a", {"x", "y"}, 10.0)
    locks.confirm("a", "x", 10.2)
    locks.leave("a", "y")
    assert locks.unconfirmed == 0


def test_what_never_confirms_is_counted_and_spoils_its_round() -> None:
    locks = Locks()
    locks.click(1, "a", {"x"}, 10.0)
    locks.click(1, "b", {"y"}, 10.0)
    locks.confirm("b", "y", 10.2)
    locks.release("a")
    assert locks.unconfirmed == 1
    assert locks.sites_ms == []
    locks.confirm("a", "x", 11.0)
    assert locks.classes_ms == pytest.approx([200.0])


def test_a_class_without_devices_has_nothing_to_wait_for() -> None:
    locks = Locks()
    locks.click(1, "a", set(), 10.0)
    assert locks.waiting == 0
