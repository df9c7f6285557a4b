"""What the hub was seeded with: who may connect, and as whom."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

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
    """Everything a load needs to know of a hub; `hub` is its address, http or https.

    `admin` may read the records of the whole trust; None in files of an earlier version.
    """

    hub: str
    devices: tuple[Seat, ...]
    teachers: tuple[Staff, ...]
    admin: Staff | None = None


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


SOCKETS_PER_ADDRESS = 10_000
"""Connections from one address: its ports are 28,000, of which others use some."""


def source_address(hub: str, device: int) -> str:
    """The local address from which a device connects: on loopback one for each 10,000 devices.

    Elsewhere, and where loopback is not IPv4, it is the system's choice ("").
    """
    host = urlsplit(hub).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if address.version != 4 or not address.is_loopback:
        return ""
    return f"127.0.0.{2 + device // SOCKETS_PER_ADDRESS % 250}"
