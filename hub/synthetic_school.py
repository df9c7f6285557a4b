"""A school that nobody goes to: the device and the teacher with which a probe measures the server.

It is a trust of its own, so that no page, count, audit record or export of a real trust shows it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.passwords import Passwords
from safeguarding.permissions import Grant, Role
from store.classes import save_class
from store.devices import DeviceRow, enrol_devices
from store.engine import Store
from store.people import add_person, has_people, set_password, set_roles
from store.sites import add_site, add_trust, find_trust

TRUST = "formroom-probe"
SITE = "probe"
CLASS = "probe"
FILE = "probe.json"
_NAME = "Formroom probe"


class SyntheticSchoolError(RuntimeError):
    """The synthetic school cannot be had; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class SyntheticSchool:
    """What a probe needs to be the device and the teacher."""

    device: str
    private_key: str
    """Ed25519, base64."""
    user: str
    password: str

    @property
    def key(self) -> Ed25519PrivateKey:
        """The device's key."""
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.private_key))


def synthetic_school(
    store: Store, passwords: Passwords, folder: Path, now_ms: int
) -> SyntheticSchool:
    """The school of the file `probe.json` in the folder, made when it is not there.

    A file that was lost is made anew, with another key and another password. Raises
    `SyntheticSchoolError` while nobody has an account: the first person must be a real one.
    """
    file = folder / FILE
    try:
        return SyntheticSchool(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError) as error:
        raise SyntheticSchoolError(f"{file} cannot be read: {error}") from None
    key = Ed25519PrivateKey.generate()
    school = SyntheticSchool(
        device="probe-device",
        private_key=base64.b64encode(key.private_bytes_raw()).decode(),
        user=TRUST,
        password=secrets.token_urlsafe(24),
    )
    _make(store, school, passwords.hash_now(school.password), now_ms)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(asdict(school), out)
    return school


def _make(store: Store, school: SyntheticSchool, password_hash: str, now_ms: int) -> None:
    is_known = find_trust(store, TRUST) is not None
    with store.writing() as session:
        if not has_people(session):
            raise SyntheticSchoolError("Set the server up first: it has no people yet.")
        if not is_known:
            add_trust(session, TRUST, _NAME, now_ms)
            add_site(session, TRUST, SITE, _NAME, now_ms)
            add_person(session, TRUST, school.user, school.user, _NAME, now_ms)
            set_roles(session, TRUST, school.user, [Grant(Role.TEACHER, SITE)])
        set_password(session, TRUST, school.user, password_hash, now_ms)
    row = DeviceRow(
        TRUST, SITE, school.device, _NAME, "", school.key.public_key().public_bytes_raw()
    )
    enrol_devices(store, [row], now_ms, replace=True)
    if not is_known:
        save_class(store, TRUST, SITE, CLASS, _NAME, [school.device], [], now_ms)
