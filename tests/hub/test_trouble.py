"""Teachers are told what works and what does not, by what is really away."""

from __future__ import annotations

from dataclasses import replace

from actors.stats import RuntimeStats
from hub.trouble import ALL_AWAY, NOT_RECORDED, SOME_AWAY, trouble
from tests.hub.test_standing import archivist, shard

WELL = RuntimeStats({"pool-0": shard(), "pool-1": shard()}, archivist())


def test_nothing_is_said_while_all_is_well() -> None:
    assert trouble(WELL, is_healthy=True) == ""
    assert trouble(RuntimeStats(), is_healthy=True) == ""


def test_one_shard_away_is_some_and_all_of_them_is_all() -> None:
    one = RuntimeStats({"pool-0": shard(), "pool-1": None}, archivist())
    none = RuntimeStats({"pool-0": None, "pool-1": None}, archivist())
    assert trouble(one, is_healthy=False) == SOME_AWAY
    assert trouble(none, is_healthy=False) == ALL_AWAY
    assert trouble(RuntimeStats(), is_healthy=False) == ALL_AWAY


def test_what_is_back_is_not_said_to_be_away() -> None:
    before = RuntimeStats({"pool-0": None, "pool-1": None}, None)
    assert trouble(before, is_healthy=True) == ""


def test_without_the_archivist_or_a_database_that_takes_records_nothing_is_recorded() -> None:
    assert trouble(replace(WELL, archivist=None), is_healthy=False) == NOT_RECORDED
    waiting = replace(archivist(), record_age_s=4.0)
    assert trouble(replace(WELL, archivist=waiting), is_healthy=True) == NOT_RECORDED
    late = replace(shard(), record_age_s=4.0)
    stats = RuntimeStats({"pool-0": late}, archivist())
    assert trouble(stats, is_healthy=True) == NOT_RECORDED


def test_every_sentence_says_what_goes_on() -> None:
    for sentence in (ALL_AWAY, SOME_AWAY, NOT_RECORDED):
        assert "go on" in sentence
        assert len(sentence) < 250
