"""The promise of the log, held against any history of writing and reading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.log import Log

HUBS, TOPICS = ("hub-1", "hub-2"), ("t1", "t2")
FOLLOWED = frozenset({"t1"})

writes = st.lists(
    st.tuples(st.sampled_from(("device", "viewer", "close", "t1", "t2")), st.sampled_from(HUBS)),
    max_size=60,
)


def write(log: Log, kind: str, hub: str, number: int) -> None:
    if kind == "device":
        log.for_device(hub, number, b"%d" % number)
    elif kind == "viewer":
        log.for_viewer(hub, f"v{number}", b"%d" % number)
    elif kind == "close":
        log.close_device(hub, number)
    else:
        log.publish(kind, b"%d" % number)


@given(writes, st.lists(st.integers(0, 59)), st.integers(1, 30))
def test_a_reader_gets_everything_after_its_cursor_once_and_in_order_or_is_told_of_a_gap(
    history: list[tuple[str, str]], reads: list[int], capacity: int
) -> None:
    log = Log("e", capacity)
    cursor, behind = 0, 0
    devices: list[int] = []
    viewers: list[str] = []
    closed: list[int] = []
    lessons: list[tuple[int, str, bytes]] = []
    expected: list[tuple[str, int]] = []
    for number, (kind, hub) in enumerate(history):
        write(log, kind, hub, number)
        behind += 1
        if hub == "hub-1" or kind.startswith("t"):
            expected.append((kind, number))
        if number in reads or number == len(history) - 1:
            reading = log.read("hub-1", "e", cursor, FOLLOWED)
            assert reading.gap == (behind > capacity)
            if reading.gap:
                devices, viewers, closed, lessons, expected = [], [], [], [], []
            devices += [session for session, _ in reading.devices]
            viewers += [viewer for viewer, _ in reading.viewers]
            closed += reading.closed
            lessons += reading.lessons
            cursor, behind = reading.cursor, 0
    assert devices == [n for kind, n in expected if kind == "device"]
    assert viewers == [f"v{n}" for kind, n in expected if kind == "viewer"]
    assert closed == [n for kind, n in expected if kind == "close"]
    assert lessons == [(n + 1, "t1", b"%d" % n) for kind, n in expected if kind == "t1"]


@given(writes, st.integers(0, 70), st.integers(1, 30))
def test_what_was_missed_on_a_topic_is_known_whole_or_not_at_all(
    history: list[tuple[str, str]], after: int, capacity: int
) -> None:
    log = Log("e", capacity)
    for number, (kind, hub) in enumerate(history):
        write(log, kind, hub, number)
    missed = log.since("t1", "e", after)
    if after > len(history) or len(history) - after > capacity:
        assert missed is None
    else:
        later = enumerate(history[after:], start=after)
        assert missed == [(n + 1, "t1", b"%d" % n) for n, (kind, _) in later if kind == "t1"]


@given(writes, st.integers(0, 70))
def test_there_is_news_exactly_when_reading_gives_something(
    history: list[tuple[str, str]], after: int
) -> None:
    log = Log("e", 20)
    for number, (kind, hub) in enumerate(history):
        write(log, kind, hub, number)
    has_news = log.has_news("hub-1", "e", after, FOLLOWED)
    reading = log.read("hub-1", "e", after, FOLLOWED)
    given = reading.devices or reading.viewers or reading.closed or reading.lessons
    assert has_news == bool(reading.gap or given)


def test_another_life_of_the_shard_is_a_gap() -> None:
    log = Log("e2")
    assert log.read("hub-1", "e1", 0, FOLLOWED).gap
    assert log.since("t1", "e1", 0) is None


def test_the_log_is_bounded_by_bytes_too() -> None:
    log = Log("e", capacity_bytes=1000)
    for number in range(50):
        log.for_viewer("hub-1", f"v{number}", b"x" * 300)
    assert log.read("hub-1", "e", 46, FOLLOWED).gap
    assert [v for v, _ in log.read("hub-1", "e", 47, FOLLOWED).viewers] == ["v47", "v48", "v49"]


def test_of_pictures_only_the_newest_of_each_device_waits() -> None:
    log = Log("e")
    for number in range(3):
        log.show("hub-1", "v1", "pc-1", b"%d" % number)
    log.show("hub-1", "v1", "pc-2", b"other")
    assert log.has_news("hub-1", "e", 0, FOLLOWED)
    assert log.read("hub-2", "e", 0, FOLLOWED).pictures == []
    pictures = log.read("hub-1", "e", 0, FOLLOWED).pictures
    assert pictures == [("v1", "pc-1", b"2"), ("v1", "pc-2", b"other")]
    assert log.read("hub-1", "e", 0, FOLLOWED).pictures == []
