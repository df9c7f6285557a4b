"""What the hub stored, read as an administrator reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from loadtests.faults.checker import StoredEvent
from loadtests.rest import request
from loadtests.school import Staff

PAGE = 1000


def stored_events(hub: str, admin: Staff, sites: Iterable[str]) -> list[StoredEvent]:
    """Every event of these sites; raises `RestError` or `OSError`."""
    return [
        msgspec.convert({**entry, "site": site}, StoredEvent)
        for site in sites
        for entry in _pages(hub, admin, f"/api/sites/{site}/events", "events", "position")
    ]


def stored_acts(hub: str, admin: Staff) -> Counter[str]:
    """How often each act is in the audit record; raises `RestError` or `OSError`."""
    return Counter(str(one["act"]) for one in _pages(hub, admin, "/api/audit", "entries", "number"))


def first_broken_act(hub: str, admin: Staff) -> int | None:
    """The number of the first audit entry that does not fit the chain; None: all of them fit.

    Raises `RestError` or `OSError`.
    """
    answer, _ = request(hub, "GET", "/api/audit/check", cookie=admin.cookie)
    broken: int | None = answer["first_broken"]
    return broken


def _pages(hub: str, admin: Staff, path: str, name: str, place: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        answer, _ = request(hub, "GET", f"{path}?after={after}&limit={PAGE}", cookie=admin.cookie)
        page = answer[name]
        if not page:
            return found
        found += page
        after = page[-1][place]
