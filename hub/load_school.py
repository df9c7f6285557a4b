"""A school for load tests, written straight into an empty store.

Its passwords and keys leave in a file; it must never be made in a store that real people use.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.authentication import TOKEN_BYTES
from hub.passwords import Passwords
from safeguarding.permissions import Grant, Role
from store.classes import save_class
from store.devices import DeviceRow, enrol_devices
from store.engine import Store
from store.people import add_person, has_people, set_password, set_roles
from store.records import DeviceEvent
from store.sessions import start_session
from store.sites import add_site, add_trust
from store.writing import write_records

TRUST = "load"
SITE = "load-school"
ADMIN = "admin"
EVENTS_AT_ONCE = 10_000
EVENTS_SPAN_MS = 28 * 86_400_000


def seed_load_school(
    store: Store,
    passwords: Passwords,
    *,
    hub: str,
    cookie_name: str,
    devices: int,
    class_size: int,
    sites: int = 1,
    now_ms: int,
) -> dict[str, Any]:
    """Make a trust, sites, devices, classes of `class_size`, a teacher for each, an admin.

    The classes are dealt among the sites in order, each whole to one of them.
    Returns what `loadtests.school.School` reads. The first teacher has to sign in by password;
    the others are signed in already, so that a large school does not begin with a queue at the
    sign-in; so is the trust's admin, who reads the records. Raises `ValueError` when the store
    has people.
    """
    password = secrets.token_urlsafe(18)
    password_hash = passwords.hash_now(password)
    classes = -(-devices // class_size)
    site_of = [site_id(number * sites // classes, sites) for number in range(classes)]
    with store.writing() as session:
        if has_people(session):
            raise ValueError("a load school is only made in a store without people")
        add_trust(session, TRUST, "Load trust", now_ms)
        for number in range(sites):
            add_site(session, TRUST, site_id(number, sites), f"Load school {number}", now_ms)
        for number in range(classes):
            teacher = f"teacher-{number}"
            add_person(session, TRUST, teacher, teacher, f"Teacher {number}", now_ms)
            set_roles(session, TRUST, teacher, [Grant(Role.TEACHER, site_of[number])])
            set_password(session, TRUST, teacher, password_hash, now_ms)
        add_person(session, TRUST, ADMIN, ADMIN, "Admin", now_ms)
        set_roles(session, TRUST, ADMIN, [Grant(Role.TRUST_ADMIN)])
    seats = _enrol(store, [site_of[at // class_size] for at in range(devices)], now_ms)
    staff = []
    for number in range(classes):
        members = [seat["device"] for seat in seats[number * class_size :][:class_size]]
        site, name = site_of[number], f"class-{number}"
        save_class(store, TRUST, site, name, f"Class {number}", members, [], now_ms)
        staff.append(
            {
                "user": f"teacher-{number}",
                "password": password,
                "classes": [{"site": site, "class_id": name}],
                "cookie": _sign_in(store, cookie_name, f"teacher-{number}", now_ms)
                if number
                else "",
            }
        )
    admin = {
        "user": ADMIN,
        "password": "",
        "classes": [],
        "cookie": _sign_in(store, cookie_name, ADMIN, now_ms),
    }
    return {"hub": hub, "devices": seats, "teachers": staff, "admin": admin}


def seed_load_events(store: Store, school: dict[str, Any], count: int, now_ms: int) -> None:
    """Write so many events of the last weeks, dealt evenly among the devices of a load school."""
    seats = school["devices"]
    for first in range(0, count, EVENTS_AT_ONCE):
        records = []
        for number in range(first, min(count, first + EVENTS_AT_ONCE)):
            seat = seats[number % len(seats)]
            at_ms = now_ms - (count - number) * EVENTS_SPAN_MS // count
            records.append(
                DeviceEvent(
                    *(seat["trust"], seat["site"], seat["device"]),
                    epoch="seeded",
                    seq=number + 1,
                    kind=("signed_on", "signed_off", "order_applied")[number % 3],
                    user=f"pupil{number % len(seats)}",
                    lesson="",
                    at_ms=at_ms,
                    received_at_ms=at_ms,
                )
            )
        write_records(store, records)


def site_id(number: int, sites: int) -> str:
    """The id of a school among so many; the only one has a name of its own."""
    return SITE if sites == 1 else f"{SITE}-{number}"


def _enrol(store: Store, sites: list[str], now_ms: int) -> list[dict[str, str]]:
    seats, rows = [], []
    for number, site in enumerate(sites):
        key = Ed25519PrivateKey.generate()
        device = f"pc-{number:05}"
        rows.append(
            DeviceRow(TRUST, site, device, f"PC {number}", "", key.public_key().public_bytes_raw())
        )
        seats.append(
            {
                "trust": TRUST,
                "site": site,
                "device": device,
                "private_key": base64.b64encode(key.private_bytes_raw()).decode(),
            }
        )
    enrol_devices(store, rows, now_ms)
    return seats


def _sign_in(store: Store, cookie_name: str, person: str, now_ms: int) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    token_hash = hashlib.sha256(token.encode()).digest()
    start_session(store, token_hash, TRUST, person, now_ms)
    return f"{cookie_name}={token}"
