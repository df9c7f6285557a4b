"""What passes between the agent's core and the notice process: JSON, one line each.

Core to notice: `Scene`. Notice to core: `Status`.
"""

from __future__ import annotations

import msgspec

from wire.messages import Mode

LINE_LIMIT = 64 * 1024
"""Bytes of the longest line."""


class Watcher(msgspec.Struct, frozen=True):
    """Somebody who looks at this screen now."""

    name: str
    role: str
    mode: Mode


class Lock(msgspec.Struct, frozen=True):
    """A lock that is to be held. `remaining_s` counts from when the scene was sent."""

    order: str
    message: str = ""
    issued_by: str = ""
    remaining_s: float | None = None


class Scene(msgspec.Struct, frozen=True):
    """Everything that the pupil is to see now; replaces the scene before.

    `number` is given by whoever writes it to the pipe, so that its `Status` can be told apart.
    """

    watchers: tuple[Watcher, ...] = ()
    lock: Lock | None = None
    number: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing is to be shown."""
        return not self.watchers and self.lock is None


class Status(msgspec.Struct, frozen=True):
    """Scene `number` is on the screen; sent once for each scene, and when the lock changes.

    `order` is the lock of that scene, if it has one: `held` when every monitor is covered and
    all input is grabbed. Otherwise `detail` says in plain words what could not be done; trying
    goes on. `ended`: the notice was ended by somebody else, and is shown again.
    """

    order: str = ""
    held: bool = False
    detail: str = ""
    number: int = 0
    ended: bool = False


_encoder = msgspec.json.Encoder()
_scene = msgspec.json.Decoder(Scene)
_status = msgspec.json.Decoder(Status)


def encode_line(value: Scene | Status) -> bytes:
    """One line, its newline included."""
    return _encoder.encode(value) + b"\n"


def decode_scene(line: bytes) -> Scene:
    """Raises `msgspec.MsgspecError` (a `ValueError`) when it is none."""
    return _scene.decode(line)


def decode_status(line: bytes) -> Status:
    """Raises `msgspec.MsgspecError` (a `ValueError`) when it is none."""
    return _status.decode(line)
