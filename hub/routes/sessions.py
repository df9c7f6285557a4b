"""Signing in and out."""

from __future__ import annotations

import asyncio
import math

import structlog
from starlette.responses import JSONResponse, Response

from hub.attempts import network_of
from hub.authentication import person_of, sign_in, sign_out
from hub.context import HubContext
from hub.errors import ApiError
from hub.routes.bodies import SignIn, read_body
from hub.routes.guard import Call, PublicCall
from hub.routes.people import person_json
from store.people import find_credential, plain_user

_log = structlog.get_logger(__name__)


async def read(call: Call) -> Response:
    """GET /api/session: who is signed in."""
    return JSONResponse({"person": await person_json(call.context.store, call.person)})


async def create(call: PublicCall) -> Response:
    """POST /api/session: sign in with user name and password."""
    context = call.context
    body = await read_body(call.request, SignIn)
    account, address = plain_user(body.user), caller_address(call)
    begin_attempt(context, account, address)
    found = await asyncio.to_thread(find_credential, context.store, body.user)
    right = await context.passwords.is_right(found[1] if found else None, body.password)
    if found is None or not right:
        context.metrics.sign_ins.labels("wrong").inc()
        # Not the user name: people type their password there.
        _log.warning("sign_in_failed", address=address)
        raise ApiError(401, "wrong_credentials", "User name or password is wrong.")
    context.attempts.succeeded(account, address)
    context.metrics.sign_ins.labels("right").inc()
    person = found[0]
    _log.info("signed_in", trust=person.trust, person=person.id, address=address)
    response = JSONResponse({"person": await person_json(context.store, person)})
    await sign_in(context, call.request, person, response)
    return response


async def delete(call: PublicCall) -> Response:
    """DELETE /api/session: sign out; nothing happens to who is not signed in."""
    person = await person_of(call.context, call.request)
    response = Response(status_code=204)
    await sign_out(call.context, call.request, response)
    if person is not None:
        call.context.on_rights_changed(person.trust, person.id)
    return response


def begin_attempt(context: HubContext, account: str, address: str) -> None:
    """Count an attempt to prove oneself; raises `ApiError` (429) past the limits."""
    wait_ms = context.attempts.begin(account, address, context.now_ms())
    if wait_ms:
        context.metrics.sign_ins.labels("throttled").inc()
        _log.warning("sign_in_throttled", address=address, wait_ms=wait_ms)
        raise ApiError(
            429,
            "too_many_attempts",
            "There were too many attempts. Wait a little before the next one.",
            headers={"Retry-After": str(math.ceil(wait_ms / 1000))},
        )


def caller_address(call: PublicCall) -> str:
    """The address, or for IPv6 the network, that attempts are counted for."""
    client = call.request.client
    return network_of(client.host) if client else "unknown"
