"""The audit record: who did what, in a chain that shows when an entry was changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial

from starlette.responses import JSONResponse, Response

from hub.routes.guard import Call
from hub.routes.queries import whole, word
from hub.spreadsheet import csv_download, moment
from safeguarding.permissions import ALL_SITES, Action
from store.audit import AuditEntry, entries, verify

PAGE = 100
PAGE_MOST = 1_000
EXPORT_PAGE = 2_000
LAST_NUMBER = 2**63 - 1

_HEADER = (
    "number", "at", "site", "person", "person_name", "act", "subject", "pupil", "detail", "hash",
)  # fmt: skip


async def index(call: Call) -> Response:
    """GET /api/audit?after=&limit=&order=: the entries of the sites that this person may read.

    `next` is the `after` of the next page in the same order; null when there is no more now.
    """
    limit = whole(call.request, "limit", PAGE, 1, PAGE_MOST)
    after = whole(call.request, "after", 0, 0, LAST_NUMBER)
    newest = word(call.request, "order", ("oldest", "newest")) == "newest"
    found = await _page(call, after, limit + 1, newest)
    shown = found[:limit]
    return JSONResponse(
        {
            "entries": [_json(entry) for entry in shown],
            "next": shown[-1].number if len(found) > limit else None,
        }
    )


async def export(call: Call) -> Response:
    """GET /api/audit.csv: all of them, oldest first."""

    async def chunks() -> AsyncIterator[Sequence[Sequence[str | int]]]:
        after = 0
        while found := await _page(call, after, EXPORT_PAGE, False):
            yield [_cells(entry) for entry in found]
            after = found[-1].number

    return csv_download("audit", _HEADER, chunks())


async def check(call: Call) -> Response:
    """GET /api/audit/check: whether the chain of the whole trust holds.

    Reads every entry; of one trust's checks one runs at a time.
    """
    context = call.context
    async with context.audit_checks.setdefault(call.trust, asyncio.Lock()):
        found = await asyncio.to_thread(verify, context.store, call.trust)
    return JSONResponse(
        {
            "entries": found.entries,
            "first_broken": found.first_broken,
            "checked_at_ms": context.now_ms(),
        }
    )


async def _page(call: Call, after: int, limit: int, newest: bool) -> list[AuditEntry]:
    sites = call.principal.sites(Action.READ_AUDIT)
    read = partial(
        entries,
        call.context.store,
        call.trust,
        after,
        limit,
        sites=None if ALL_SITES in sites else sites,
        newest_first=newest,
    )
    return await asyncio.to_thread(read)


def _json(entry: AuditEntry) -> dict[str, str | int]:
    act = entry.act
    return {
        "number": entry.number,
        "at_ms": act.at_ms,
        "site": act.site,
        "person": act.person,
        "person_name": act.person_name,
        "act": act.act,
        "subject": act.subject,
        "pupil": act.pupil,
        "detail": act.detail,
        "hash": entry.hash,
    }


def _cells(entry: AuditEntry) -> tuple[str | int, ...]:
    act = entry.act
    return (
        entry.number, moment(act.at_ms), act.site, act.person, act.person_name, act.act,
        act.subject, act.pupil, act.detail, entry.hash,
    )  # fmt: skip
