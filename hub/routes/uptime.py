"""The public history of how well the server served."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response

from hub.context import HubContext
from hub.routes.guard import PublicCall
from hub.routes.queries import whole
from hub.uptime import SchoolHours, monthly
from store.probes import failures, last_results, quarters

MONTHS = 3
MONTHS_MOST = 13
FAILURES = 50


async def read(call: PublicCall) -> Response:
    """GET /api/status/uptime?months=: of each month and probe; names no school and no device."""
    months = whole(call.request, "months", MONTHS, 1, MONTHS_MOST)
    return JSONResponse(await asyncio.to_thread(_read, call.context, months))


def _read(context: HubContext, months: int) -> dict[str, Any]:
    settings, now_ms = context.settings, context.now_ms()
    hours = SchoolHours.parse(settings.school_hours, settings.time_zone)
    known = quarters(context.store, hours.month_start_ms(now_ms, months - 1), now_ms)
    return {
        "now_ms": now_ms,
        "school_hours": settings.school_hours,
        "time_zone": settings.time_zone,
        "months": monthly(known, hours, now_ms, months),
        "probes": [
            {"probe": one.probe, "at_ms": one.at_ms, "outcome": one.outcome, "seen_ms": one.seen_ms}
            for one in last_results(context.store)
        ],
        "failures": [
            {"probe": one.probe, "at_ms": one.at_ms, "outcome": one.outcome}
            for one in failures(context.store, FAILURES)
        ],
    }
