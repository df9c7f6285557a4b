"""The synthetic platform: deterministic, honest about damage, and visibly obedient."""

from __future__ import annotations

import pytest

from endpoint.notice.scene import Lock, Scene, Watcher
from endpoint.platform.synthetic import (
    SyntheticDesktop,
    SyntheticDrivers,
    SyntheticScreen,
    account_of,
    seed_of,
)
from endpoint.simulation.notice import SyntheticNotice, sentence
from endpoint.simulation.pupil import HELP_S, Pupil


class _Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def _pixels(screen: SyntheticScreen) -> bytes:
    return bytes(screen.grab().data)


def test_the_same_seed_and_moments_give_the_same_pixels_and_windows() -> None:
    runs = []
    for _ in range(2):
        clock = _Clock()
        pupil = Pupil(3, clock)
        desktop, screen = SyntheticDesktop(pupil), SyntheticScreen(pupil)
        seen = []
        for _ in range(5):
            clock.now_s += 7
            seen.append((desktop.active_window(), _pixels(screen)))
        runs.append(seen)
    assert runs[0] == runs[1]


def test_pupils_differ() -> None:
    clock = _Clock()
    assert _pixels(SyntheticScreen(Pupil(1, clock))) != _pixels(SyntheticScreen(Pupil(2, clock)))
    assert len({account_of(seed).user for seed in range(1, 61)}) == 60


@pytest.mark.parametrize(("device", "seed"), [("pc-07", 7), ("lab12", 12)])
def test_the_number_of_a_device_names_its_pupil(device: str, seed: int) -> None:
    assert seed_of(device) == seed


@pytest.mark.parametrize("seed", range(6))
def test_damage_is_reported_when_and_only_when_pixels_change(seed: int) -> None:
    clock = _Clock()
    screen = SyntheticScreen(Pupil(seed, clock))
    before = _pixels(screen)
    for _ in range(60):
        assert not screen.wait(0.0)
        clock.now_s += 0.3
        changed = screen.wait(0.0)
        after = _pixels(screen)
        assert changed or before == after
        before = after


def test_what_a_viewer_types_and_points_at_is_seen() -> None:
    clock = _Clock()
    pupil = Pupil(5, clock)
    drivers = SyntheticDrivers(pupil)
    screen, hands = drivers.open_screen(0), drivers.open_input()
    hands.block_local(True)
    before = bytes(screen.grab().data)
    hands.move(300, 300)
    pointed = bytes(screen.grab().data)
    assert pointed != before
    for key in ("H", "i"):
        hands.key("Key" + key.upper(), key, True)
        hands.key("Key" + key.upper(), key, False)
    assert pupil.moment().hands == "Hi"
    assert bytes(screen.grab().data) != pointed
    hands.key("Backspace", "Backspace", True)
    assert pupil.moment().hands == "H"


def test_the_pupil_holds_still_while_helped_and_goes_on_after() -> None:
    clock = _Clock()
    pupil = Pupil(5, clock)
    pupil.move(10, 10)
    began = pupil.moment()
    clock.now_s += HELP_S - 1
    assert pupil.moment().elapsed_s == began.elapsed_s
    assert pupil.idle_s() == HELP_S - 1
    clock.now_s += 3
    later = pupil.moment()
    assert (later.task.number, later.elapsed_s) != (began.task.number, began.elapsed_s)


def test_notice_and_lock_are_drawn_and_taken_away() -> None:
    clock = _Clock()
    pupil = Pupil(4, clock)
    pupil.block(True)
    screen, notice = SyntheticScreen(pupil), SyntheticNotice(pupil)
    plain = _pixels(screen)
    notice.show(Scene(watchers=(Watcher("Ms Khan", "teacher", "wall"),)))
    watched = _pixels(screen)
    notice.show(Scene(lock=Lock("o1", "Eyes up", "Ms Khan", 90.0)))
    locked = _pixels(screen)
    clock.now_s += 1
    assert screen.wait(0.0)
    assert len({plain, watched, locked, _pixels(screen)}) == 4
    notice.show(Scene())
    assert _pixels(screen) == plain


def test_the_notice_names_who_does_most() -> None:
    watchers = (Watcher("A", "teacher", "wall"), Watcher("B", "teacher", "control"))
    assert sentence(watchers).startswith("B ")
    assert sentence(watchers[:1]).startswith("A ")
    assert sentence(()) == ""


def test_there_is_one_monitor() -> None:
    drivers = SyntheticDrivers(Pupil(1, _Clock()))
    assert [monitor.id for monitor in drivers.screens()] == [0]
    with pytest.raises(OSError, match="no monitor 1"):
        drivers.open_screen(1)
