"""What is known of the server is told as it is, and a part that began anew is noticed."""

from __future__ import annotations

from actors.stats import (
    COMMIT_BOUNDS_S,
    ArchivistStats,
    HubNote,
    HubSeen,
    ProcessFacts,
    RuntimeStats,
    ShardStats,
)
from hub.standing import RESTARTS, Standing


def shard(pid: int = 10, epoch: str = "a", name: str = "pool-0") -> ShardStats:
    return ShardStats(name, epoch, 3, ProcessFacts(pid, "node-1", 1000, 12), 40, 2, 0.5)


def archivist(pid: int = 20, *hubs: HubSeen) -> ArchivistStats:
    commits = (6, 4, *[0] * (len(COMMIT_BOUNDS_S) - 1))
    return ArchivistStats(
        ProcessFacts(pid, "node-1", 2000, 9), 4, 0.25, 1.5, 100, 0, commits, 0.05, hubs
    )


def stats(pid: int = 10, epoch: str = "a", archivist_pid: int = 20) -> RuntimeStats:
    return RuntimeStats({"pool-0": shard(pid, epoch)}, archivist(archivist_pid))


def test_nothing_is_claimed_before_anybody_was_asked() -> None:
    facts = Standing().facts(5)
    assert (facts["state"], facts["detail"]) == ("degraded", "The server is starting.")
    assert (facts["hubs"], facts["shards"], facts["archivist"]) == ([], [], {"is_up": False})


def test_shards_and_archivist_are_told_with_queues_and_lag() -> None:
    standing = Standing(degraded="", queues={"pool-0": 7})
    standing.take(stats(), 1_000)
    facts = standing.facts(2_000)
    assert (facts["state"], facts["asked_at_ms"], facts["now_ms"]) == ("ok", 1_000, 2_000)
    assert facts["shards"] == [
        {
            "name": "pool-0",
            "is_up": True,
            "queue": 7,
            "restarts": 0,
            "pid": 10,
            "node": "node-1",
            "life": 3,
            "devices": 40,
            "records_waiting": 2,
            "lag_s": 0.5,
            "resident_bytes": 1000,
            "descriptors": 12,
        }
    ]
    told = facts["archivist"]
    assert (told["records_waiting"], told["lag_s"], told["commit_age_s"]) == (4, 0.25, 1.5)
    assert (told["commits"], told["mean_commit_ms"]) == (10, 5.0)


def test_a_new_process_and_a_new_life_are_restarts_with_their_cause() -> None:
    standing = Standing()
    standing.take(stats(), 1)
    standing.take(stats(), 2)
    assert standing.facts(3)["restarts"] == []
    standing.take(stats(pid=11, epoch="b"), 3)
    standing.take(stats(pid=11, epoch="c", archivist_pid=21), 4)
    told = [(row["part"], row["at_ms"]) for row in standing.facts(5)["restarts"]]
    assert sorted(told) == [("archivist", 4), ("pool-0", 3), ("pool-0", 4)]
    causes = [row["cause"] for row in standing.facts(5)["restarts"] if row["part"] == "pool-0"]
    assert causes == [
        "It began a new life in its process 11.",
        "Its process 10 ended; 11 is its next one.",
    ]
    assert standing.facts(5)["shards"][0]["restarts"] == 2


def test_a_shard_that_is_silent_for_a_while_and_comes_back_the_same_has_not_restarted() -> None:
    standing = Standing()
    standing.take(stats(), 1)
    standing.take(RuntimeStats({"pool-0": None}), 2)
    [told] = standing.facts(3)["shards"]
    assert told == {"name": "pool-0", "is_up": False, "queue": 0, "restarts": 0}
    standing.take(stats(), 4)
    assert standing.facts(5)["restarts"] == []


def test_only_the_last_restarts_are_kept_and_all_are_counted() -> None:
    standing = Standing()
    for pid in range(RESTARTS + 11):
        standing.take(stats(pid=pid), pid)
    facts = standing.facts(0)
    assert len(facts["restarts"]) == RESTARTS
    assert facts["shards"][0]["restarts"] == RESTARTS + 10


def test_hubs_are_told_this_one_first_and_a_silent_one_as_silent() -> None:
    notes = [HubNote(name, "n", 1, "http://x", 5, 2, 0, "") for name in ("hub-a", "hub-b")]
    standing = Standing(hub="hub-b")
    seen = HubSeen(notes[0], 60.0), HubSeen(notes[1], 0.1)
    standing.take(RuntimeStats({}, archivist(1, *seen)), 1)
    told = standing.facts(2)["hubs"]
    assert [(hub["name"], hub["is_this"], hub["is_silent"]) for hub in told] == [
        ("hub-b", True, False),
        ("hub-a", False, True),
    ]
