"""The ledger finds whatever went wrong, and nothing where nothing did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.ledger import Ledger, read_title, title_of


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**15))
def test_a_title_is_read_as_it_was_written(device: int, serial: int, sent_us: int) -> None:
    assert read_title(title_of(device, serial, sent_us)) == (device, serial, sent_us)


@pytest.mark.parametrize(
    "title",
    ["", "Essay - Writer", "Load ", "Load 1.2", "Load 1.2.3.4", "Load 1.-2.3", "Load a.b.c"],
)
def test_other_titles_are_none_of_ours(title: str) -> None:
    assert read_title(title) is None


def _filled(*seen: tuple[int, int]) -> Ledger:
    ledger = Ledger()
    for device, serial in seen:
        ledger.see(device, serial, 1.0)
    return ledger


def test_a_ledger_with_everything_once_is_clean() -> None:
    verdict = _filled((0, 1), (1, 1), (0, 2)).compare({0: 2, 1: 1})
    assert verdict.is_clean


def test_what_never_came_is_lost_and_named() -> None:
    verdict = _filled((0, 1), (0, 3)).compare({0: 3, 1: 2})
    assert (verdict.lost, verdict.examples) == (3, ((0, 2), (1, 1), (1, 2)))
    assert not verdict.is_clean


def test_what_came_again_is_doubled_each_time() -> None:
    verdict = _filled((4, 1), (4, 1), (4, 1)).compare({4: 1})
    assert (verdict.lost, verdict.doubled, verdict.disordered) == (0, 2, 0)


def test_what_came_after_a_later_one_is_disordered_and_not_lost() -> None:
    verdict = _filled((0, 1), (0, 3), (0, 2)).compare({0: 3})
    assert (verdict.lost, verdict.doubled, verdict.disordered) == (0, 0, 1)


def test_what_was_never_sent_is_foreign() -> None:
    verdict = _filled((0, 1), (0, 2), (9, 1)).compare({0: 1})
    assert (verdict.lost, verdict.foreign) == (0, 2)


def test_a_snapshot_counts_as_seen_but_never_as_doubled() -> None:
    ledger = _filled((0, 1), (0, 2))
    ledger.see_in_snapshot(0, 2)
    ledger.see_in_snapshot(0, 3)
    assert ledger.compare({0: 3}).is_clean
    assert ledger.seen == 3
    assert len(ledger.latencies_ms) == 2


def test_a_long_stream_of_one_device_is_kept_whole() -> None:
    verdict = _filled(*((0, serial) for serial in range(1, 2001))).compare({0: 2000})
    assert verdict.is_clean


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=40))
def test_every_sighting_is_accounted_for(seen: list[tuple[int, int]]) -> None:
    verdict = _filled(*seen).compare(dict.fromkeys(range(4), 5))
    assert verdict.lost == 20 - len(set(seen))
    assert verdict.doubled == len(seen) - len(set(seen))
    assert verdict.foreign == 0


def test_what_was_sent_before_the_lesson_began_was_never_due() -> None:
    ledger = Ledger()
    ledger.see_in_snapshot(0, 4)
    ledger.see(0, 6, 1.0)
    verdict = ledger.compare({0: 6})
    assert (verdict.lost, verdict.examples) == (1, ((0, 5),))
