"""Errors as answers: one table from domain errors to statuses, codes and plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ExceptionHandler

from actors.ports import ShardUnavailable
from hub.lessons import LessonRefused
from store.classes import UnknownDevice
from store.engine import StoreConflict, StoreUnavailable
from wire.errors import Fault


class ApiError(Exception):
    """A request that is refused. `facts` join the error's object, `headers` the answer's."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        facts: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.facts = dict(facts or {})
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The answer to send."""
        error = {"code": self.code, "message": self.message, **self.facts}
        return JSONResponse({"error": error}, self.status, self.headers)


_RESTARTING = "A part of the server is restarting. Try again in a few seconds."

_TABLE: dict[type[Exception], tuple[int, str, str]] = {
    ShardUnavailable: (503, "unavailable", _RESTARTING),
    StoreUnavailable: (503, "unavailable", _RESTARTING),
    StoreConflict: (409, "conflict", "Somebody changed this at the same time. Load it anew."),
    UnknownDevice: (422, "unknown_device", "One of the devices is not enrolled at this school."),
}

_REFUSALS: dict[str, int] = {
    Fault.FORBIDDEN: 403,
    Fault.INVALID: 422,
    Fault.UNAVAILABLE: 503,
}

_HTTP_ERRORS: dict[int, tuple[str, str]] = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take such a request."),
}

DOMAIN_ERRORS: tuple[type[Exception], ...] = (ApiError, LessonRefused, *_TABLE)
"""What `error_response` can answer."""


def error_response(error: Exception) -> Response:
    """The answer to a domain error; raises it again when it is none."""
    if isinstance(error, ApiError):
        return error.response()
    if isinstance(error, LessonRefused):
        status = _REFUSALS.get(error.fault, 409)
        return ApiError(status, error.fault, error.detail).response()
    for kind, (status, code, message) in _TABLE.items():
        if isinstance(error, kind):
            return ApiError(status, code, message).response()
    raise error


def exception_handlers() -> dict[Any, ExceptionHandler]:
    """For the application: what no route answered, in the form of every other error."""
    return {HTTPException: _http_error, Exception: _server_error}


def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    code, message = _HTTP_ERRORS.get(status, ("failed", "The request could not be answered."))
    return ApiError(status, code, message, headers=headers).response()


def _server_error(_request: Request, _error: Exception) -> Response:
    return ApiError(500, "failed", "The server made a mistake. It has been logged.").response()
