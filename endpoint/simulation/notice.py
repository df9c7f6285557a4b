"""The notice on a screen that does not exist: drawn, where a real one is a window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from endpoint.notice.scene import Scene, Status, Watcher
from endpoint.notice.wording import watcher_lines
from endpoint.simulation.pupil import LockFace, Pupil

_WEIGHT = ("wall", "view", "share", "control")


class SyntheticNotice:
    """A `NoticePort` that draws on the simulated screen; a lock is held as soon as it is asked."""

    def __init__(self, pupil: Pupil) -> None:
        self._pupil = pupil
        self._held: asyncio.Queue[str] = asyncio.Queue()

    def show(self, scene: Scene) -> None:
        """Show this and nothing else; replaces the scene before."""
        self._pupil.show_notice(sentence(scene.watchers))
        lock = scene.lock
        if lock is None:
            self._pupil.show_lock(None)
            return
        ends_s = None if lock.remaining_s is None else self._pupil.clock() + lock.remaining_s
        self._pupil.show_lock(LockFace(lock.message, lock.issued_by, ends_s))
        self._held.put_nowait(lock.order)

    async def run(self, on_status: Callable[[Status], None]) -> None:
        """Say of each lock that it is held, until cancelled; then the screen is left clear."""
        try:
            while True:
                on_status(Status(await self._held.get(), held=True))
        finally:
            self.show(Scene())


def sentence(watchers: tuple[Watcher, ...]) -> str:
    """What the real notice says of whoever does most, and how many others look, in one line."""
    if not watchers:
        return ""
    first, *others = sorted(watchers, key=lambda one: (-_WEIGHT.index(one.mode), one.name))
    more = {(one.name, one.role) for one in others} - {(first.name, first.role)}
    lines = watcher_lines([first])
    if more:
        lines.append(
            "1 more person can see it." if len(more) == 1 else f"{len(more)} more can see it."
        )
    return " ".join(lines)
