"""Time is up, down or unknown by what probes found, and by nothing else."""

from __future__ import annotations

from store.engine import Store
from store.probes import (
    DOWN,
    LATE,
    QUARTER_MS,
    UP,
    ProbeResult,
    Rounds,
    add_result,
    count_rounds,
    failures,
    last_results,
    quarters,
)

START_MS = 1_800_000_000_000 // QUARTER_MS * QUARTER_MS
EVERY_MS = 30_000
GAP_MS = 70_000


def run(store: Store, outcomes: str, at_ms: int = START_MS, probe: str = "p") -> int:
    """Rounds one after another: u(p), l(ate), d(own), or a pause; when the next one is due."""
    words = {"u": UP, "l": LATE, "d": DOWN}
    for letter in outcomes:
        if letter in words:
            result = ProbeResult(probe, at_ms, words[letter], 5, "" if letter == "u" else "why")
            add_result(store, result, GAP_MS)
        at_ms += EVERY_MS
    return at_ms


def known(store: Store) -> tuple[int, int]:
    rows = quarters(store, START_MS, START_MS + 100 * QUARTER_MS)
    return sum(row.up_ms for row in rows) // 1000, sum(row.down_ms for row in rows) // 1000


def test_time_between_two_good_rounds_is_up(empty_store: Store) -> None:
    run(empty_store, "uuuu")
    assert known(empty_store) == (90, 0)


def test_time_beside_a_failed_or_late_round_is_down(empty_store: Store) -> None:
    run(empty_store, "uduuluu")
    assert known(empty_store) == (60, 120)
    assert count_rounds(empty_store) == Rounds(up=5, late=1, down=1)
    assert [(one.outcome, one.reason) for one in failures(empty_store)] == [
        (LATE, "why"),
        (DOWN, "why"),
    ]


def test_time_in_which_nobody_looked_is_unknown(empty_store: Store) -> None:
    run(empty_store, "uu.....uu")
    assert known(empty_store) == (60, 0)
    run(empty_store, "u", START_MS)  # the clock was set back
    assert known(empty_store) == (60, 0)


def test_time_is_split_between_the_quarters_that_it_touches(empty_store: Store) -> None:
    run(empty_store, "uu", START_MS + QUARTER_MS - 10_000)
    rows = quarters(empty_store, START_MS, START_MS + 2 * QUARTER_MS)
    assert [(row.at_ms, row.up_ms) for row in rows] == [
        (START_MS, 10_000),
        (START_MS + QUARTER_MS, 20_000),
    ]
    assert quarters(empty_store, START_MS + 1, START_MS + QUARTER_MS) == []


def test_the_last_round_of_each_probe_is_kept_and_no_other_that_was_up(empty_store: Store) -> None:
    run(empty_store, "uduu")
    run(empty_store, "ul", probe="q")
    assert [(one.probe, one.outcome) for one in last_results(empty_store)] == [
        ("p", UP),
        ("q", LATE),
    ]
    assert last_results(empty_store)[0].at_ms == START_MS + 3 * EVERY_MS
    with empty_store.reading() as session:
        count = session.connection().exec_driver_sql("SELECT count(*) FROM probe_results").scalar()
    assert count == 3


def test_before_any_probe_nothing_is_known(empty_store: Store) -> None:
    assert last_results(empty_store) == failures(empty_store) == []
    assert known(empty_store) == (0, 0)
    assert count_rounds(empty_store) == Rounds()
