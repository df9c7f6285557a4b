"""What passes between the hub and the shards, and the interfaces that both runtimes offer.

A hub sends a shard one ordered *batch* at a time (`ShardPort.deliver`) and pulls what the shard has
for it by cursor (`ShardPort.read`). Nothing here is awaited by an actor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from actors.keys import Key
from actors.site_facts import DirectoryEntry as DirectoryEntry
from actors.site_facts import SiteSummary as SiteSummary
from actors.stats import HubNote, RuntimeStats, ShardStats
from actors.tracing import Trace
from safeguarding.permissions import Principal
from store.dead_letters import DeadLetter

# --- into a shard ----------------------------------------------------------------------------

FrameItem = tuple[str, int, str, int, bytes]
"""A frame of an attached device, not yet decoded:
(device key as text, session, message type, number, msgpack payload)."""


@dataclass(frozen=True, slots=True)
class Attach:
    """A device was admitted on a connection. Answer: `Attached`."""

    device: Key
    name: str
    hub: str
    session: int
    epoch: str


@dataclass(frozen=True, slots=True)
class Detach:
    """That connection ended; `orderly` when the device said so itself."""

    device: Key
    hub: str
    session: int
    orderly: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen that a console shows.

    `opened_ms` and `mode_ms` are since when it is shown larger than a tile, and in this mode: they
    make one audit entry of it, however often it is renewed. 0: since the shard hears of it.
    """

    device: Key
    mode: str
    monitor: int = 0
    pictures_ms: int = 0
    opened_ms: int = 0
    mode_ms: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """All the screens of one lesson that a console shows, held for `lease_s` unless renewed.

    Sent to every shard of the site; a shard takes the devices that it houses, and lets go of
    its others. An empty list lets go of all. Answer: `Watched`.
    """

    principal: Principal
    viewer: str
    hub: str
    lesson: str
    screens: tuple[Screen, ...]
    lease_s: float


@dataclass(frozen=True, slots=True)
class SignalDevice:
    """WebRTC signalling of a viewer for a device (fields of `wire.messages.SignalAsked`)."""

    device: Key
    viewer: str
    connection: int
    kind: str
    sdp: str = ""
    candidate: str = ""
    mid: str = ""


@dataclass(frozen=True, slots=True)
class StartLesson:
    """Begin a lesson. `devices` fixes its members; else `pupils` (user names) pull them in."""

    classroom: Key
    principal: Principal
    class_id: str
    class_name: str
    devices: tuple[str, ...]
    pupils: tuple[str, ...]
    started_at_ms: int


@dataclass(frozen=True, slots=True)
class JoinLesson:
    """A further teacher joins the lesson."""

    classroom: Key
    principal: Principal


@dataclass(frozen=True, slots=True)
class LeaveLesson:
    """A teacher leaves; the lesson goes on while another teacher is in it."""

    classroom: Key
    principal: Principal


@dataclass(frozen=True, slots=True)
class EndLesson:
    """End the lesson: every order ends, every viewer is let go."""

    classroom: Key
    principal: Principal


@dataclass(frozen=True, slots=True)
class Lock:
    """Lock these devices of the lesson (none named: all, and those that join later).

    `id` names the asking: a command that is brought again, because its shard died before the
    answer came, is recorded once.
    """

    classroom: Key
    principal: Principal
    devices: tuple[str, ...]
    message: str
    countdown_s: float | None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Unlock:
    """End the lock of these devices (none named: of all). `id`: as of `Lock`."""

    classroom: Key
    principal: Principal
    devices: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class PeerRestarted:
    """Another shard began a new life: tell its actors again what they have to know."""

    shard: str


@dataclass(frozen=True, slots=True)
class Traced:
    """The batch holds a piece of work that is traced: the one after this."""

    trace: Trace


Told = tuple[Key, object]
"""A message of an actor in another shard for one here (`actors.messages`)."""

Command = (
    Attach
    | Detach
    | Watch
    | SignalDevice
    | StartLesson
    | JoinLesson
    | LeaveLesson
    | EndLesson
    | Lock
    | Unlock
    | PeerRestarted
    | Traced
)
Item = FrameItem | Command

# --- out of a shard ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attached:
    """`received` is the last number of this epoch that has taken effect."""

    received: int


@dataclass(frozen=True, slots=True)
class Watched:
    """Modes that were not granted: device id to the reason in words."""

    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The command was refused; `fault` is a `wire.errors.Fault` value."""

    fault: str
    detail: str


Answer = Attached | Watched | Done | Refusal


@dataclass(frozen=True, slots=True)
class FrameFault:
    """A frame that the shard could not accept."""

    session: int
    seq: int
    fault: str
    detail: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The outcome of one batch.

    `received` maps sessions to the last number that may be acknowledged: it has taken effect, and
    nothing up to it waits for the database (`Reading.stored` tells when that is over). `answers`
    holds one answer for each command of the batch, in order. `reading` is what the hub would read
    next: it comes with the answer, because one Ray call costs as much as hundreds of messages.
    """

    received: dict[int, int]
    faults: tuple[FrameFault, ...]
    answers: tuple[Answer, ...]
    reading: Reading | None = None


