from __future__ import annotations

from loadtests.faults.probe import Attempt, outage_s


def test_an_outage_lasts_until_the_last_try_that_was_not_served_was_over() -> None:
    attempts = [
        Attempt(9.0, 9.1, True),
        Attempt(9.9, 12.0, False),
        Attempt(12.1, 14.5, False),
        Attempt(15.0, 15.1, True),
    ]
    assert outage_s(attempts, 10.0, 20.0) == 4.5


def test_who_was_served_all_the_time_had_no_outage() -> None:
    attempts = [Attempt(9.0, 9.1, True), Attempt(10.5, 10.6, True)]
    assert outage_s(attempts, 10.0, 20.0) == 0.0


def test_tries_before_and_after_are_not_of_this_fault() -> None:
    attempts = [Attempt(1.0, 5.0, False), Attempt(25.0, 30.0, False)]
    assert outage_s(attempts, 10.0, 20.0) == 0.0
