"""Every sentence that a pupil reads, made to be understood by a nine-year-old. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from endpoint.notice.scene import Watcher

_STRENGTH = {"wall": 0, "view": 1, "share": 2, "control": 3}
_SAYS = {
    "wall": ("{} can see this screen.",),
    "view": ("{} is looking at this screen.",),
    "share": ("{} is using the mouse and keyboard together with you.",),
    "control": (
        "{} is controlling this computer.",
        "Your own keyboard and mouse are paused.",
    ),
}
LONGEST_NAME = 40
"""Characters of a name or a role that are shown."""
MOST_NAMED = 3
"""People who are named one by one; the rest are counted."""

LOCK_TITLE = "This screen is locked for now"
LOCK_COMFORT = "Your open work stays just as it is."
LOCK_ENDS = "It unlocks by itself, even if the school's system stops working."
LOCK_NOT_HELD = "Your keyboard and mouse may still work: {reason}."


def watcher_lines(watchers: Sequence[Watcher]) -> list[str]:
    """What each person who looks may do, the strongest first; then how many more there are.

    A person who looks from two places is named once, with the stronger of the two.
    """
    strongest: dict[tuple[str, str], Watcher] = {}
    for watcher in watchers:
        person = (watcher.name, watcher.role)
        known = strongest.get(person)
        if known is None or _STRENGTH[watcher.mode] > _STRENGTH[known.mode]:
            strongest[person] = watcher
    people = sorted(strongest.values(), key=lambda one: -_STRENGTH[one.mode])
    lines = [line.format(_person(one)) for one in people[:MOST_NAMED] for line in _SAYS[one.mode]]
    more = len(people) - MOST_NAMED
    if more > 0:
        lines.append("1 more person can see it." if more == 1 else f"{more} more can see it.")
    return lines


def is_controlled(watchers: Sequence[Watcher]) -> bool:
    """Whether somebody uses this computer now, alone or with the pupil."""
    return any(watcher.mode in ("share", "control") for watcher in watchers)


def locked_by(name: str) -> str:
    """Who locked the screen."""
    return f"{_short(name)} has locked it." if name else "Your teacher has locked it."


def countdown(remaining_s: float) -> str:
    """Time left as a clock would show it: "4:05", "1:00:00"; rounded up, never below 0:00."""
    seconds = max(0, math.ceil(remaining_s))
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _person(watcher: Watcher) -> str:
    name = _short(watcher.name) or "Somebody at school"
    return f"{name} ({_short(watcher.role)})" if watcher.role else name


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"
