from dataclasses import replace

import pytest

from store.audit import entries
from store.classes import save_class
from store.engine import Store, StoreConflict
from store.events import events_of_site
from store.lessons import LessonEnded, LessonStarted, StoredLesson, running_lessons
from store.lives import begin_life
from store.records import Act, DeviceEvent, Record
from store.writing import Batch, write_batches, write_records

NOW_MS = 1_800_000_000_000
LESSON = StoredLesson("oak", "hill", "l1", "7b", "7B", ("pc1",), (), (("p1", "Ada"),), NOW_MS, ())
EVENT = DeviceEvent("oak", "hill", "pc1", "e1", 1, "signed_on", "ali", "l1", NOW_MS, NOW_MS)
ACT = Act("oak", "hill", "a1", NOW_MS, "p1", "Ada", "lesson_started", "l1")
MIXED: list[Record] = [EVENT, LessonStarted(LESSON), ACT, replace(EVENT, seq=2)]


@pytest.fixture(autouse=True)
def _classes(store: Store) -> None:
    save_class(store, "oak", "hill", "7b", "7B", [], [], NOW_MS)


def sizes(store: Store) -> tuple[int, int, int]:
    return (
        len(running_lessons(store)),
        len(events_of_site(store, "oak", "hill")),
        len(entries(store, "oak")),
    )


def test_records_of_every_kind_are_written_together_and_once(store: Store) -> None:
    write_records(store, MIXED)
    write_records(store, [*MIXED, *MIXED])
    assert sizes(store) == (1, 2, 1)


@pytest.mark.parametrize(
    "never",
    [
        LessonEnded("oak", "hill", "never", NOW_MS),
        replace(EVENT, site="nowhere"),
        replace(ACT, trust="nobody"),
        replace(EVENT, seq=2**63),
        replace(EVENT, detail="\ud800"),
        replace(ACT, id="a2", person_name="\ud800"),
    ],
)
def test_one_that_can_never_be_stored_leaves_nothing_of_the_others(
    store: Store, never: Record
) -> None:
    with pytest.raises((StoreConflict, LookupError)):
        write_records(store, [*MIXED, never])
    assert sizes(store) == (0, 0, 0)


def test_only_the_newest_life_of_a_shard_is_written(store: Store) -> None:
    old, new = begin_life(store, "pool-1"), begin_life(store, "pool-1")
    begin_life(store, "pool-2")
    batches = [
        Batch([EVENT], "pool-1", old),
        Batch([LessonStarted(LESSON)], "pool-1", new),
        Batch([ACT], "pool-2", 1),
        Batch([replace(EVENT, seq=3)], "pool-3", 1),
        Batch([replace(EVENT, seq=4)]),
    ]
    assert write_batches(store, batches) == {0, 3}
    assert sizes(store) == (1, 1, 1)
    assert events_of_site(store, "oak", "hill")[0].event.seq == 4


def test_nothing_is_a_batch_too(store: Store) -> None:
    assert write_batches(store, []) == frozenset()
    assert write_batches(store, [Batch([])]) == frozenset()
