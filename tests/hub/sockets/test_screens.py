"""Since when a screen is open stays the same while it is, however often it is asked for."""

from __future__ import annotations

from actors.ports import Screen
from hub.sockets.screens import granted, stamped
from tests.actors.cast import device_key

PC = device_key()


def test_a_screen_keeps_its_times_until_its_mode_changes() -> None:
    shown: list[Screen] = []
    times = []
    for now_ms, mode in ((1, "wall"), (2, "view"), (3, "view"), (4, "control"), (5, "wall")):
        shown = list(stamped([Screen(PC, mode)], shown, now_ms))
        times.append((shown[0].opened_ms, shown[0].mode_ms))
    assert times == [(1, 1), (2, 2), (2, 2), (2, 4), (5, 5)]


def test_a_screen_that_was_closed_and_opened_is_another_one() -> None:
    shown = list(stamped([Screen(PC, "view")], [], 1))
    shown = list(stamped([], shown, 2))
    (again,) = stamped([Screen(PC, "view")], shown, 3)
    assert (again.opened_ms, again.mode_ms) == (3, 3)


def test_control_that_was_refused_is_not_asked_for_again() -> None:
    screens = [Screen(PC, "control"), Screen(device_key("pc-2"), "view")]
    assert [one.mode for one in granted(screens, {"pc-1", "pc-2"})] == ["view", "view"]
