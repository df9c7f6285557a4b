"""Enrolment of PCs: a key for each, in a file for the PC; its public half goes to the store."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.settings import Settings
from hub.synthetic_school import TRUST as SYNTHETIC_TRUST
from store.devices import DeviceRow, enrol_devices
from store.engine import Store
from store.sites import SiteRow, list_sites, readable_id
from wire.messages import Hello
from wire.session import DeviceIdentity, proof_input

MOST_AT_ONCE = 2_000
NAME_LIMIT = 64
_NUMBER = re.compile(r"\{n(?::(?P<format>0?\d))?\}")


class EnrolmentError(ValueError):
    """Nothing was enrolled; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that was enrolled, and the file that belongs on its PC."""

    device: str
    name: str
    file: Path


def hub_address(settings: Settings) -> str:
    """The address under which PCs reach this server."""
    return re.sub("^http", "ws", settings.public_origins[0])


def only_site(store: Store, trust: str | None, site: str | None) -> SiteRow:
    """The site that is meant; may be left out where there is one. Raises `EnrolmentError`."""
    sites = [row for row in list_sites(store, trust) if trust or row.trust != SYNTHETIC_TRUST]
    matching = [row for row in sites if site is None or row.id == site]
    if len(matching) == 1:
        return matching[0]
    known = ", ".join(f"{row.trust}/{row.id}" for row in sites) or "none: set the server up first"
    raise EnrolmentError(f"say which site, with --trust and --site; there is {known}")


def device_names(pattern: str, count: int) -> list[str]:
    """`count` names from a pattern that holds `{n}`, or `{n:02}` for two digits.

    Raises `EnrolmentError`.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise EnrolmentError(f"--count must be from 1 to {MOST_AT_ONCE}")
    found = _NUMBER.search(pattern)
    if found is None or len(_NUMBER.findall(pattern)) > 1:
        raise EnrolmentError("--name-pattern must hold {n} once, as in 'R12-{n:02}'")
    before, after = pattern[: found.start()], pattern[found.end() :]
    width = found["format"] or ""
    return [f"{before}{n:{width}}{after}" for n in range(1, count + 1)]


def enrol(
    store: Store,
    *,
    hub: str,
    trust: str,
    site: str,
    names: Sequence[str],
    room: str,
    folder: Path,
    now_ms: int,
    replace: bool = False,
) -> list[Enrolled]:
    """Make a key for each name, enrol it, and write its file into `folder`, for its owner only.

    The ids are made of the names. Without `replace` no enrolment and no file is overwritten.
    Raises `EnrolmentError`, `AlreadyEnrolled` or `UnknownSite`; then nothing was enrolled, and
    no file of this call is left.
    """
    plans = [_Plan.make(folder, name) for name in names]
    if len({plan.device for plan in plans}) < len(plans):
        raise EnrolmentError("two of the names are the same")
    folder.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    written: list[Path] = []
    try:
        for plan in plans:
            _write(plan, hub, trust, site, replace)
            written.append(plan.file)
        rows = [
            DeviceRow(trust, site, plan.device, plan.name, room, plan.public_key) for plan in plans
        ]
        enrol_devices(store, rows, now_ms, replace=replace)
    except BaseException:
        for file in written:
            file.unlink(missing_ok=True)
        raise
    return [Enrolled(plan.device, plan.name, plan.file) for plan in plans]


def verify_hello(public_key: bytes, nonce: bytes, hello: Hello) -> bool:
    """Whether `hello` was signed, for this challenge, by the device that it names."""
    identity = DeviceIdentity(hello.trust, hello.site, hello.device)
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(hello.proof, proof_input(nonce, identity, hello.epoch))
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Plan:
    device: str
    name: str
    file: Path
    key: Ed25519PrivateKey

    @classmethod
    def make(cls, folder: Path, name: str) -> _Plan:
        if not name.strip() or len(name) > NAME_LIMIT or not name.isprintable():
            raise EnrolmentError(f"{name!r} is no name for a device")
        device = readable_id(name)
        return cls(device, name.strip(), folder / f"{device}.json", Ed25519PrivateKey.generate())

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()


def _write(plan: _Plan, hub: str, trust: str, site: str, replace: bool) -> None:
    if replace:
        plan.file.unlink(missing_ok=True)
    enrolment = {
        "hub": hub,
        "trust": trust,
        "site": site,
        "device": plan.device,
        "name": plan.name,
        "private_key": base64.b64encode(plan.key.private_bytes_raw()).decode(),
    }
    try:
        descriptor = os.open(plan.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise EnrolmentError(
            f"{plan.file} exists; move it away first: it may be a PC's only key"
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(enrolment, file, indent=2)
        file.write("\n")
