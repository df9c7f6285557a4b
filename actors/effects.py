"""What an actor wants done; its shard does it."""

from __future__ import annotations

from dataclasses import dataclass

from actors.keys import Key
from store.records import Record


@dataclass(frozen=True, slots=True)
class ToDevice:
    """Write a frame to a device's connection."""

    hub: str
    session: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class CloseDevice:
    """Close a device's connection, because another one replaced it."""

    hub: str
    session: int


@dataclass(frozen=True, slots=True)
class ToViewer:
    """Write a frame to a console."""

    hub: str
    viewer: str
    frame: bytes


@dataclass(frozen=True, slots=True)
class ShowPicture:
    """Write a picture to a console; a newer one of the same device takes its place."""

    hub: str
    viewer: str
    device: str
    frame: bytes


@dataclass(frozen=True, slots=True)
class Publish:
    """Append a patch to a topic."""

    topic: str
    patch: bytes


@dataclass(frozen=True, slots=True)
class Tell:
    """Give a message to another actor, in whichever shard it lives, at least once and in order."""

    key: Key
    message: object


@dataclass(frozen=True, slots=True)
class Commit:
    """Store a record; the command that caused it is answered after the commit."""

    record: Record


@dataclass(frozen=True, slots=True)
class Keep:
    """Store a record; nobody waits for it, but what it settles is acknowledged after the commit.

    `settles` is (device key as text, epoch, number) of the message that it comes from.
    """

    record: Record
    settles: tuple[str, str, int] | None = None


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Everything of a device's connection up to this number may be acknowledged."""

    hub: str
    session: int
    number: int


@dataclass(frozen=True, slots=True)
class WelcomeAgain:
    """Have a device send everything again that it was not acknowledged."""

    hub: str
    session: int


Effect = (
    ToDevice
    | CloseDevice
    | ToViewer
    | ShowPicture
    | Publish
    | Tell
    | Commit
    | Keep
    | Acknowledge
    | WelcomeAgain
)
