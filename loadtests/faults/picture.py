"""A lesson as a console knows it, by what it was sent; and what was sent twice or backwards."""

from __future__ import annotations

from typing import Any

import msgspec

from loadtests.faults.checker import Violation
from wire.messages import Changed, DeviceState, LessonState, Snapshot


class Picture:
    """One console's view of one lesson: the last snapshot with every change applied in order."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self.cursor = ""
        self.state: LessonState | None = None
        self.violations: list[Violation] = []
        self._devices: dict[str, dict[str, Any]] = {}
        self._newest: dict[str, tuple[str, int]] = {}

    @property
    def devices(self) -> dict[str, DeviceState]:
        """Every device of the lesson."""
        return {id_: msgspec.convert(one, DeviceState) for id_, one in self._devices.items()}

    def replace(self, snapshot: Snapshot) -> None:
        """Take a whole state; what was known before is gone."""
        self.cursor, self.state = snapshot.cursor, snapshot.state
        self._devices = {one.device: msgspec.to_builtins(one) for one in snapshot.devices}
        self._newest = {one.device: (one.epoch, one.seq) for one in snapshot.devices}

    def apply(self, changed: Changed) -> None:
        """Take changes; notes a message of a device whose effect came twice or too late."""
        self.cursor = changed.cursor
        self.state = changed.lesson_state or self.state
        for id_ in changed.removed:
            self._devices.pop(id_, None)
            self._newest.pop(id_, None)
        for entry in changed.devices:
            id_ = str(entry["device"])
            device = self._devices.setdefault(id_, {})
            self._note_order(id_, entry, str(entry.get("epoch", device.get("epoch", ""))))
            device.update(entry)

    def differences(self, fresh: Picture) -> list[Violation]:
        """In what this view differs from a fresh snapshot's."""
        found = []
        if self.state != fresh.state:
            found.append(Violation("stale console", f"{self.state} is not {fresh.state}"))
        mine, theirs = self.devices, fresh.devices
        for id_ in sorted(mine.keys() | theirs.keys()):
            if mine.get(id_) != theirs.get(id_):
                evidence = f"{self.lesson}: {mine.get(id_)} is not {theirs.get(id_)}"
                found.append(Violation("stale console", evidence))
        return found

    def _note_order(self, id_: str, entry: dict[str, Any], epoch: str) -> None:
        seq = entry.get("seq")
        if not isinstance(seq, int) or not seq:
            return
        newest_epoch, newest = self._newest.get(id_, ("", 0))
        is_whole = "connection" in entry and "title" in entry
        if epoch == newest_epoch and seq <= newest and not is_whole:
            self.violations.append(
                Violation("shown twice", f"{self.lesson} {id_} {epoch}: {seq} after {newest}")
            )
        self._newest[id_] = (epoch, seq)
