"""The few requests that a teacher makes before a lesson."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

_ATTEMPTS = 20
_TIMEOUT_S = 60.0


class RestError(RuntimeError):
    """The hub answered with an error; `status` is its HTTP status."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status


def request(
    hub: str, method: str, path: str, body: object = None, cookie: str = "", *, source: str = ""
) -> tuple[Any, str]:
    """One request; returns the decoded answer and the session cookie that it set.

    `source` is the local address to come from, if it matters.
    Waits as told when the hub asks for patience (429). Raises `RestError` or `OSError`.
    """
    for _ in range(_ATTEMPTS):
        status, answer, headers = _once(hub, method, path, body, cookie, source)
        if status != http.HTTPStatus.TOO_MANY_REQUESTS:
            break
        time.sleep(float(headers.get("Retry-After", "1")))
    decoded = json.loads(answer) if answer else None
    if status >= 400:
        raise RestError(status, _detail(decoded))
    return decoded, headers.get("Set-Cookie", "").partition(";")[0]


def _once(
    hub: str, method: str, path: str, body: object, cookie: str, source: str
) -> tuple[int, bytes, http.client.HTTPMessage]:
    parts = urlsplit(hub)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(
        parts.netloc, timeout=_TIMEOUT_S, source_address=(source, 0) if source else None
    )
    headers = {"X-Formroom": "1", "Content-Type": "application/json", "Origin": hub.rstrip("/")}
    if cookie:
        headers["Cookie"] = cookie
    try:
        connection.request(
            method, path, None if body is None else json.dumps(body).encode(), headers
        )
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    finally:
        connection.close()


def _detail(decoded: object) -> str:
    match decoded:
        case {"error": {"code": code, "message": message}}:
            return f"{code}: {message}"
    return "no reason given"
