"""Routes that cannot be had without saying who may use them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.authentication import person_of
from hub.context import HubContext
from hub.errors import DOMAIN_ERRORS, ApiError, error_response
from safeguarding.permissions import Action, Principal, may
from store.people import PersonRow


@dataclass(frozen=True, slots=True)
class PublicCall:
    """A request that anybody may send."""

    request: Request
    context: HubContext


@dataclass(frozen=True, slots=True)
class Call:
    """A request of somebody who is signed in."""

    request: Request
    context: HubContext
    person: PersonRow
    principal: Principal

    @property
    def trust(self) -> str:
        """The trust of the person; no other may be touched."""
        return self.principal.trust

    def require(self, action: Action, site: str, teachers: frozenset[str] | None = None) -> None:
        """Raise `ApiError` (403) unless the permission table allows this at this site."""
        if not may(self.principal, action, trust=self.trust, site=site, teachers=teachers):
            raise ApiError(403, "forbidden", "You may not do this at this school.")


PublicHandler = Callable[[PublicCall], Awaitable[Response]]
Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody may use the route; `reason` says why that is right."""

    handler: PublicHandler
    reason: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Everybody who is signed in may use the route, about him- or herself."""

    handler: Handler


@dataclass(frozen=True, slots=True)
class Allowed:
    """Only who may do `action`: at the site in the path, or at some site where there is none.

    What depends on the body, or on the lesson's teachers, the handler requires itself.
    """

    action: Action
    handler: Handler


Access = Public | SignedIn | Allowed


class GuardedRoute(Route):
    """A route that checks `access` before its handler runs, and counts what it answers."""

    def __init__(self, method: str, path: str, access: Access, context: HubContext) -> None:
        self.access = access
        self._context = context
        super().__init__(path, self._answer, methods=[method])

    async def _answer(self, request: Request) -> Response:
        began = time.monotonic()
        try:
            response = await self._answer_guarded(request)
        except DOMAIN_ERRORS as error:
            response = error_response(error)
        metrics = self._context.metrics
        metrics.requests.labels(request.method, self.path, response.status_code).inc()
        metrics.request_seconds.labels(self.path).observe(time.monotonic() - began)
        return response

    async def _answer_guarded(self, request: Request) -> Response:
        if isinstance(self.access, Public):
            return await self.access.handler(PublicCall(request, self._context))
        person = await person_of(self._context, request)
        if person is None:
            raise ApiError(401, "signed_out", "Please sign in.")
        call = Call(request, self._context, person, person.principal)
        if isinstance(self.access, Allowed):
            self._check(call, self.access.action)
        return await self.access.handler(call)

    def _check(self, call: Call, action: Action) -> None:
        if not call.principal.sites(action):
            raise ApiError(403, "forbidden", "You may not do this.")
        site = call.request.path_params.get("site")
        if site is not None:
            # Whether this person is a teacher of the lesson in question, the handler asks.
            call.require(action, site, teachers=frozenset({call.principal.person}))
