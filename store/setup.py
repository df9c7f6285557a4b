"""The first person of an installation, who proves by a one-time code to own the machine."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlmodel import Session, delete, select

from safeguarding.permissions import ALL_SITES, Grant, Role
from store.engine import Store
from store.models import SetupCode
from store.people import PersonRow, add_person, get_person, has_people, set_password, set_roles
from store.sites import add_site, add_trust, new_id, readable_id


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """What the first person says of the trust, its first site and him- or herself."""

    trust_name: str
    site_name: str
    name: str
    user: str
    password_hash: str


def is_setup_needed(store: Store) -> bool:
    """Whether nobody exists yet."""
    with store.reading() as session:
        return not has_people(session)


def replace_setup_code(store: Store, code_hash: bytes, expires_at_ms: int) -> bool:
    """Make this the only code that works; False, and nothing changed, when people exist."""
    with store.writing() as session:
        if has_people(session):
            return False
        session.exec(delete(SetupCode))
        session.add(SetupCode(code_hash=code_hash, expires_at_ms=expires_at_ms))
        return True


def is_setup_code(store: Store, code_hash: bytes, now_ms: int) -> bool:
    """Whether this code would work now."""
    with store.reading() as session:
        return _is_code(session, code_hash, now_ms)


def complete_setup(
    store: Store, code_hash: bytes, first: FirstPerson, now_ms: int
) -> PersonRow | None:
    """Use up the code and create trust, site and person, all or nothing.

    The person is administrator of the trust and teacher at the site. None when the code does not
    work or people exist already: of two who try at once, one succeeds.
    """
    with store.writing() as session:
        if has_people(session) or not _is_code(session, code_hash, now_ms):
            return None
        session.exec(delete(SetupCode))
        trust, site = readable_id(first.trust_name), readable_id(first.site_name)
        person = new_id()
        add_trust(session, trust, first.trust_name, now_ms)
        add_site(session, trust, site, first.site_name, now_ms)
        add_person(session, trust, person, first.user, first.name, now_ms)
        grants = Grant(Role.TRUST_ADMIN, ALL_SITES), Grant(Role.TEACHER, site)
        set_roles(session, trust, person, grants)
        set_password(session, trust, person, first.password_hash, now_ms)
        return get_person(session, trust, person)


def _is_code(session: Session, code_hash: bytes, now_ms: int) -> bool:
    codes = session.exec(select(SetupCode)).all()
    return any(
        hmac.compare_digest(code.code_hash, code_hash) and now_ms < code.expires_at_ms
        for code in codes
    )
