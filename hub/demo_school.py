"""A fictional school for `make demo`: one class, its PCs, its pupils, and one teacher."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from hub.enrolment import Enrolled, device_names, enrol
from hub.passwords import Passwords
from safeguarding.permissions import Grant, Role
from store.classes import ClassMember, find_class, save_class
from store.engine import Store
from store.people import add_person, get_person, has_people, set_password, set_roles
from store.sites import add_site, add_trust

TRUST = "demo-trust"
SITE = "demo-school"
CLASS = "7b-computing"
TEACHER = "demo.teacher"

PUPILS = (
    ("a.yusuf", "Amina Y"),
    ("b.carter", "Ben C"),
    ("c.oconnor", "Ciara O"),
    ("d.nowak", "Dawid N"),
    ("e.williams", "Ella W"),
    ("f.rahman", "Farhan R"),
    ("g.thomas", "Grace T"),
    ("h.singh", "Harpreet S"),
    ("i.mensah", "Isaac M"),
    ("j.walker", "Jasmine W"),
    ("k.macleod", "Kirsty M"),
    ("l.chen", "Leo C"),
)
"""Accounts of the simulated pupils, and the names that the class list shows. Nobody is real."""


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """What a visitor needs to sign in, and the simulated PCs to join."""

    user: str
    password: str
    devices: tuple[Enrolled, ...]


def prepare_demo_school(
    store: Store, passwords: Passwords, *, hub: str, folder: Path, now_ms: int
) -> DemoSchool:
    """Make the demo school, or make it ready once more; its lessons and changes are kept.

    Each time the teacher gets a new random password and every PC a new key: the sign-in of an
    earlier demonstration works no longer. Enrolment files are written into `folder`. Raises
    `ValueError` when the store holds another school.
    """
    password = _readable_secret()
    password_hash = passwords.hash_now(password)
    with store.writing() as session:
        if get_person(session, TRUST, TEACHER) is None:
            if has_people(session):
                raise ValueError("the demonstration needs a data_dir of its own: people use this")
            add_trust(session, TRUST, "Demonstration Trust", now_ms)
            add_site(session, TRUST, SITE, "Demonstration School", now_ms)
            add_person(session, TRUST, TEACHER, TEACHER, "Demo Teacher", now_ms)
            set_roles(session, TRUST, TEACHER, [Grant(Role.TEACHER, SITE)])
        set_password(session, TRUST, TEACHER, password_hash, now_ms)
    devices = enrol(
        store,
        hub=hub,
        trust=TRUST,
        site=SITE,
        names=device_names("PC {n:02}", len(PUPILS)),
        room="Room 12",
        folder=folder,
        now_ms=now_ms,
        replace=True,
    )
    if find_class(store, TRUST, SITE, CLASS) is None:
        ids = [device.device for device in devices]
        pupils = [ClassMember(*pupil) for pupil in PUPILS]
        save_class(store, TRUST, SITE, CLASS, "7B Computing", ids, pupils, now_ms)
    return DemoSchool(TEACHER, password, tuple(devices))


def _readable_secret() -> str:
    """80 random bits as four groups of four letters and digits."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
