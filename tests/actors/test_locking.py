from actors.locking import REPORTS, Locking
from tests.actors.cast import NOW_MS, lock
from wire.messages import OrderReport


def test_each_lock_in_place_of_another_has_a_higher_counter_also_an_older_one() -> None:
    """A device that comes back to a lesson has to obey the lock that was issued there before."""
    locking = Locking(90)
    counters = []
    for id_ in ("100", "200", "100"):
        assert locking.want(lock(id_), NOW_MS)
        counters.append(locking.orders(NOW_MS)[0].counter)
    assert counters == sorted(set(counters))


def test_the_same_lock_told_again_is_no_change() -> None:
    locking = Locking(90)
    assert locking.want(lock(), NOW_MS)
    before = locking.orders(NOW_MS)
    assert not locking.want(lock(), NOW_MS + 30_000)
    assert locking.orders(NOW_MS + 30_000) == before


def test_a_lock_ends_by_time() -> None:
    locking = Locking(90)
    locking.want(lock(ends_at_ms=NOW_MS + 10), NOW_MS)
    assert not locking.expire(NOW_MS + 9)
    assert locking.expire(NOW_MS + 10)
    assert locking.orders(NOW_MS + 10) == ()
    assert not locking.expire(NOW_MS + 11)


def test_a_release_that_was_reported_does_not_count_when_the_lock_is_wanted_again() -> None:
    locking = Locking(90)
    locking.want(lock("100"), NOW_MS)
    locking.report([OrderReport("100", "applied")])
    locking.want(None, NOW_MS)
    locking.report([OrderReport("100", "released")])
    locking.want(lock("100"), NOW_MS)
    assert locking.state(True) == "sent"


def test_what_is_kept_of_reports_is_bounded() -> None:
    locking = Locking(90)
    locking.report([OrderReport(str(n), "applied") for n in range(1000)])
    locking.want(lock("0"), NOW_MS)
    assert locking.state(True) == "sent"
    locking.want(lock(str(1000 - REPORTS)), NOW_MS)
    assert locking.state(True) == "applied"


def test_nothing_is_said_of_a_lock_while_the_device_is_away() -> None:
    locking = Locking(90)
    locking.want(lock(), NOW_MS)
    assert locking.state(False) == ""
