"""What the parts of the server say of themselves is what happened to them."""

from __future__ import annotations

import os

import pytest

from actors.stats import COMMIT_BOUNDS_S, Backlog, CommitWatch, HubNote, process_facts


def note(hub: str, devices: int = 0) -> HubNote:
    return HubNote(hub, "node", 1, "http://127.0.0.1:1", devices, 0, 0, "")


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock, as a list of one number that the test changes."""
    now = [1000.0]
    monkeypatch.setattr("actors.stats.time.monotonic", lambda: now[0])
    return now


def test_what_waits_is_counted_with_the_age_of_the_oldest(seconds: list[float]) -> None:
    watch = CommitWatch()
    assert watch.stats().records_waiting == 0
    assert watch.stats().record_age_s == 0
    with watch.waiting(3):
        seconds[0] += 2
        with watch.waiting(4):
            seconds[0] += 1
            stats = watch.stats()
            assert (stats.records_waiting, stats.record_age_s) == (7, 3)
    assert watch.stats().records_waiting == 0


def test_commits_are_counted_by_their_duration_and_failures_are_not(seconds: list[float]) -> None:
    watch = CommitWatch()
    assert watch.stats().commit_age_s is None
    for took_s in (0.0005, 0.02, 60.0):
        with watch.committing(10):
            seconds[0] += took_s
    with pytest.raises(OSError, match="disk"), watch.waiting(1), watch.committing(1):
        raise OSError("disk")
    seconds[0] += 5
    stats = watch.stats()
    assert (stats.records, stats.refused, stats.commit_age_s) == (30, 1, 5)
    assert stats.commit_seconds == pytest.approx(60.0205)
    assert sum(stats.commits) == 3
    assert stats.commits[0] == stats.commits[-1] == 1
    assert stats.commits[COMMIT_BOUNDS_S.index(0.025)] == 1


def test_a_hub_that_says_no_more_is_shown_with_its_age_and_then_forgotten(
    seconds: list[float],
) -> None:
    watch = CommitWatch()
    watch.hear(note("a"))
    seconds[0] += 20
    watch.hear(note("b", devices=7))
    heard = {seen.note.hub: (seen.note.devices, seen.age_s) for seen in watch.stats().hubs}
    assert heard == {"a": (0, 20), "b": (7, 0)}
    seconds[0] += 599
    watch.hear(note("b"))
    assert [seen.note.hub for seen in watch.stats().hubs] == ["b"]


def test_the_age_of_a_backlog_is_that_of_its_oldest(seconds: list[float]) -> None:
    backlog = Backlog()
    assert backlog.age_s == 0
    backlog.came(2)
    seconds[0] += 3
    backlog.came(5)
    backlog.came(5)
    seconds[0] += 1
    assert backlog.age_s == 4
    backlog.went(1)
    assert backlog.age_s == 4
    backlog.went(2)
    assert backlog.age_s == 1
    backlog.went(9)
    assert backlog.age_s == 0


def test_a_process_knows_its_id_memory_and_descriptors() -> None:
    facts = process_facts()
    assert facts.pid == os.getpid()
    assert facts.node
    assert facts.resident_bytes > 1_000_000
    assert facts.descriptors > 2
