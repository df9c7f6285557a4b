"""For those who run the server: does it live, can it serve, and what did it count."""

from __future__ import annotations

import hmac
import ipaddress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.errors import ApiError
from hub.metrics import CONTENT_TYPE
from hub.routes.guard import PublicCall


async def health(_call: PublicCall) -> Response:
    """GET /health: the process answers."""
    return JSONResponse({"status": "ok", "detail": ""})


async def ready(call: PublicCall) -> Response:
    """GET /ready: every shard answers; else 503."""
    readiness = await call.context.readiness()
    status = "ok" if readiness.is_ready else "degraded"
    body = {"status": status, "detail": readiness.detail}
    return JSONResponse(body, 200 if readiness.is_ready else 503)


async def metrics(call: PublicCall) -> Response:
    """GET /metrics: with the token of the settings; where there is none, from this machine only.

    A request that a proxy passed on is not from this machine.
    """
    token = call.context.settings.metrics_token
    if not (_has_token(call.request, token) if token else _is_local(call.request)):
        raise ApiError(403, "forbidden", "Metrics are not for everybody.")
    return Response(call.context.metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def _has_token(request: Request, token: str) -> bool:
    presented = request.headers.get("authorization", "")
    return hmac.compare_digest(presented.encode(), f"Bearer {token}".encode())


def _is_local(request: Request) -> bool:
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
