"""Which consoles have a lesson's wall open: one audit entry for each."""

from __future__ import annotations

from actors.acts import act
from actors.effects import Keep
from actors.ports import Watch


class Walls:
    """The open walls of one shard. Several shards of a site make the same entry, which is one."""

    def __init__(self) -> None:
        self._lessons: dict[tuple[str, str], str] = {}

    def open(self, watch: Watch, now_ms: int) -> list[Keep]:
        """A console shows tiles; what is to be recorded of it."""
        place = watch.hub, watch.viewer
        if self._lessons.get(place) == watch.lesson:
            return []
        self._lessons[place] = watch.lesson
        who, key = watch.principal, watch.screens[0].device
        same = watch.viewer, watch.lesson
        return [
            Keep(
                act(key, "wall_watched", who.person, who.name, now_ms, *same, subject=watch.lesson)
            )
        ]

    def close(self, hub: str, viewer: str) -> None:
        """A console shows nothing any more."""
        self._lessons.pop((hub, viewer), None)
