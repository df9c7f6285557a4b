"""Every figure that alerts need is there, under its name, with what the parts said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from actors.stats import COMMIT_BOUNDS_S, RuntimeStats
from hub.metrics import Metrics
from hub.standing import Standing
from hub.uptime import ProbeWatch
from store.engine import open_store
from store.probes import ProbeResult, add_result
from tests.hub.test_standing import archivist, shard


def samples(metrics: Metrics) -> dict[tuple[str, str], float]:
    """Value of each sample by its name and its label."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def test_parts_that_answer_are_shown_with_their_figures() -> None:
    standing, metrics = Standing(degraded=""), Metrics()
    metrics.show(standing)
    standing.take(RuntimeStats({"pool-0": shard(), "pool-1": None}, archivist()), 1)
    standing.take(RuntimeStats({"pool-0": shard(pid=11), "pool-1": None}, archivist()), 2)
    standing.counts.pictures_dropped = 9
    standing.counts.messages_set_aside = 4
    found = samples(metrics)
    assert found["formroom_ready", ""] == 1
    assert found["formroom_shard_up", "pool-0"] == 1
    assert found["formroom_shard_up", "pool-1"] == 0
    assert found["formroom_shard_restarts_total", "pool-0"] == 1
    assert found["formroom_shard_devices", "pool-0"] == 40
    assert found["formroom_shard_record_age_seconds", "pool-0"] == 0.5
    assert found["formroom_messages_set_aside_total", ""] == 4
    assert ("formroom_shard_devices", "pool-1") not in found
    assert found["formroom_pictures_dropped_total", ""] == 9
    assert found["formroom_archivist_up", ""] == 1
    assert found["formroom_archivist_commit_age_seconds", ""] == 1.5
    assert found["formroom_event_loop_stalled_seconds", ""] == 0
    assert found["process_open_fds", ""] > 0


def test_commits_are_a_histogram() -> None:
    standing, metrics = Standing(), Metrics()
    metrics.show(standing)
    commits = [0] * (len(COMMIT_BOUNDS_S) + 1)
    commits[0], commits[3], commits[-1] = 5, 2, 1
    standing.stats = RuntimeStats(
        {}, replace(archivist(), commits=tuple(commits), commit_seconds=7.5)
    )
    found = samples(metrics)
    name = "formroom_archivist_commit_seconds"
    assert found[f"{name}_bucket", "0.001"] == 5
    assert found[f"{name}_bucket", "0.01"] == 7
    assert found[f"{name}_bucket", "5.0"] == 7
    assert found[f"{name}_bucket", "+Inf"] == found[f"{name}_count", ""] == 8
    assert found[f"{name}_sum", ""] == 7.5


def test_while_nothing_answers_that_is_what_is_shown() -> None:
    metrics = Metrics()
    metrics.show(Standing())
    found = samples(metrics)
    assert found["formroom_ready", ""] == found["formroom_archivist_up", ""] == 0
    assert ("formroom_archivist_records_waiting", "") not in found


def test_rounds_of_probes_are_counted_and_the_last_has_its_age(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    try:
        watch, metrics = ProbeWatch(store, lambda: 100_000), Metrics()
        metrics.show_probes(watch)
        assert samples(metrics)["formroom_probe_results_total", "up"] == 0
        for at_ms, outcome in ((10_000, "up"), (40_000, "down")):
            add_result(store, ProbeResult("p", at_ms, outcome), 60_000)
        watch.read()
        found = samples(metrics)
        assert found["formroom_probe_results_total", "up"] == 1
        assert found["formroom_probe_results_total", "down"] == 1
        assert found["formroom_probe_age_seconds", "p"] == 60
    finally:
        store.close()


def test_a_gauge_shows_what_was_given_for_it_last() -> None:
    metrics = Metrics()
    for value in (1.0, 2.0):
        metrics.gauge("formroom_test", "A test.", lambda value=value: value)  # type: ignore[misc]
    assert samples(metrics)["formroom_test", ""] == 2
