"""The enrolment: which hub a device belongs to, who it is there, and the key that proves it."""

from __future__ import annotations

import base64
import binascii
import os
import ssl
import stat
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from endpoint.link import is_loopback
from wire.messages import Id, Name
from wire.session import DeviceIdentity

DEVICE_PATH = "/device"


class EnrolmentError(ValueError):
    """The enrolment cannot be used; the text says why and what to do."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hub: str
    trust: Id
    site: Id
    device: Id
    name: Name
    private_key: str
    ca: str = ""
    """PEM of the only authority whose hub this device obeys; empty: the system's authorities."""


class Enrolment:
    """An enrolment that was read and checked. The private key never leaves this object."""

    def __init__(self, file: _File) -> None:
        self.identity = DeviceIdentity(file.trust, file.site, file.device)
        self.name = file.name
        self.url = _hub_url(file.hub)
        self._key = _private_key(file.private_key)
        self._ca = file.ca

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature of the device over `data`, 64 bytes."""
        return self._key.sign(data)

    def tls(self) -> ssl.SSLContext | None:
        """TLS 1.2 or later, with the enrolment's authority alone where it names one.

        None for a hub on this machine without TLS. Raises `EnrolmentError`.
        """
        if self.url.startswith("ws:"):
            return None
        try:
            context = ssl.create_default_context(cadata=self._ca or None)
        except ssl.SSLError as error:
            raise EnrolmentError(f"'ca' is not a certificate in PEM: {error}") from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def read_enrolment(path: Path) -> Enrolment:
    """Read and check an enrolment file; raises `EnrolmentError`.

    On POSIX the file must not be open to anybody but its owner: it holds the device's key.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(64 * 1024)
    except OSError as error:
        raise EnrolmentError(f"{path} cannot be read: {error.strerror}") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise EnrolmentError(
            f"{path} is open to other accounts (mode {stat.S_IMODE(mode):o}); "
            "it holds this device's key: chmod 600 it, and enrol anew if others had access"
        )
    try:
        return parse_enrolment(data)
    except EnrolmentError as error:
        raise EnrolmentError(f"{path}: {error}") from None


def parse_enrolment(data: bytes) -> Enrolment:
    """Check the JSON text of an enrolment; raises `EnrolmentError`."""
    try:
        return Enrolment(msgspec.json.decode(data, type=_File))
    except msgspec.MsgspecError as error:
        raise EnrolmentError(f"not an enrolment: {error}") from None


def _hub_url(hub: str) -> str:
    try:
        parts = urlsplit(hub)
        host = parts.hostname or ""
        has_port = parts.port is None or parts.port > 0
    except ValueError as error:
        raise EnrolmentError(f"'hub' is no address: {error}") from None
    if parts.scheme not in ("ws", "wss") or not host or not has_port:
        raise EnrolmentError(f"'hub' must be wss://host or wss://host:port, not {hub!r}")
    if parts.username or parts.query or parts.fragment:
        raise EnrolmentError("'hub' may hold no user, query or fragment")
    if parts.scheme == "ws" and not is_loopback(host):
        raise EnrolmentError(
            f"'hub' is {hub!r}: without TLS (ws) only a hub on this machine may be used"
        )
    path = DEVICE_PATH if parts.path in ("", "/") else parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _private_key(text: str) -> Ed25519PrivateKey:
    try:
        seed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise EnrolmentError("'private_key' is not base64") from None
    if len(seed) != 32:
        raise EnrolmentError(f"'private_key' holds {len(seed)} bytes, not 32")
    return Ed25519PrivateKey.from_private_bytes(seed)
