from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.classes import save_class
from store.engine import Store, StoreConflict
from store.lessons import (
    LessonEnded,
    LessonRecord,
    LessonStarted,
    LocksChanged,
    StoredLesson,
    StoredLock,
    TeachersChanged,
    running_lesson,
    running_lesson_of_class,
    running_lessons,
    teachers_of_running_lesson,
)
from store.writing import write_records

NOW_MS = 1_800_000_000_000
LOCK = StoredLock("k1", ("pc1",), "Eyes <b>up</b>", NOW_MS + 60_000, "Ada", ("pc2",))
LESSON = StoredLesson(
    "oak", "hill", "l1", "7b", "7B", ("pc2", "pc1"), (), (("p1", "Ada"),), NOW_MS, ()
)
WHO = "oak", "hill", "l1"


@pytest.fixture(autouse=True)
def _classes(store: Store) -> None:
    for trust in ("oak", "elm"):
        save_class(store, trust, "hill", "7b", "7B", [], [], NOW_MS)


def test_a_lesson_is_found_as_it_was_written(store: Store) -> None:
    pulled = replace(LESSON, id="l2", devices=(), pupils=("ali", "zoe"), started_at_ms=NOW_MS + 1)
    write_records(store, [LessonStarted(pulled), LessonStarted(LESSON)])
    assert running_lessons(store) == [LESSON, pulled]
    assert running_lesson(store, *WHO) == LESSON
    assert running_lesson_of_class(store, "oak", "hill", "7b") == LESSON


def test_teachers_and_locks_are_replaced_whole_and_keep_their_order(store: Store) -> None:
    teachers = ("p2", "Zed"), ("p1", "Ada")
    locks = LOCK, replace(LOCK, id="k0", devices=(), ends_at_ms=None)
    write_records(
        store,
        [
            LessonStarted(replace(LESSON, locks=(replace(LOCK, message="old"),))),
            TeachersChanged(*WHO, teachers),
            LocksChanged(*WHO, locks),
        ],
    )
    assert running_lesson(store, *WHO) == replace(LESSON, teachers=teachers, locks=locks)


def test_an_ended_lesson_stays_ended_whatever_is_written_again(store: Store) -> None:
    records: list[LessonRecord] = [
        LessonStarted(LESSON),
        LocksChanged(*WHO, (LOCK,)),
        LessonEnded(*WHO, NOW_MS + 5),
    ]
    write_records(store, records)
    write_records(store, records[:2])
    assert running_lessons(store) == []
    assert running_lesson_of_class(store, "oak", "hill", "7b") is None


def test_twins_of_two_trusts_never_mix(store: Store) -> None:
    twin = replace(LESSON, trust="elm")
    write_records(store, [LessonStarted(LESSON), LessonStarted(twin)])
    write_records(store, [LocksChanged("elm", "hill", "l1", (LOCK,)), LessonEnded(*WHO, NOW_MS)])
    assert running_lessons(store) == [replace(twin, locks=(LOCK,))]
    assert running_lessons(store, "oak") == []
    assert running_lesson(store, *WHO) is None


def test_a_record_of_a_lesson_that_never_began_writes_nothing(store: Store) -> None:
    with pytest.raises(LookupError, match="l1"):
        write_records(store, [LessonStarted(replace(LESSON, id="l2")), LocksChanged(*WHO, (LOCK,))])
    assert running_lessons(store) == []


def test_a_lesson_of_no_known_class_writes_nothing(store: Store) -> None:
    with pytest.raises(StoreConflict):
        write_records(
            store, [LessonStarted(LESSON), LessonStarted(replace(LESSON, id="l2", class_id="9z"))]
        )
    assert running_lessons(store) == []


def test_who_teaches_a_lesson_is_known_without_its_site_while_it_runs(store: Store) -> None:
    write_records(
        store, [LessonStarted(LESSON), TeachersChanged(*WHO, (("p2", "Zed"), ("p1", "Ada")))]
    )
    assert teachers_of_running_lesson(store, "oak", "l1") == ("hill", frozenset({"p1", "p2"}))
    assert teachers_of_running_lesson(store, "elm", "l1") is None
    write_records(store, [LessonEnded(*WHO, NOW_MS + 5)])
    assert teachers_of_running_lesson(store, "oak", "l1") is None


_records: st.SearchStrategy[LessonRecord] = st.one_of(
    st.builds(LessonStarted, st.just(LESSON)),
    st.builds(
        lambda teachers: TeachersChanged(*WHO, tuple(teachers)),
        st.lists(st.sampled_from([("p1", "Ada"), ("p2", "Ben")]), unique=True),
    ),
    st.builds(
        lambda ids: LocksChanged(*WHO, tuple(replace(LOCK, id=id_) for id_ in ids)),
        st.lists(st.sampled_from(["k1", "k2", "k3"]), unique=True),
    ),
    st.builds(lambda: LessonEnded(*WHO, NOW_MS + 9)),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(records=st.lists(_records, max_size=6), again=st.integers(0, 6))
def test_records_written_twice_equal_records_written_once(
    store: Store, number: Callable[[], int], records: list[LessonRecord], again: int
) -> None:
    lesson = f"l{number()}"
    begun: LessonRecord = LessonStarted(replace(LESSON, id=lesson))
    renamed = [begun, *(_of(record, lesson) for record in records)]
    write_records(store, renamed)
    once = running_lesson(store, "oak", "hill", lesson)
    write_records(store, renamed[-(again + 1) :])
    assert running_lesson(store, "oak", "hill", lesson) == once


def _of(record: LessonRecord, lesson: str) -> LessonRecord:
    if isinstance(record, LessonStarted):
        return LessonStarted(replace(record.lesson, id=lesson))
    return replace(record, id=lesson)


@pytest.fixture
def number() -> Callable[[], int]:
    count = 10

    def following() -> int:
        nonlocal count
        count += 1
        return count

    return following
