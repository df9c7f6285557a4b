"""How a person is told to the console."""

from __future__ import annotations

import asyncio
from typing import Any

from safeguarding.permissions import ALL_SITES, Action
from store.engine import Store
from store.people import PersonRow
from store.sites import find_trust, list_sites


async def person_json(store: Store, person: PersonRow) -> dict[str, Any]:
    """The person with trust, roles, and the sites at which he or she holds any role.

    `may` says for each action that is allowed anywhere at which sites; "*" is all of the trust's.
    It is for showing what is of use: what is refused, the server refuses again.
    """
    trust = await asyncio.to_thread(find_trust, store, person.trust)
    sites = await asyncio.to_thread(list_sites, store, person.trust)
    held = {grant.site for grant in person.grants}
    return {
        "id": person.id,
        "name": person.name,
        "user": person.user,
        "trust": {"id": person.trust, "name": trust.name if trust else ""},
        "roles": [{"role": grant.role, "site": grant.site} for grant in person.grants],
        "may": {
            action.value: sorted(allowed)
            for action in Action
            if (allowed := person.principal.sites(action))
        },
        "sites": [
            {"id": site.id, "name": site.name}
            for site in sites
            if site.id in held or ALL_SITES in held
        ],
    }
