"""Who is signed on where at one site, and which running lesson wants them."""

from __future__ import annotations

from actors.effects import Effect, Tell
from actors.keys import Key
from actors.messages import Arrived, Departed, LessonOver, LessonRunning, Present
from actors.ports import DirectoryEntry, SiteSummary


class Register:
    """The actor of one site's register.

    Guarantees: a device that is there and belongs to a running lesson (by its id, or by the
    account signed on to it) is named to that lesson's classroom, whichever came first; a device
    whose pupil signs off is named as departed. It holds nothing that others cannot tell again.
    """

    def __init__(self, key: Key) -> None:
        self.key = key
        self._present: dict[str, Present] = {}
        self._devices_of: dict[str, set[str]] = {}
        """Devices by the account that is signed on to them."""
        self._lessons: dict[str, LessonRunning] = {}
        self._connected = self._signed_on = self._in_lesson = 0

    def told(self, message: object, now_ms: int) -> list[Effect]:
        """A device or a classroom says how things stand."""
        match message:
            case Present():
                return self._device(message)
            case LessonRunning():
                self._lessons[message.lesson] = message
                return [
                    Tell(message.classroom, Arrived(present.device))
                    for present in self._candidates(message)
                    if (present.lesson != message.lesson or present.device not in message.members)
                    and self._wanting(present) is message
                ]
            case LessonOver(lesson=lesson):
                self._lessons.pop(lesson, None)
        return []

    def directory(self) -> list[DirectoryEntry]:
        """Every device known here, by name."""
        return [
            DirectoryEntry(
                present.device,
                present.name,
                present.connected,
                present.user,
                present.user_name,
                present.lesson,
            )
            for present in sorted(self._present.values(), key=lambda p: (p.name, p.device))
        ]

    def summary(self) -> SiteSummary:
        """How things stand at the site; counted as it is told, so that asking costs nothing."""
        return SiteSummary(
            site=self.key.site,
            devices=len(self._present),
            connected=self._connected,
            signed_on=self._signed_on,
            lessons=len(self._lessons),
            in_lesson=self._in_lesson,
        )

    def _count(self, present: Present, step: int) -> None:
        if present.connected:
            self._connected += step
            self._signed_on += step * bool(present.user)
            self._in_lesson += step * bool(present.lesson)

    def _device(self, present: Present) -> list[Effect]:
        before = self._present.get(present.device)
        if before is not None:
            self._devices_of[before.user].discard(present.device)
            self._count(before, -1)
        self._count(present, 1)
        self._devices_of.setdefault(present.user, set()).add(present.device)
        self._present[present.device] = present
        effects: list[Effect] = []
        current = self._lessons.get(present.lesson)
        if current and present.connected and not self._wants(current, present):
            effects.append(Tell(current.classroom, Departed(present.device)))
        wanting = self._wanting(present)
        if wanting and present.connected and wanting.lesson != present.lesson:
            effects.append(Tell(wanting.classroom, Arrived(present.device)))
        return effects

    def _wanting(self, present: Present) -> LessonRunning | None:
        """The lesson that has this device: of those that want it, the one that began last."""
        wanting = (lesson for lesson in self._lessons.values() if self._wants(lesson, present))
        return max(wanting, key=lambda lesson: (lesson.started_at_ms, lesson.lesson), default=None)

    def _candidates(self, lesson: LessonRunning) -> list[Present]:
        """The devices that a lesson may want, found without asking all of the site."""
        named = {*(lesson.devices & self._present.keys())}
        for user in lesson.pupils:
            named |= self._devices_of.get(user, set())
        return [self._present[device] for device in sorted(named)]

    @staticmethod
    def _wants(lesson: LessonRunning, present: Present) -> bool:
        if present.device in lesson.devices:
            return True
        return bool(present.connected and present.user and present.user in lesson.pupils)
