"""All sites of a trust at a glance, from aggregates: no device is asked, no event is read."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from starlette.responses import Response

from actors.ports import SiteSummary
from hub.routes.guard import Call
from hub.routes.queries import whole, word
from safeguarding.permissions import ALL_SITES, Action
from store.devices import count_devices
from store.events import DayCount
from store.sites import list_sites

DAYS = 28
DAYS_MOST = 92


async def overview(call: Call) -> Response:
    """GET /api/trust/overview?days=&by=: the sites that this person may see.

    `devices` are enrolled ones; the other figures are those of now, null where the site's part
    of the server is restarting (`degraded`). `days` are the events of each day (UTC) and kind;
    with `by=day` of each day, all kinds together. Days without events are left out.
    """
    store = call.context.store
    days = whole(call.request, "days", DAYS, 1, DAYS_MOST)
    by_day = word(call.request, "by", ("kind", "day")) == "day"
    today = datetime.fromtimestamp(call.context.now_ms() / 1000, UTC).date()
    since = (today - timedelta(days=days - 1)).isoformat()
    allowed = call.principal.sites(Action.SEE_TRUST)
    sites = [
        site
        for site in await asyncio.to_thread(list_sites, store, call.trust)
        if ALL_SITES in allowed or site.id in allowed
    ]
    live, counts, enrolled = await asyncio.gather(
        call.context.lesson_desk.summaries(call.trust, [site.id for site in sites]),
        call.context.day_counts.read(
            store, call.trust, since, today.isoformat(), call.context.now_ms()
        ),
        asyncio.to_thread(count_devices, store, call.trust),
    )
    of_site = _by_day(counts) if by_day else _by_kind(counts)
    body = {
        "since": since,
        "sites": [
            {
                "id": site.id,
                "name": site.name,
                "devices": enrolled.get((call.trust, site.id), 0),
                **_now(live[site.id]),
                "days": of_site.get(site.id, []),
            }
            for site in sites
        ],
    }
    return Response(msgspec.json.encode(body), media_type="application/json")


def _now(summary: SiteSummary | None) -> dict[str, Any]:
    if summary is None:
        names = ("connected", "signed_on", "lessons", "in_lesson")
        return {**dict.fromkeys(names), "degraded": True}
    return {
        "connected": summary.connected,
        "signed_on": summary.signed_on,
        "lessons": summary.lessons,
        "in_lesson": summary.in_lesson,
        "degraded": False,
    }


def _by_kind(counts: list[DayCount]) -> dict[str, list[dict[str, Any]]]:
    days = defaultdict(list)
    for row in counts:
        days[row.site].append({"day": row.day, "kind": row.kind, "count": row.count})
    return days


def _by_day(counts: list[DayCount]) -> dict[str, list[dict[str, Any]]]:
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    for row in counts:
        of_site = totals[row.site]
        of_site[row.day] = of_site.get(row.day, 0) + row.count
    return {
        site: [{"day": day, "count": count} for day, count in sorted(of_site.items())]
        for site, of_site in totals.items()
    }
