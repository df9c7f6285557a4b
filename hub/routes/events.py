"""What the devices of a site reported and the server stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial

import msgspec
from starlette.responses import Response

from hub.routes.guard import Call
from hub.routes.queries import text, whole, word
from hub.spreadsheet import csv_download, moment
from store.events import StoredEvent, events_of_site

PAGE = 200
PAGE_MOST = 1_000
EXPORT_PAGE = 2_000
LAST_POSITION = 2**63 - 1

_HEADER = (
    "position", "device", "epoch", "number", "kind", "user", "lesson", "at", "received_at",
    "subject", "detail",
)  # fmt: skip


async def index(call: Call) -> Response:
    """GET /api/sites/{site}/events?after=&limit=&order=&device=&kind=

    `next` is the `after` of the next page in the same order; null when there is no more now.
    """
    request = call.request
    limit = whole(request, "limit", PAGE, 1, PAGE_MOST)
    after = whole(request, "after", 0, 0, LAST_POSITION)
    newest = word(request, "order", ("oldest", "newest")) == "newest"
    found = await _page(call, after, limit + 1, newest)
    shown = found[:limit]
    body = {
        "events": [_json(stored) for stored in shown],
        "next": shown[-1].position if len(found) > limit else None,
    }
    return Response(msgspec.json.encode(body), media_type="application/json")


async def export(call: Call) -> Response:
    """GET /api/sites/{site}/events.csv?device=&kind=: all of them, oldest first."""
    text(call.request, "device"), text(call.request, "kind")

    async def chunks() -> AsyncIterator[Sequence[Sequence[str | int]]]:
        after = 0
        while found := await _page(call, after, EXPORT_PAGE, False):
            yield [_cells(stored) for stored in found]
            after = found[-1].position

    return csv_download(f"events-{call.request.path_params['site']}", _HEADER, chunks())


async def _page(call: Call, after: int, limit: int, newest: bool) -> list[StoredEvent]:
    read = partial(
        events_of_site,
        call.context.store,
        call.trust,
        call.request.path_params["site"],
        after,
        limit,
        device=text(call.request, "device"),
        kind=text(call.request, "kind"),
        newest_first=newest,
    )
    return await asyncio.to_thread(read)


def _json(stored: StoredEvent) -> dict[str, str | int]:
    event = stored.event
    return {
        "position": stored.position,
        "device": event.device,
        "epoch": event.epoch,
        "seq": event.seq,
        "kind": event.kind,
        "user": event.user,
        "lesson": event.lesson,
        "at_ms": event.at_ms,
        "received_at_ms": event.received_at_ms,
        "subject": event.subject,
        "detail": event.detail,
    }


def _cells(stored: StoredEvent) -> tuple[str | int, ...]:
    event = stored.event
    return (
        stored.position, event.device, event.epoch, event.seq, event.kind, event.user,
        event.lesson, moment(event.at_ms), moment(event.received_at_ms), event.subject,
        event.detail,
    )  # fmt: skip
