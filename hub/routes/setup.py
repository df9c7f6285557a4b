"""The first person of an installation."""

from __future__ import annotations

import asyncio

import structlog
from starlette.responses import JSONResponse, Response

from hub.authentication import sign_in
from hub.errors import ApiError
from hub.passwords import password_weakness
from hub.routes.bodies import Setup, plain_line, read_body
from hub.routes.guard import PublicCall
from hub.routes.people import person_json
from hub.routes.sessions import begin_attempt, caller_address
from hub.setup import setup_code_hash
from store.setup import FirstPerson, complete_setup, is_setup_code, is_setup_needed

_log = structlog.get_logger(__name__)

_ACCOUNT = "\0setup"
"""What attempts at the code are counted under; no user name can be like it."""


async def read(call: PublicCall) -> Response:
    """GET /api/setup: whether this server has no people yet."""
    needed = await asyncio.to_thread(is_setup_needed, call.context.store)
    return JSONResponse({"needed": needed})


async def create(call: PublicCall) -> Response:
    """POST /api/setup: become the first person, with the code that the server printed."""
    context = call.context
    body = await read_body(call.request, Setup)
    address = caller_address(call)
    if not await asyncio.to_thread(is_setup_needed, context.store):
        raise ApiError(409, "already_set_up", "This server has been set up. Sign in instead.")
    begin_attempt(context, _ACCOUNT, address)
    code_hash = setup_code_hash(body.code)
    if not await asyncio.to_thread(is_setup_code, context.store, code_hash, context.now_ms()):
        _log.warning("setup_code_wrong", address=address)
        raise _wrong_code()
    context.attempts.succeeded(_ACCOUNT, address)
    user = plain_line(body.user)
    weakness = password_weakness(body.password, user)
    if weakness is not None:
        raise ApiError(422, "weak_password", weakness)
    first = FirstPerson(
        trust_name=plain_line(body.trust_name),
        site_name=plain_line(body.site_name),
        name=plain_line(body.name),
        user=user,
        password_hash=await context.passwords.hash(body.password),
    )
    person = await asyncio.to_thread(
        complete_setup, context.store, code_hash, first, context.now_ms()
    )
    if person is None:
        raise _wrong_code()
    _log.info("set_up", trust=person.trust, person=person.id, address=address)
    response = JSONResponse({"person": await person_json(context.store, person)}, 201)
    await sign_in(context, call.request, person, response)
    return response


def _wrong_code() -> ApiError:
    return ApiError(
        401, "wrong_code", "This code does not work: it is wrong, was used, or its time is over."
    )
