"""The durable facts that lessons of these tests stand on."""

from __future__ import annotations

from safeguarding.permissions import Grant, Role
from store.classes import save_class
from store.engine import Store
from store.people import add_person, set_roles
from store.sites import add_site, add_trust
from tests.actors.cast import BELL, KHAN, NOW_MS, SITE, TRUST


def fill(store: Store) -> None:
    """The trust and site of `tests.actors.cast`, with its teachers."""
    with store.writing() as session:
        add_trust(session, TRUST, "Oak Trust", NOW_MS)
        add_site(session, TRUST, SITE, "Hill School", NOW_MS)
        for person in (KHAN, BELL):
            add_person(session, TRUST, person.person, person.person, person.name, NOW_MS)
            set_roles(session, TRUST, person.person, [Grant(Role.TEACHER, SITE)])
    save_class(store, TRUST, SITE, "7b", "7B", [], [], NOW_MS)
