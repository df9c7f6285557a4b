"""How the parts of the server stand."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from hub.routes.guard import Call


async def read(call: Call) -> Response:
    """GET /api/status: what was known a few seconds ago; see `hub.standing.Standing.facts`."""
    context = call.context
    return JSONResponse(context.standing.facts(context.now_ms()))
