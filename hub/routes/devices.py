"""The devices of a site, enrolled and connected."""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse, Response

from hub.routes.guard import Call
from store.devices import list_devices


async def index(call: Call) -> Response:
    """GET /api/sites/{site}/devices: every enrolled device, with what its register knows of it."""
    site = call.request.path_params["site"]
    enrolled = await asyncio.to_thread(list_devices, call.context.store, call.trust, site)
    entries = await call.context.lesson_desk.directory(call.trust, site) if enrolled else ()
    known = {entry.device: entry for entry in entries}
    rows = [(row, known.get(row.id)) for row in enrolled]
    return JSONResponse(
        {
            "devices": [
                {
                    "id": row.id,
                    "name": row.name,
                    "connected": entry is not None and entry.connected,
                    "user": entry.user if entry else "",
                    "user_name": entry.user_name if entry else "",
                    "lesson": entry.lesson if entry else "",
                }
                for row, entry in rows
            ]
        }
    )
