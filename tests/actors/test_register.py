"""Who is where, and which lesson is told of it, in whatever order it is heard."""

from __future__ import annotations

from itertools import permutations

import pytest

from actors.effects import Effect
from actors.messages import Arrived, Departed, LessonOver, LessonRunning, Present
from actors.ports import SiteSummary
from actors.register import Register
from tests.actors.cast import NOW_MS, REGISTER, classroom_key, told


def present(
    device: str = "pc-1", *, user: str = "", lesson: str = "", connected: bool = True
) -> Present:
    return Present(device, f"Name of {device}", connected, user, user.title(), lesson)


def running(
    lesson: str = "l1",
    *,
    devices: tuple[str, ...] = (),
    pupils: tuple[str, ...] = (),
    members: tuple[str, ...] = (),
    started_at_ms: int = 1,
) -> LessonRunning:
    return LessonRunning(
        lesson,
        started_at_ms,
        classroom_key(lesson),
        frozenset(devices),
        frozenset(pupils),
        frozenset(members),
    )


def hear(register: Register, *messages: object) -> list[Effect]:
    return [effect for message in messages for effect in register.told(message, NOW_MS)]


def arrivals(effects: list[Effect]) -> list[tuple[str, str]]:
    return [(key.id, message.device) for key, message in told(effects, Arrived)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", list(permutations((0, 1))))
def test_a_pupil_who_signs_on_before_or_after_the_lesson_began_is_named_once(
    order: tuple[int, ...],
) -> None:
    messages = (present(user="amy"), running(pupils=("amy",)))
    effects = hear(Register(REGISTER), *(messages[index] for index in order))
    assert arrivals(effects) == [("l1", "pc-1")]


def test_a_device_of_the_class_is_named_also_while_nobody_is_signed_on() -> None:
    register = Register(REGISTER)
    assert arrivals(hear(register, running(devices=("pc-1",)), present())) == [("l1", "pc-1")]


def test_a_pupil_who_signs_off_departs_and_one_who_is_only_cut_off_does_not() -> None:
    register = Register(REGISTER)
    hear(register, running(pupils=("amy",)), present(user="amy", lesson="l1"))
    assert told(hear(register, present(user="amy", lesson="l1", connected=False)), Departed) == []
    effects = hear(register, present(user="", lesson="l1"))
    assert told(effects, Departed) == [(classroom_key("l1"), Departed("pc-1"))]


def test_a_pupil_who_moves_to_another_device_is_named_there() -> None:
    register = Register(REGISTER)
    hear(register, running(pupils=("amy",)), present("pc-1", user="amy", lesson="l1"))
    assert arrivals(hear(register, present("pc-2", user="amy"))) == [("l1", "pc-2")]


def test_a_renewal_names_nobody_whom_the_classroom_knows() -> None:
    register = Register(REGISTER)
    hear(register, running(devices=("pc-1",)), present(lesson="l1"))
    assert hear(register, running(devices=("pc-1",), members=("pc-1",))) == []


def test_a_classroom_that_lost_its_members_is_told_of_them() -> None:
    register = Register(REGISTER)
    hear(register, running(pupils=("amy",)), present(user="amy", lesson="l1"))
    assert arrivals(hear(register, running(pupils=("amy",)))) == [("l1", "pc-1")]


def test_of_two_lessons_that_want_a_device_the_newer_has_it_and_keeps_it() -> None:
    register = Register(REGISTER)
    hear(register, running(devices=("pc-1",)), present(lesson="l1"))
    effects = hear(register, running("l2", devices=("pc-1",), started_at_ms=2))
    assert arrivals(effects) == [("l2", "pc-1")]
    hear(register, present(lesson="l2"))
    assert hear(register, running(devices=("pc-1",))) == [], "the older one must not take it back"


def test_the_older_lesson_gets_its_device_back_when_the_newer_is_over() -> None:
    register = Register(REGISTER)
    hear(register, running(devices=("pc-1",)), running("l2", devices=("pc-1",), started_at_ms=2))
    hear(register, present(lesson="l2"), LessonOver("l2"))
    assert arrivals(hear(register, present())) == [("l1", "pc-1")]


def test_a_lesson_that_is_over_is_told_of_nobody() -> None:
    register = Register(REGISTER)
    hear(register, running(pupils=("amy",)), LessonOver("l1"))
    assert hear(register, present(user="amy")) == []


def test_the_directory_lists_the_devices_by_name() -> None:
    register = Register(REGISTER)
    hear(register, present("pc-2", user="ben"), present("pc-1", connected=False))
    hear(register, present("pc-2", user="amy", lesson="l1"))
    entries = register.directory()
    assert [(e.device, e.connected, e.user, e.lesson) for e in entries] == [
        ("pc-1", False, "", ""),
        ("pc-2", True, "amy", "l1"),
    ]


def test_the_summary_of_a_site_counts_each_device_once_as_it_stands_now() -> None:
    register = Register(REGISTER)
    hear(
        register,
        running(),
        present("pc-1", user="amy"),
        present("pc-2", user="ben", lesson="l1"),
        present("pc-3", lesson="l1"),
        present("pc-4", user="cat", lesson="l1"),
        present("pc-2", user="ben", lesson="l1"),
        present("pc-4", user="cat", lesson="l1", connected=False),
    )
    assert register.summary() == SiteSummary("hill", 4, 3, 2, 1, 2)
    hear(register, LessonOver("l1"), present("pc-2"), present("pc-3"))
    assert register.summary() == SiteSummary("hill", 4, 3, 1, 0, 0)
