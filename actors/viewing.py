"""Who looks at one device now, and who of them controls it: leases, renewed by the hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from actors.effects import ShowPicture
from actors.ports import Screen, Watch
from safeguarding.permissions import Action, may
from wire.codec import encode
from wire.messages import Picture, ScreenPicture, Viewer, ViewersChanged

RENEWAL_MS = 4_000
"""A renewal that changes nothing is passed on to the device at most this often."""

CONTROLLING = ("share", "control")
NOT_RECORDED = "The audit record cannot be written now."


@dataclass(frozen=True, slots=True)
class Entry:
    """One viewer of one device."""

    id: str
    person: str
    name: str
    hub: str
    mode: str
    monitor: int
    pictures_ms: int
    until_ms: int
    opened_ms: int
    """Since when the screen is shown larger than a tile."""
    mode_ms: int
    """Since when in this mode."""


class Viewing:
    """The viewers of one device. At most one of them holds input (`share` or `control`)."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._lease_s = 0.0
        self._sent_ms = 0
        self._is_changed = False
        self._told: dict[str, Entry] = {}

    @property
    def count(self) -> int:
        """How many look."""
        return len(self._entries)

    @property
    def controller(self) -> Entry | None:
        """The one who holds input."""
        return next((e for e in self._entries.values() if e.mode in CONTROLLING), None)

    def find(self, viewer: str) -> Entry | None:
        """The entry of a viewer."""
        return self._entries.get(viewer)

    def admit(
        self,
        watch: Watch,
        screen: Screen,
        teachers: frozenset[str],
        trust: str,
        site: str,
        now_ms: int,
        can_record: bool = True,
    ) -> str:
        """Take in or renew a viewer; returns why it may not have what it asked for, or "".

        Nobody takes control while the audit record cannot be written (`can_record`); whoever has
        it then keeps it.
        """
        principal, refusal, mode = watch.principal, "", screen.mode
        old = self._entries.get(watch.viewer)
        if not may(principal, Action.VIEW_SCREEN, trust=trust, site=site, teachers=teachers):
            self.drop(watch.viewer)
            return "You are not a teacher of this lesson."
        if mode in CONTROLLING:
            controller = self.controller
            if controller and controller.id != watch.viewer:
                refusal, mode = f"{controller.name} has control of this device.", "view"
            elif not may(
                principal, Action.CONTROL_SCREEN, trust=trust, site=site, teachers=teachers
            ):
                refusal, mode = "You may not control this device.", "view"
            elif not can_record and (old is None or old.mode != mode):
                refusal, mode = NOT_RECORDED, "view"
        entry = Entry(
            watch.viewer,
            principal.person,
            principal.name,
            watch.hub,
            mode,
            screen.monitor,
            screen.pictures_ms,
            now_ms + int(watch.lease_s * 1000),
            screen.opened_ms or (old.opened_ms if old and _is_as_open(old.mode, mode) else now_ms),
            screen.mode_ms or (old.mode_ms if old and old.mode == mode else now_ms),
        )
        self._entries[entry.id] = entry
        self._lease_s = watch.lease_s
        if old is None or _without_lease(old) != _without_lease(entry):
            self._is_changed = True
        return refusal

    def drop(self, viewer: str) -> bool:
        """Let a viewer go; whether there was one."""
        if self._entries.pop(viewer, None) is None:
            return False
        self._is_changed = True
        return True

    def keep_only(self, persons: frozenset[str]) -> bool:
        """Let everybody else go; whether there was one."""
        gone = [entry.id for entry in self._entries.values() if entry.person not in persons]
        return self._drop_all(gone)

    def expire(self, now_ms: int) -> bool:
        """Let go of those whose lease ran out; whether there was one."""
        gone = [entry.id for entry in self._entries.values() if entry.until_ms <= now_ms]
        return self._drop_all(gone)

    def clear(self) -> bool:
        """Let everybody go; whether there was one."""
        return self._drop_all(list(self._entries))

    def _drop_all(self, viewers: list[str]) -> bool:
        for viewer in viewers:
            self.drop(viewer)
        return bool(viewers)

    def expiries(self) -> list[int]:
        """When leases run out."""
        return [entry.until_ms for entry in self._entries.values()]

    def wants_sending(self, now_ms: int) -> bool:
        """Whether the device has to hear of a change, or of a renewal."""
        return self._is_changed or now_ms - self._sent_ms >= RENEWAL_MS

    def changes(self) -> list[tuple[Entry | None, Entry | None]]:
        """Every entry that is another one than at the last call: as it was, and as it is."""
        told, self._told = self._told, dict(self._entries)
        viewers = [*told, *(viewer for viewer in self._told if viewer not in told)]
        pairs = ((told.get(viewer), self._told.get(viewer)) for viewer in viewers)
        return [(before, after) for before, after in pairs if before is not after]

    def message(self, now_ms: int) -> ViewersChanged:
        """The list for the device."""
        self._is_changed = False
        self._sent_ms = now_ms
        viewers = tuple(
            Viewer(entry.id, entry.name, "teacher", entry.mode, entry.monitor, entry.pictures_ms)  # type: ignore[arg-type]
            for entry in self._entries.values()
        )
        return ViewersChanged(viewers, self._lease_s)

    def show(self, device: str, picture: Picture, only: str = "") -> Iterator[ShowPicture]:
        """A picture for each viewer (or one) who wants pictures of that monitor."""
        frame: bytes | None = None
        for entry in self._entries.values():
            if not entry.pictures_ms or entry.monitor != picture.monitor:
                continue
            if only and entry.id != only:
                continue
            frame = frame or encode(
                ScreenPicture(
                    device,
                    picture.monitor,
                    picture.width,
                    picture.height,
                    picture.jpeg,
                    picture.at_ms,
                )
            )
            yield ShowPicture(entry.hub, entry.id, device, frame)


def _is_as_open(mode: str, other: str) -> bool:
    return (mode == "wall") == (other == "wall")


def _without_lease(entry: Entry) -> tuple[object, ...]:
    return (entry.name, entry.hub, entry.mode, entry.monitor, entry.pictures_ms)
