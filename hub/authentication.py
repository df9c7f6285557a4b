"""Who sends a request: the session cookie, and where the request comes from."""

from __future__ import annotations

import asyncio
import hashlib
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from hub.context import HubContext
from hub.settings import Settings
from safeguarding.permissions import Principal
from store.people import PersonRow
from store.sessions import AGE_LIMIT_MS, end_session, find_session, start_session

TOKEN_BYTES = 32


async def person_of(context: HubContext, connection: HTTPConnection) -> PersonRow | None:
    """The person whose session the connection's cookie names; None when it is over or unknown."""
    token_hash = presented_token(context.settings, connection)
    if token_hash is None:
        return None
    return await asyncio.to_thread(find_session, context.store, token_hash, context.now_ms())


async def principal_of(context: HubContext, connection: HTTPConnection) -> Principal | None:
    """Like `person_of`, as the permission table knows the person.

    Roles and session are those of this moment: a socket that lives on asks again.
    """
    person = await person_of(context, connection)
    return None if person is None else person.principal


def origin_is_allowed(settings: Settings, connection: HTTPConnection) -> bool:
    """Whether the connection says that it comes from one of the server's own pages.

    False when it says nothing: browsers always name the origin of a WebSocket.
    """
    return connection.headers.get("origin") in settings.public_origins


async def sign_in(
    context: HubContext, connection: HTTPConnection, person: PersonRow, response: Response
) -> None:
    """Begin a session in this browser, in place of the one that it had."""
    await sign_out(context, connection, response)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await asyncio.to_thread(
        start_session, context.store, _hash(token), person.trust, person.id, context.now_ms()
    )
    response.set_cookie(
        cookie_name(context.settings),
        token,
        max_age=AGE_LIMIT_MS // 1000,
        path="/",
        secure=context.settings.is_secure,
        httponly=True,
        samesite="strict",
    )


async def sign_out(context: HubContext, connection: HTTPConnection, response: Response) -> None:
    """End the session of this browser, if it has one."""
    token_hash = presented_token(context.settings, connection)
    if token_hash is None:
        return
    await asyncio.to_thread(end_session, context.store, token_hash)
    response.delete_cookie(
        cookie_name(context.settings),
        path="/",
        secure=context.settings.is_secure,
        httponly=True,
        samesite="strict",
    )


def cookie_name(settings: Settings) -> str:
    """With TLS a name that browsers accept from this very host alone."""
    return "__Host-formroom_session" if settings.is_secure else "formroom_session"


def presented_token(settings: Settings, connection: HTTPConnection) -> bytes | None:
    """The hash of the token in the connection's cookie, whether or not such a session exists."""
    token = connection.cookies.get(cookie_name(settings), "")
    return _hash(token) if token else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
