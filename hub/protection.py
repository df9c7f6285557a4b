"""What every request passes: where it comes from, and the headers that every answer carries."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.authentication import origin_is_allowed
from hub.errors import ApiError
from hub.settings import Settings

REQUEST_HEADER = "x-formroom"
"""Must be "1" on whatever may change something: no page of another origin can send it."""
SAFE_METHODS = frozenset({"GET", "HEAD"})

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_WITH_TLS = {"Strict-Transport-Security": "max-age=31536000"}


def protection(settings: Settings) -> list[Middleware]:
    """The application's middleware, the outermost first."""
    return [Middleware(AnswerHeaders, settings), Middleware(RequestGuard, settings)]


class AnswerHeaders:
    """Adds the security headers that an answer does not set itself."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = _HEADERS | (_WITH_TLS if settings.is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestGuard:
    """Refuses, before any route, what a page of another origin could have made a browser send."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            connection = HTTPConnection(scope)
            if "origin" in connection.headers and not origin_is_allowed(self._settings, connection):
                app = ApiError(
                    403, "foreign_origin", "This request came from another web site."
                ).response()
            elif connection.headers.get(REQUEST_HEADER) != "1":
                app = ApiError(
                    403, "header_missing", "This request lacks the header X-Formroom: 1."
                ).response()
        await app(scope, receive, send)
