"""The list of screens that a console shows: since when each is open, and what was granted."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from actors.ports import Screen
from actors.viewing import CONTROLLING


def stamped(screens: Iterable[Screen], shown: Iterable[Screen], now_ms: int) -> Iterator[Screen]:
    """The screens with since when they are open, and in their mode, given those before them."""
    known = {screen.device: screen for screen in shown}
    for screen in screens:
        before = known.get(screen.device, Screen(screen.device, "wall"))
        is_as_open = (before.mode == "wall") == (screen.mode == "wall")
        yield replace(
            screen,
            opened_ms=before.opened_ms or now_ms if is_as_open else now_ms,
            mode_ms=before.mode_ms or now_ms if before.mode == screen.mode else now_ms,
        )


def granted(screens: Iterable[Screen], refused: Container[str]) -> Iterator[Screen]:
    """The screens as they may be renewed, given the ids of devices that were refused: nobody
    comes to control a screen later, without asking again."""
    for screen in screens:
        is_less = screen.mode in CONTROLLING and screen.device.id in refused
        yield replace(screen, mode="view") if is_less else screen
