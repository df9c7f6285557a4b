"""Members of staff: who they are, which roles they hold, and the hash of their password."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from safeguarding.permissions import Grant, Principal, Role
from store.engine import Store
from store.models import Credential, Person, RoleGrant, SignIn


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with the roles that he or she holds now."""

    trust: str
    id: str
    user: str
    name: str
    grants: tuple[Grant, ...]

    @property
    def principal(self) -> Principal:
        """The person as the permission table knows it."""
        return Principal(self.id, self.name, self.trust, self.grants)


def plain_user(user: str) -> str:
    """A user name as it is kept: however it is typed, one person has one spelling."""
    return unicodedata.normalize("NFKC", user).strip().casefold()


def add_person(
    session: Session, trust: str, person: str, user: str, name: str, now_ms: int
) -> None:
    """Add a person without role or password.

    The transaction fails with `StoreConflict` when the user name is taken, in whichever trust.
    """
    session.add(
        Person(trust=trust, id=person, user=plain_user(user), name=name, created_at_ms=now_ms)
    )
    session.flush()


def set_roles(session: Session, trust: str, person: str, grants: Sequence[Grant]) -> None:
    """Give a person exactly these roles."""
    held = col(RoleGrant.trust) == trust, col(RoleGrant.person) == person
    session.exec(delete(RoleGrant).where(*held))
    for grant in grants:
        session.add(RoleGrant(trust=trust, person=person, role=grant.role, site=grant.site))
    session.flush()


def set_password(
    session: Session, trust: str, person: str, password_hash: str, now_ms: int
) -> None:
    """Replace a person's password and end every session that he or she has."""
    session.merge(
        Credential(trust=trust, person=person, password_hash=password_hash, changed_at_ms=now_ms)
    )
    held = col(SignIn.trust) == trust, col(SignIn.person) == person
    session.exec(delete(SignIn).where(*held))
    session.flush()


def get_person(session: Session, trust: str, person: str) -> PersonRow | None:
    """A person of a trust, with roles."""
    return get_people(session, {(trust, person)}).get((trust, person))


def get_people(
    session: Session, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], PersonRow]:
    """These people, named by (trust, person), with roles; those that exist, in two queries."""
    trusts = {trust for trust, _ in wanted}
    ids = {person for _, person in wanted}
    grants: dict[tuple[str, str], list[Grant]] = {}
    held = select(RoleGrant).where(col(RoleGrant.trust).in_(trusts), col(RoleGrant.person).in_(ids))
    people = select(Person).where(col(Person.trust).in_(trusts), col(Person.id).in_(ids))
    for row in session.exec(held.order_by(RoleGrant.role, RoleGrant.site)):
        grants.setdefault((row.trust, row.person), []).append(Grant(Role(row.role), row.site))
    return {
        (row.trust, row.id): PersonRow(
            row.trust, row.id, row.user, row.name, tuple(grants.get((row.trust, row.id), ()))
        )
        for row in session.exec(people)
        if (row.trust, row.id) in wanted
    }


def find_person(store: Store, trust: str, person: str) -> PersonRow | None:
    """A person of a trust, with roles."""
    with store.reading() as session:
        return get_person(session, trust, person)


def find_credential(store: Store, user: str) -> tuple[PersonRow, str] | None:
    """Who signs in with this user name, and the hash of the password."""
    with store.reading() as session:
        found = session.exec(select(Person).where(Person.user == plain_user(user))).first()
        if found is None:
            return None
        credential = session.get(Credential, (found.trust, found.id))
        person = get_person(session, found.trust, found.id)
        if credential is None or person is None:
            return None
        return person, credential.password_hash


def has_people(session: Session) -> bool:
    """Whether anybody can ever have signed in here."""
    return session.exec(select(Person.id).limit(1)).first() is not None
