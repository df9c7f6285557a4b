"""What was sent and what was seen: lost, doubled, late.

Each message carries its device's index, a serial that counts from 1, and when it was sent, in
the one text that reaches a teacher: the window's title.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

_MARK = "Load "
_EXAMPLES = 10


def title_of(device: int, serial: int, sent_us: int) -> str:
    """The title that carries one message's identity; `sent_us` on the machine's monotonic clock."""
    return f"{_MARK}{device}.{serial}.{sent_us}"


def read_title(title: str) -> tuple[int, int, int] | None:
    """(device, serial, sent_us) of a title; None when it is none of ours."""
    if not title.startswith(_MARK):
        return None
    parts = title[len(_MARK) :].split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a ledger says against what was sent.

    `lost`: never seen by the device's teacher. `doubled`: seen again after it was seen.
    `disordered`: seen after a later one of the same device. `foreign`: seen but never sent.
    `examples` name some of the lost as (device, serial).
    """

    lost: int
    doubled: int
    disordered: int
    foreign: int
    examples: tuple[tuple[int, int], ...]

    @property
    def is_clean(self) -> bool:
        """Every message arrived once, in order."""
        return not (self.lost or self.doubled or self.disordered or self.foreign)


class Ledger:
    """Every message that one group of teachers saw."""

    def __init__(self) -> None:
        self.seen = 0
        self.latencies_ms = array("d")
        self._counts: dict[int, bytearray] = {}
        self._highest: dict[int, int] = {}
        self._first: dict[int, int] = {}
        self._disordered = 0

    def see(self, device: int, serial: int, latency_ms: float) -> None:
        """A message arrived in a stream of changes."""
        counts = self._row(device, serial)
        self.seen += 1
        if counts[serial] < 255:
            counts[serial] += 1
        if counts[serial] == 1:
            self.latencies_ms.append(latency_ms)
            if serial < self._highest.get(device, 0):
                self._disordered += 1
        self._highest[device] = max(serial, self._highest.get(device, 0))

    def see_in_snapshot(self, device: int, serial: int) -> None:
        """A message is part of a whole state that was sent: it is seen, and never twice.

        When it is the first that is known of its device, those before it were never due.
        """
        if device not in self._counts:
            self._first[device] = serial
        counts = self._row(device, serial)
        if not counts[serial]:
            counts[serial] = 1
            self.seen += 1
        self._highest[device] = max(serial, self._highest.get(device, 0))

    def compare(self, sent: Mapping[int, int]) -> Verdict:
        """The verdict when each device has sent the serials 1 to `sent[device]`."""
        lost = doubled = foreign = 0
        examples: list[tuple[int, int]] = []
        for device in sorted(sent.keys() | self._counts.keys()):
            counts = self._counts.get(device, bytearray(1))
            most = sent.get(device, 0)
            for serial in range(1, max(most + 1, len(counts))):
                count = counts[serial] if serial < len(counts) else 0
                if serial > most:
                    foreign += bool(count)
                elif not count and serial >= self._first.get(device, 0):
                    lost += 1
                    if len(examples) < _EXAMPLES:
                        examples.append((device, serial))
                elif count:
                    doubled += count - 1
        return Verdict(lost, doubled, self._disordered, foreign, tuple(examples))

    def _row(self, device: int, serial: int) -> bytearray:
        counts = self._counts.setdefault(device, bytearray(64))
        if serial >= len(counts):
            counts.extend(bytes(max(len(counts), serial + 1 - len(counts))))
        return counts
