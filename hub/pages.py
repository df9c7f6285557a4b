"""The built console: its files, and the one page that every address of the console leads to."""

from __future__ import annotations

import gzip
import mimetypes
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hub.errors import ApiError
from hub.settings import Settings

NONCE_MARK = "__CSP_NONCE__"
"""Where `index.html` wants the nonce that its style tags carry."""
NOT_BUILT = (
    "<!doctype html><html lang=en-GB><title>Formroom</title>"
    "<h1>The console is not built</h1><p>Run <code>make demo</code>, or build the front end and "
    "name its folder in the setting <code>frontend_dir</code>.</p>"
)

_HASHED = re.compile(r"^assets/.*-[A-Za-z0-9_-]{8}\.\w+$")
_FOREVER = "public, max-age=31536000, immutable"
_COMPRESSED = frozenset(
    {"application/javascript", "text/javascript", "text/css", "image/svg+xml", "application/json"}
)
_MORE_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    gzipped: bytes | None
    media_type: str
    cache: str


class Pages:
    """Answers with the console's files, read once when it is made.

    Files whose names carry a hash of their content may be kept by browsers for ever; the page
    itself is made anew for each request, with a nonce of its own.
    """

    def __init__(self, settings: Settings) -> None:
        folder = settings.frontend_dir
        index = folder / "index.html"
        self._index = index.read_text(encoding="utf-8") if index.is_file() else None
        self._files = {
            path.relative_to(folder).as_posix(): _read(folder, path)
            for path in folder.rglob("*")
            if path.is_file() and path != index
        }
        sockets = " ".join(re.sub("^http", "ws", origin) for origin in settings.public_origins)
        self._policy = (
            "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
            "img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; "
            f"connect-src 'self' {sockets}; object-src 'none'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types default"
        )

    def answer(self, request: Request) -> Response:
        """The file at the path, or the page. Raises `ApiError` (404)."""
        path = request.path_params["path"]
        file = self._files.get(path)
        if file is not None:
            return _file_response(file, "gzip" in request.headers.get("accept-encoding", ""))
        if path.startswith(("api/", "assets/")) or ("." in path and "/" not in path):
            raise ApiError(404, "not_found", "There is nothing at this address.")
        if self._index is None:
            return HTMLResponse(NOT_BUILT, 503)
        nonce = secrets.token_urlsafe(16)
        policy = self._policy.replace("{nonce}", nonce)
        return HTMLResponse(
            self._index.replace(NONCE_MARK, nonce), headers={"Content-Security-Policy": policy}
        )


def _read(folder: Path, path: Path) -> _File:
    body = path.read_bytes()
    media_type = (
        _MORE_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    ) or "application/octet-stream"
    hashed = _HASHED.match(path.relative_to(folder).as_posix())
    return _File(
        body=body,
        gzipped=gzip.compress(body, mtime=0) if media_type in _COMPRESSED else None,
        media_type=media_type,
        cache=_FOREVER if hashed else "no-cache",
    )


def _file_response(file: _File, may_compress: bool) -> Response:
    headers = {"Cache-Control": file.cache}
    if file.gzipped is None:
        return Response(file.body, headers=headers, media_type=file.media_type)
    headers["Vary"] = "Accept-Encoding"
    if not may_compress:
        return Response(file.body, headers=headers, media_type=file.media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(file.gzipped, headers=headers, media_type=file.media_type)
