"""Health and status from a thread of their own: they answer while the event loop does not.

Two addresses: `/health` for whoever asks, `/status` for who may read the data folder, where the
file `hub.json` says where this server listens and holds the token that it asks for.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hub.stall_watch import StallWatch

FILE = "hub.json"
DEAD_S = 30.0
"""A loop that has not gone round for so long will not come back: better start the hub again."""
REQUEST_S = 5.0
"""A caller that takes longer to ask, or to take the answer, is left."""
CALLERS = 16
"""More at once are turned away."""


class HealthServer:
    """Answers `/health` and `/status` between `start` and `stop`.

    `read_status` is called on the event loop; while that stalls, `/status` says only that.
    """

    def __init__(
        self,
        data_dir: Path,
        host: str,
        port: int,
        watch: StallWatch,
        read_status: Callable[[], dict[str, Any]],
    ) -> None:
        """Bind the socket; `OSError` when the address cannot be used. Port 0: any free one."""
        self._file = data_dir / FILE
        self._watch = watch
        self._read_status = read_status
        self._token = secrets.token_urlsafe(32)
        self._server = _Server((host, port), self)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="health-server", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Serve, and say where in the data folder."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        facts = {"pid": os.getpid(), "port": self.port, "token": self._token}
        if self._server.address_family == socket.AF_INET6:
            facts["host"] = "::1"
        self._file.unlink(missing_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(facts, file)

    def stop(self) -> None:
        """Serve no more; the file goes."""
        self._file.unlink(missing_ok=True)
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def answer(self, path: str, authorization: str) -> tuple[HTTPStatus, dict[str, Any]]:
        """The answer to a request, in whatever thread it came."""
        stalled_s = round(self._watch.stalled_s, 3)
        if path == "/health":
            is_dead = stalled_s > DEAD_S
            status = HTTPStatus.SERVICE_UNAVAILABLE if is_dead else HTTPStatus.OK
            return status, {"status": "stalled" if stalled_s else "ok", "stalled_s": stalled_s}
        if path != "/status":
            return HTTPStatus.NOT_FOUND, {"status": "not_found"}
        if not hmac.compare_digest(authorization.encode(), f"Bearer {self._token}".encode()):
            return HTTPStatus.FORBIDDEN, {"status": "forbidden"}
        return HTTPStatus.OK, self._status(stalled_s)

    def _status(self, stalled_s: float) -> dict[str, Any]:
        assert self._loop is not None

        async def read() -> dict[str, Any]:
            return self._read_status()

        asked = asyncio.run_coroutine_threadsafe(read(), self._loop)
        try:
            return asked.result(REQUEST_S / 2)
        except TimeoutError:
            asked.cancel()
            stalled_s = max(stalled_s, round(self._watch.stalled_s, 3))
            return {
                "state": "stalled",
                "detail": f"The server's event loop has hung for {stalled_s:g} s. "
                "Nobody is served until it goes on; its log says where it hangs.",
                "event_loop": {"stalled_s": stalled_s},
            }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], health: HealthServer) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.health = health
        self._room = threading.BoundedSemaphore(CALLERS)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away in the middle is nothing to log."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "Formroom"
    sys_version = ""
    timeout = REQUEST_S

    def do_GET(self) -> None:
        path, authorization = self.path, self.headers.get("Authorization", "")
        status, facts = self.server.health.answer(path, authorization)
        body = json.dumps(facts).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Probes come every few seconds; nobody wants to read of them."""