DeviceEntry = tuple[int, bytes]
"""(session, frame to write)."""
ViewerEntry = tuple[str, bytes]
"""(viewer, frame to write)."""
PictureEntry = tuple[str, str, bytes]
"""(viewer, device, frame to write)."""
StoredEntry = tuple[int, int]
"""(session, number): everything of this connection up to this number may be acknowledged."""
LessonEntry = tuple[int, str, bytes]
"""(position in the log, topic, msgpack of a patch: `["device", {...}]`, `["lesson", {...}]`
or `["removed", id]`)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a shard has for one hub after one position of its log, up to another (`cursor`).

    `epoch` names this life of the shard: when it changes, the hub attaches its sessions again.
    `closed` names sessions that another connection of the same device replaced; `again` those
    that have to be welcomed a second time, because the shard had no room for their records.

    `gap` is set when the log no longer reaches back to the cursor, or the shard began a new
    life: the hub then takes fresh snapshots. `pictures` hold only the newest of each viewer and
    device, as frames ready for a console.
    """

    epoch: str
    after: int
    cursor: int
    gap: bool
    devices: list[DeviceEntry]
    closed: list[int]
    viewers: list[ViewerEntry]
    lessons: list[LessonEntry]
    pictures: list[PictureEntry]
    stored: list[StoredEntry] = field(default_factory=list)
    again: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LessonView:
    """A shard's part of a lesson at a position in its log, as msgpack of the wire's records."""

    epoch: str
    cursor: int
    lesson: bytes | None
    devices: tuple[bytes, ...]


class ShardPort(Protocol):
    """A shard as a hub sees it. Every method may raise `ShardUnavailable`; the caller retries."""

    name: str

    async def deliver(self, hub: str, epoch: str, after: int, items: Sequence[Item]) -> Delivered:
        """Carry out a batch, in order; at most one is in flight for each hub.

        `epoch` and `after` are the hub's cursor, for the reading that comes back.
        """
        ...

    async def follow(self, hub: str, topics: frozenset[str]) -> None:
        """These are the lesson topics whose patches this hub reads from now on."""
        ...

    async def read(self, hub: str, epoch: str, after: int, wait_s: float) -> Reading:
        """Wait up to `wait_s` for something after the cursor; one call at a time for each hub.

        What was given out meanwhile with a `deliver` is not given again: `Reading.after` says
        where the reading begins.
        """
        ...

    async def view(self, topic: str) -> LessonView:
        """This shard's part of a lesson as it is now."""
        ...

    async def since(self, topic: str, epoch: str, after: int) -> list[LessonEntry] | None:
        """What was published on a topic after a position; None when that is no longer known."""
        ...

    async def directory(self, trust: str, site: str) -> list[DirectoryEntry]:
        """The devices known to a site's register, if this shard houses it."""
        ...

    async def summaries(self, trust: str) -> list[SiteSummary]:
        """The sites of a trust whose register this shard houses; never asks a device."""
        ...

    async def stats(self) -> ShardStats:
        """How this shard stands."""
        ...


class ShardUnavailable(RuntimeError):
    """The shard is restarting or out of reach."""


class RecordRefused(ValueError):
    """A record can never be stored as it is."""


class Health(Enum):
    """How a runtime stands."""

    WELL = auto()
    HURT = auto()
    """A part does not answer; it is being seen to."""
    GONE = auto()
    """It has to be stopped and started again."""
    REPLACED = auto()
    """A newer one has taken over: whoever uses this one has to leave."""


class Runtime(Protocol):
    """Where the shards run."""

    async def start(self) -> None:
        """Bring every shard up; raises `RuntimeError` with what to do when that is impossible."""
        ...

    async def stop(self) -> None:
        """End everything that `start` began."""
        ...

    def shard_for(self, key: Key) -> ShardPort:
        """The shard that houses an actor."""
        ...

    def shards_of(self, trust: str, site: str) -> tuple[ShardPort, ...]:
        """Every shard that may house an actor of a site."""
        ...

    async def health(self) -> Health:
        """Look after every part once, and say how the runtime stands; called every other second.

        A part that does not answer is seen to here, as far as the runtime can by itself.
        """
        ...

    async def keep_dead_letter(self, letter: DeadLetter) -> None:
        """Keep what can never be carried out for a human; raises `ShardUnavailable`."""
        ...

    async def stats(self, note: HubNote) -> RuntimeStats:
        """How shards and archivist stand, as far as they answer within seconds; raises nothing.

        `note` is what this hub says of itself: the archivist tells it to the others.
        """
        ...
