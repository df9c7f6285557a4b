"""What agents said and what the hub acknowledged, on disk before anybody relies on it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Set
from pathlib import Path

import msgspec

STATE = "state"
"""The kind of a `state_reported`, which is stored only if it says that the account changed."""


class Said(msgspec.Struct, frozen=True, tag="said"):
    """A message that may be stored, as it was meant: who was signed on, and what it is about.

    (device, epoch, seq) names it; `detail` is unique where the message can carry a text. One that
    `is_poison` may be put aside for a human instead of stored.
    """

    device: str
    epoch: str
    seq: int
    kind: str
    user: str
    site: str
    subject: str = ""
    detail: str = ""
    is_poison: bool = False


class Acknowledged(msgspec.Struct, frozen=True, tag="acknowledged"):
    """The hub said that this message is in the database."""

    device: str
    epoch: str
    seq: int


class Rejected(msgspec.Struct, frozen=True, tag="rejected"):
    """The hub said that it will never take this message."""

    device: str
    epoch: str
    seq: int


Entry = Said | Acknowledged | Rejected
Id = tuple[str, str, int]
"""(device, epoch, seq)."""

_encode = msgspec.json.encode
_decoder = msgspec.json.Decoder(Entry)


class Ledger:
    """Entries in memory and in a file, in the order of writing.

    `sync` returns when everything written so far is on the disk.
    """

    def __init__(self, path: Path) -> None:
        self.said: dict[Id, Said] = {}
        self.acknowledged: set[Id] = set()
        self.rejected: set[Id] = set()
        self._file = path.open("ab")

    def write(self, entry: Entry) -> None:
        """Add an entry; raises `ValueError` for a message that was said before."""
        take(entry, self.said, self.acknowledged, self.rejected)
        self._file.write(_encode(entry) + b"\n")

    def forget_acknowledged(self, ids: Set[Id]) -> None:
        """Judge as if these had never been acknowledged; the file keeps them."""
        self.acknowledged -= ids

    def sync(self) -> None:
        """Bring what was written to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Bring everything to the disk and close the file."""
        self.sync()
        self._file.close()


def read_entries(path: Path) -> Iterable[Entry]:
    """The entries of a file, in order; a last line that was cut off is left out."""
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield _decoder.decode(line)


def take(entry: Entry, said: dict[Id, Said], acknowledged: set[Id], rejected: set[Id]) -> None:
    """Sort an entry in; raises `ValueError` for a message that was said before."""
    id_ = entry.device, entry.epoch, entry.seq
    match entry:
        case Said():
            if id_ in said:
                raise ValueError(f"{id_} was said twice")
            said[id_] = entry
        case Acknowledged():
            acknowledged.add(id_)
        case Rejected():
            rejected.add(id_)
