"""What a shard has to say to hubs: one bounded log, read by position."""

from __future__ import annotations

from collections import deque

from actors.ports import LessonEntry, Reading

LOG_ENTRIES = 50_000
"""Entries kept; a hub that reads later than that takes fresh snapshots."""
LOG_BYTES = 64 * 1024 * 1024
"""Bytes of frames and patches kept, likewise."""

_DEVICE, _CLOSE, _VIEWER, _LESSON, _STORED, _AGAIN = range(6)


class Log:
    """Entries for hubs (`for_*`) and for topics (`publish`), each at the next position.

    Guarantees: a reader that comes back with its position gets everything after it, in order
    and once, or is told of a gap. Pictures are beside the log: only the newest of each viewer
    and device is kept, until it is read.
    """

    def __init__(
        self, epoch: str, capacity: int = LOG_ENTRIES, capacity_bytes: int = LOG_BYTES
    ) -> None:
        self.epoch = epoch
        self._capacity = capacity
        self._capacity_bytes = capacity_bytes
        self._bytes = 0
        self._entries: deque[tuple[int, str, object, bytes]] = deque()
        self._position = 0
        self._pictures: dict[str, dict[tuple[str, str], bytes]] = {}
        self.touched: set[str] = set()
        """Hubs and topics that have something new since this set was last cleared."""

    @property
    def position(self) -> int:
        """The position of the newest entry."""
        return self._position

    def for_device(self, hub: str, session: int, frame: bytes) -> None:
        """A frame for a device's connection."""
        self._append(_DEVICE, hub, session, frame)

    def close_device(self, hub: str, session: int) -> None:
        """A device's connection that has to be closed."""
        self._append(_CLOSE, hub, session, b"")

    def acknowledge(self, hub: str, session: int, number: int) -> None:
        """A device's connection of which everything up to a number may be acknowledged."""
        self._append(_STORED, hub, (session, number), b"")

    def welcome_again(self, hub: str, session: int) -> None:
        """A device's connection that has to be welcomed a second time."""
        self._append(_AGAIN, hub, session, b"")

    def for_viewer(self, hub: str, viewer: str, frame: bytes) -> None:
        """A frame for a console."""
        self._append(_VIEWER, hub, viewer, frame)

    def publish(self, topic: str, patch: bytes) -> None:
        """A patch for whoever follows a topic."""
        self._append(_LESSON, topic, topic, patch)

    def show(self, hub: str, viewer: str, device: str, frame: bytes) -> None:
        """A picture; takes the place of an older one that was not read yet."""
        self._pictures.setdefault(hub, {})[viewer, device] = frame
        self.touched.add(hub)

    def has_news(self, hub: str, epoch: str, after: int, topics: frozenset[str]) -> bool:
        """Whether `read` would give anything, or a gap."""
        if hub in self._pictures or epoch != self.epoch or after > self._position:
            return True
        first = self._position - len(self._entries) + 1
        if after < first - 1:
            return True
        new = range(after + 1 - first, len(self._entries))
        return any(
            self._entries[offset][1] in topics or self._entries[offset][1] == hub for offset in new
        )

    def read(self, hub: str, epoch: str, after: int, topics: frozenset[str]) -> Reading:
        """Everything for a hub after a position."""
        reading = Reading(self.epoch, after, self._position, False, [], [], [], [], [])
        pictures = self._pictures.pop(hub, {})
        reading.pictures.extend((*slot, frame) for slot, frame in pictures.items())
        first = self._position - len(self._entries) + 1
        if epoch != self.epoch or after > self._position or after < first - 1:
            return Reading(
                self.epoch, after, self._position, True, [], [], [], [], reading.pictures
            )
        for offset in range(after + 1 - first, len(self._entries)):
            kind, target, address, payload = self._entries[offset]
            if kind == _LESSON:
                if target in topics:
                    reading.lessons.append((first + offset, target, payload))
            elif target == hub:
                match address:
                    case (int(session), int(number)):
                        reading.stored.append((session, number))
                    case int() if kind == _CLOSE:
                        reading.closed.append(address)
                    case int() if kind == _AGAIN:
                        reading.again.append(address)
                    case int():
                        reading.devices.append((address, payload))
                    case str():
                        reading.viewers.append((address, payload))
        return reading

    def since(self, topic: str, epoch: str, after: int) -> list[LessonEntry] | None:
        """Everything on one topic after a position; None when that is no longer known."""
        first = self._position - len(self._entries) + 1
        if epoch != self.epoch or after > self._position or after < first - 1:
            return None
        return [
            (first + offset, topic, payload)
            for offset, (_, target, _, payload) in enumerate(self._entries)
            if target == topic and first + offset > after
        ]

    def _append(self, kind: int, target: str, address: object, payload: bytes) -> None:
        self._position += 1
        self._entries.append((kind, target, address, payload))
        self._bytes += len(payload)
        while len(self._entries) > self._capacity or self._bytes > self._capacity_bytes:
            self._bytes -= len(self._entries.popleft()[3])
        self.touched.add(target)
