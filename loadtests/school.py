"""What the hub was seeded with: who may connect, and as whom."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Seat(msgspec.Struct, frozen=True):
    """One enrolled device; `private_key` is the base64 of an Ed25519 key's 32 bytes."""

    trust: str
    site: str
    device: str
    private_key: str


class SchoolClass(msgspec.Struct, frozen=True):
    """A class that a teacher may begin."""

    site: str
    class_id: str


class Staff(msgspec.Struct, frozen=True):
    """One teacher. With a `cookie` (name=value) the teacher is already signed in."""

    user: str
    password: str
    classes: tuple[SchoolClass, ...]
    cookie: str = ""


class School(msgspec.Struct, frozen=True):
    """Everything a load needs to know of a hub; `hub` is its address, http or https."""

    hub: str
    devices: tuple[Seat, ...]
    teachers: tuple[Staff, ...]


def read_school(path: Path) -> School:
    """Read a school; raises `ValueError` when the file is none, `OSError` when unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=School)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} does not describe a school: {error}") from None


def socket_url(hub: str, path: str) -> str:
    """The WebSocket address of a path on the hub."""
    if not hub.startswith(("http://", "https://")):
        raise ValueError(f"the hub's address must begin with http:// or https://, not {hub!r}")
    return "ws" + hub.removeprefix("http").rstrip("/") + path
