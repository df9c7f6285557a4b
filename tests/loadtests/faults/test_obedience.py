from __future__ import annotations

import random

from loadtests.faults.obedience import APPLY_S, Obedience
from wire.messages import Order, OrderReport

LOCK = Order("lock-1", "lock", 1, 90.0)


class Willing(random.Random):
    """Applies every order."""

    def random(self) -> float:
        return 1.0


def test_an_order_is_applied_once_and_released_once() -> None:
    orders = Obedience(Willing())
    assert orders.change([LOCK], 0.0) == []
    assert orders.tick(APPLY_S[1] + 0.01) == [OrderReport("lock-1", "applied")]
    assert orders.change([LOCK], 1.0) == []
    assert orders.tick(2.0) == []
    assert orders.held == {"lock-1"}
    assert orders.change([], 3.0) == [OrderReport("lock-1", "released")]
    assert orders.change([], 4.0) == []
    assert not orders.held


def test_an_order_that_goes_before_it_was_applied_is_not_reported() -> None:
    orders = Obedience(Willing())
    orders.change([LOCK], 0.0)
    assert orders.change([], 0.01) == []
    assert orders.tick(5.0) == []


def test_a_countdown_ends_for_good() -> None:
    orders = Obedience(Willing())
    lock = Order("lock-1", "lock", 1, 90.0, remaining_s=5.0)
    orders.change([lock], 0.0)
    assert [one.state for one in orders.tick(1.0)] == ["applied"]
    assert [one.state for one in orders.tick(5.1)] == ["expired"]
    assert orders.change([Order("lock-1", "lock", 1, 90.0, remaining_s=0.1)], 5.2) == []
    assert orders.tick(6.0) == []
    assert orders.change([], 7.0) == []


def test_a_lease_that_ran_out_holds_again_when_it_is_renewed() -> None:
    orders = Obedience(Willing())
    orders.change([LOCK], 0.0)
    orders.tick(1.0)
    assert [one.state for one in orders.tick(91.0)] == ["expired"]
    assert not orders.held
    orders.change([LOCK], 92.0)
    assert [one.state for one in orders.tick(92.1)] == ["applied"]
    assert orders.reports == (OrderReport("lock-1", "applied"),)
