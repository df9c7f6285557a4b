"""The numbers of one device's messages: what took effect, and what may be acknowledged."""

from __future__ import annotations

from collections import deque


class Numbers:
    """The numbers of one epoch at a time.

    Guarantees: a number takes effect once, in order; `settled` never passes a number that waits
    for the database, nor one whose record could not be kept here (`miss`), and never falls within
    an epoch. After a `miss` the device has to send again from that number on: `begin` goes back
    to it, and what comes then takes effect a second time, which changes nothing.
    """

    def __init__(self) -> None:
        self.epoch = ""
        self.received = 0
        self._waiting: deque[int] = deque()
        self._missed: int | None = None

    @property
    def settled(self) -> int:
        """Everything up to this number may be acknowledged."""
        first = [*list(self._waiting)[:1], self.received + 1]
        if self._missed is not None:
            first.append(self._missed)
        return min(first) - 1

    @property
    def has_missed(self) -> bool:
        """Whether the device has to send something again."""
        return self._missed is not None

    def begin(self, epoch: str) -> None:
        """The device is about to send what is not settled."""
        if epoch != self.epoch:
            self.epoch, self.received = epoch, 0
            self._waiting.clear()
        elif self._missed is not None:
            self.received = self._missed - 1
        self._missed = None

    def take(self, seq: int) -> bool:
        """A message came; whether it is to take effect."""
        if seq <= self.received:
            return False
        self.received = seq
        return True

    def keep(self, seq: int, has_room: bool) -> bool:
        """This message has to be stored; whether its record is to be kept here for that."""
        if self._missed is not None:
            return False
        if not has_room:
            self._missed = seq
            return False
        self._waiting.append(seq)
        return True

    def stored(self, epoch: str, seq: int) -> bool:
        """The record of a message is in the database; whether `settled` may have risen."""
        if epoch != self.epoch or seq not in self._waiting:
            return False
        is_first = self._waiting[0] == seq
        self._waiting.remove(seq)
        return is_first
