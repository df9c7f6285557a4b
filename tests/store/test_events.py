from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.devices import DeviceRow, enrol_devices
from store.engine import Store, StoreConflict
from store.events import DayCount, day_counts, events_of_site
from store.records import DeviceEvent
from store.writing import write_records

DAY_MS = 86_400_000
NOON_MS = 1_800_014_400_000
"""2027-01-15 12:00 UTC."""
EVENT = DeviceEvent(
    "oak", "hill", "pc1", "e1", 1, "signed_on", "ali", "l1", NOON_MS - 50, NOON_MS, "o1", "détail"
)


def events(count: int, **changes: str) -> list[DeviceEvent]:
    return [replace(EVENT, seq=seq, **changes) for seq in range(1, count + 1)]  # type: ignore[arg-type]


def counts(store: Store, trust: str = "oak", since: str = "2000-01-01") -> list[DayCount]:
    return day_counts(store, trust, since)


def test_an_event_is_found_as_it_was_written(store: Store) -> None:
    write_records(store, [EVENT])
    assert [stored.event for stored in events_of_site(store, "oak", "hill")] == [EVENT]
    assert counts(store) == [DayCount("hill", "2027-01-15", "signed_on", 1)]


def test_an_event_is_stored_and_counted_once_however_often_it_is_written(store: Store) -> None:
    write_records(store, [EVENT, EVENT])
    write_records(store, [replace(EVENT, detail="again", received_at_ms=NOON_MS + DAY_MS)])
    assert [stored.event for stored in events_of_site(store, "oak", "hill")] == [EVENT]
    assert counts(store) == [DayCount("hill", "2027-01-15", "signed_on", 1)]


def test_each_part_of_its_name_makes_another_event(store: Store) -> None:
    others = [
        replace(EVENT, trust="elm"),
        replace(EVENT, site="dale"),
        replace(EVENT, device="pc2"),
        replace(EVENT, epoch="e2"),
        replace(EVENT, seq=2),
    ]
    write_records(store, [EVENT, *others])
    found = [
        stored.event
        for trust, site in (("oak", "hill"), ("oak", "dale"), ("elm", "hill"))
        for stored in events_of_site(store, trust, site)
    ]
    assert len(found) == 6
    assert set(found) == {EVENT, *others}


def test_pages_follow_one_another_without_gap_or_repetition(store: Store) -> None:
    write_records(store, [event for pair in zip(events(25), events(25, site="dale"), strict=True)
                          for event in pair])  # fmt: skip
    found: list[DeviceEvent] = []
    after = 0
    while page := events_of_site(store, "oak", "hill", after, limit=10):
        found += [stored.event for stored in page]
        after = page[-1].position
    assert found == events(25)


def test_counts_are_by_site_kind_and_day_of_receipt(store: Store) -> None:
    midnight = NOON_MS + DAY_MS // 2
    write_records(
        store,
        [
            replace(EVENT, seq=1, received_at_ms=midnight - 1),
            replace(EVENT, seq=2, received_at_ms=midnight),
            replace(EVENT, seq=3, received_at_ms=midnight, kind="signed_off"),
            replace(EVENT, site="dale", received_at_ms=midnight),
            replace(EVENT, trust="elm", received_at_ms=midnight),
        ],
    )
    write_records(store, [replace(EVENT, seq=4, received_at_ms=midnight + 1)])
    assert counts(store) == [
        DayCount("hill", "2027-01-15", "signed_on", 1),
        DayCount("dale", "2027-01-16", "signed_on", 1),
        DayCount("hill", "2027-01-16", "signed_off", 1),
        DayCount("hill", "2027-01-16", "signed_on", 2),
    ]
    assert [count.day for count in counts(store, since="2027-01-16")] == ["2027-01-16"] * 3
    assert counts(store, since="2027-01-17") == []
    with pytest.raises(ValueError, match="isoformat"):
        counts(store, since="yesterday")


def test_an_event_of_a_site_that_does_not_exist_writes_nothing(store: Store) -> None:
    with pytest.raises(StoreConflict, match="'elm' has no site 'dale'"):
        write_records(store, [EVENT, replace(EVENT, trust="elm", site="dale")])
    assert events_of_site(store, "oak", "hill") == []
    assert counts(store) == []


def test_events_of_a_device_are_taken_after_it_was_removed(store: Store) -> None:
    enrol_devices(store, [DeviceRow("oak", "hill", "pc1", "PC 1", "", b"k")], NOON_MS)
    with store.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM devices")
    write_records(store, [EVENT])
    assert len(events_of_site(store, "oak", "hill")) == 1


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    batches=st.lists(
        st.lists(
            st.builds(
                lambda seq, site, kind, day: replace(
                    EVENT, seq=seq, site=site, kind=kind, received_at_ms=NOON_MS + day * DAY_MS
                ),
                st.integers(100, 110),
                st.sampled_from(["hill", "dale"]),
                st.sampled_from(["a", "b"]),
                st.integers(0, 2),
            ),
            max_size=12,
        ),
        max_size=4,
    )
)
def test_counts_are_the_counts_of_what_is_stored(
    store: Store, batches: list[list[DeviceEvent]]
) -> None:
    for batch in batches:
        write_records(store, batch)
    stored = Counter(
        (site, stored.event.received_at_ms // DAY_MS, stored.event.kind)
        for site in ("hill", "dale")
        for stored in events_of_site(store, "oak", site, limit=1000)
    )
    assert sorted(count.count for count in counts(store)) == sorted(stored.values())
    assert len({(count.site, count.day, count.kind) for count in counts(store)}) == len(stored)
