"""Orders: leases, countdowns, counters, and memory."""

import math

from endpoint.orders import COUNTDOWN_ENDED, LEASE_ENDED, NOT_CONFIRMED, Memory, Orders
from wire.messages import Order, OrderReport


def lock(
    id: str = "a", counter: int = 1, lease_s: float = 90, remaining_s: float | None = None
) -> Order:
    return Order(id, "lock", counter, lease_s, "Eyes up", remaining_s, "Ms Khan")


def test_a_lock_is_wanted_at_once_and_reported_only_when_confirmed() -> None:
    orders = Orders()
    assert orders.change((lock(),), 0) == []
    assert orders.wanted == lock()
    assert orders.reports == ()
    assert orders.confirm("a") == [OrderReport("a", "applied")]
    assert orders.reports == (OrderReport("a", "applied"),)
    assert orders.confirm("a") == []


def test_an_order_that_is_missing_is_over() -> None:
    orders = Orders()
    orders.change((lock(),), 0)
    assert orders.change((), 5) == [OrderReport("a", "released")]
    assert orders.wanted is None
    assert orders.is_empty


def test_the_lease_runs_out_alone_unless_it_is_renewed() -> None:
    orders = Orders()
    orders.change((lock(lease_s=90),), 0)
    orders.confirm("a")
    assert orders.next_s == 90
    assert orders.change((lock(lease_s=90),), 60) == []
    assert orders.expire(149.9) == []
    assert orders.expire(150) == [OrderReport("a", "expired", LEASE_ENDED)]
    assert orders.wanted is None
    assert orders.expire(1000) == []
    assert orders.next_s == math.inf


def test_a_lapsed_lease_may_be_renewed_when_the_hub_comes_back() -> None:
    orders = Orders()
    orders.change((lock(),), 0)
    orders.confirm("a")
    orders.expire(90)
    assert orders.change((lock(),), 300) == []
    assert orders.wanted == lock()
    assert orders.confirm("a") == [OrderReport("a", "applied")]


def test_a_countdown_unlocks_by_itself_and_for_good() -> None:
    orders = Orders()
    orders.change((lock(remaining_s=20),), 0)
    orders.confirm("a")
    assert orders.remaining_s(5) == 15
    assert orders.expire(20) == [OrderReport("a", "expired", COUNTDOWN_ENDED)]
    orders.change((lock(remaining_s=20),), 21)
    assert orders.wanted is None


def test_a_renewal_never_lengthens_a_countdown_but_may_shorten_it() -> None:
    orders = Orders()
    orders.change((lock(remaining_s=60),), 0)
    orders.change((lock(remaining_s=60),), 30)
    assert orders.remaining_s(30) == 30
    orders.change((lock(remaining_s=10),), 30)
    assert orders.remaining_s(30) == 10


def test_an_older_order_is_ignored_and_a_newer_one_wins() -> None:
    orders = Orders()
    orders.change((lock("new", 5),), 0)
    orders.change((lock("new", 5), lock("old", 4)), 1)
    assert [order.id for order in (orders.wanted,) if order] == ["new"]
    orders.change((), 2)
    orders.change((lock("old", 4),), 3)
    assert orders.wanted is None
    orders.change((lock("next", 6),), 4)
    assert orders.wanted is not None
    assert orders.wanted.id == "next"


def test_an_order_that_is_issued_anew_begins_again_and_an_old_copy_of_it_does_nothing() -> None:
    orders = Orders()
    orders.change((lock("a", 5, remaining_s=10),), 0)
    orders.expire(10)
    orders.change((lock("a", 6, remaining_s=10),), 11)
    assert orders.remaining_s(11) == 10
    assert orders.confirm("a") == [OrderReport("a", "applied")]
    orders.change((lock("a", 5, lease_s=9000, remaining_s=9000),), 12)
    assert orders.remaining_s(12) == 9
    assert orders.next_s == 21


def test_two_locks_are_held_together_and_the_newest_is_shown() -> None:
    orders = Orders()
    orders.change((lock("b", 2), lock("a", 1)), 0)
    assert orders.wanted is not None
    assert orders.wanted.id == "b"
    assert orders.confirm("a") == []
    assert set(orders.confirm("b")) == {OrderReport("a", "applied"), OrderReport("b", "applied")}
    assert orders.change((lock("a", 1),), 1) == [OrderReport("b", "released")]
    assert orders.wanted == lock("a", 1)


def test_a_lock_that_does_not_come_up_is_reported_as_refused_and_later_as_applied() -> None:
    orders = Orders()
    orders.change((lock(),), 0)
    assert orders.expire(10) == [OrderReport("a", "refused", NOT_CONFIRMED)]
    assert orders.expire(11) == []
    assert orders.wanted is not None
    assert orders.refuse("a", "busy") == [OrderReport("a", "refused", "busy")]
    assert orders.confirm("a") == [OrderReport("a", "applied")]


def test_memory_carries_what_is_left_of_a_lease_over_a_restart() -> None:
    before = Orders()
    before.change((lock(lease_s=90, remaining_s=60),), 1000)
    memory = before.remember(1010, 5_000_000)
    after = Orders()
    after.recall(memory, 3, 5_020_000)
    assert after.wanted == lock(lease_s=90, remaining_s=60)
    assert after.remaining_s(3) == 30
    assert after.expire(33) == [OrderReport("a", "expired", COUNTDOWN_ENDED)]


def test_memory_whose_lease_ended_meanwhile_locks_nothing() -> None:
    before = Orders()
    before.change((lock(counter=7),), 0)
    memory = before.remember(0, 0)
    after = Orders()
    after.recall(memory, 0, 90_000)
    assert after.wanted is None
    after.change((lock("replayed", 6),), 1)
    assert after.wanted is None


def test_a_clock_that_was_put_back_lengthens_nothing() -> None:
    before = Orders()
    before.change((lock(lease_s=90),), 0)
    memory = before.remember(80, 5_000_000)
    after = Orders()
    after.recall(memory, 0, 1_000_000)
    assert after.next_s == 10


def test_a_memory_that_was_tampered_with_holds_no_longer_than_the_lease() -> None:
    memory = Orders().remember(0, 0)
    before = Orders()
    before.change((lock(lease_s=90),), 0)
    kept = before.remember(-100_000, 0).kept
    after = Orders()
    after.recall(Memory(memory.counter, 0, kept), 0, 0)
    assert after.next_s <= 90
