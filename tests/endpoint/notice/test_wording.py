"""What pupils read."""

import pytest

from endpoint.notice.scene import Watcher
from endpoint.notice.wording import countdown, is_controlled, locked_by, watcher_lines
from wire.messages import Mode

KHAN = "Ms Khan"


@pytest.mark.parametrize(
    ("mode", "lines"),
    [
        ("wall", ["Ms Khan (teacher) can see this screen."]),
        ("view", ["Ms Khan (teacher) is looking at this screen."]),
        ("share", ["Ms Khan (teacher) is using the mouse and keyboard together with you."]),
        (
            "control",
            [
                "Ms Khan (teacher) is controlling this computer.",
                "Your own keyboard and mouse are paused.",
            ],
        ),
    ],
)
def test_every_mode_is_said_plainly(mode: Mode, lines: list[str]) -> None:
    watchers = [Watcher(KHAN, "teacher", mode)]
    assert watcher_lines(watchers) == lines
    assert is_controlled(watchers) == (mode in ("share", "control"))


def test_a_person_in_two_places_is_named_once_with_the_stronger() -> None:
    watchers = [Watcher(KHAN, "teacher", "wall"), Watcher(KHAN, "teacher", "view")]
    assert watcher_lines(watchers) == ["Ms Khan (teacher) is looking at this screen."]


def test_the_strongest_comes_first_and_a_crowd_is_counted() -> None:
    watchers = [Watcher(f"T{number}", "", "wall") for number in range(5)]
    lines = watcher_lines([*watchers, Watcher(KHAN, "teacher", "share")])
    assert lines[0].startswith("Ms Khan (teacher) is using")
    assert lines[1:] == ["T0 can see this screen.", "T1 can see this screen.", "3 more can see it."]


def test_nobody_is_named_when_nobody_looks() -> None:
    assert watcher_lines([]) == []


def test_names_that_are_missing_or_too_long_are_still_honest() -> None:
    assert watcher_lines([Watcher("", "", "wall")]) == ["Somebody at school can see this screen."]
    (line,) = watcher_lines([Watcher("K" * 200, "teacher", "wall")])
    assert line == "K" * 39 + "… (teacher) can see this screen."
    assert locked_by("") == "Your teacher has locked it."


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (-3, "0:00"), (0.2, "0:01"), (59.5, "1:00"), (245, "4:05"), (3600, "1:00:00")],
)
def test_the_countdown_reads_as_a_clock(seconds: float, shown: str) -> None:
    assert countdown(seconds) == shown
