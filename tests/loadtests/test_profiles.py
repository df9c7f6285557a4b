"""A profile is refused when it makes no sense, and knows its classes."""

from __future__ import annotations

import pytest

from loadtests.profiles import LessonProfile


@pytest.mark.parametrize(
    ("devices", "class_size", "classes"), [(1, 30, 1), (30, 30, 1), (31, 30, 2), (2000, 30, 67)]
)
def test_every_device_is_in_a_class(devices: int, class_size: int, classes: int) -> None:
    assert LessonProfile(devices=devices, class_size=class_size).classes == classes


def test_every_class_has_a_teacher_unless_fewer_are_wanted() -> None:
    assert LessonProfile(devices=90).consoles == 3
    assert LessonProfile(devices=90, teachers=2).consoles == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"devices": 0},
        {"rate": 0.0},
        {"rate": 51.0},
        {"seconds": 0.0},
        {"class_size": 0},
        {"connects_per_s": 0.0},
        {"devices": 30, "teachers": 2},
        {"teachers": 0},
        {"watched": 0},
        {"watched": 301},
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        LessonProfile(**wrong)  # type: ignore[arg-type]


def test_a_class_is_watched_whole_or_not_at_all() -> None:
    profile = LessonProfile(devices=10_000, watched=310)
    assert (profile.classes, profile.in_lessons, profile.consoles) == (11, 330, 11)
    assert LessonProfile(devices=70).in_lessons == 70
