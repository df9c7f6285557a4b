"""The application put together: both sockets, the routes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import httpx
from starlette.routing import WebSocketRoute

from hub.app import build_app
from store.engine import open_store
from tests.hub.sockets.school import fill, running_hub


async def test_sockets_and_routes_are_served_by_one_application(tmp_path: Path) -> None:
    path = tmp_path / "formroom.sqlite3"
    store = open_store(f"sqlite:///{path}")
    fill(store)
    store.close()
    async with running_hub(path) as hub, hub.pcs("pc-1"):
        sockets = [
            route.path
            for route in build_app(hub.context, hub.board).routes
            if isinstance(route, WebSocketRoute)
        ]
        assert sockets == ["/device", "/console"]
        origin = hub.settings.public_origins[0]
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as browser:
            assert (await browser.get("/health")).json()["status"] == "ok"
            assert (await browser.get("/api/session")).status_code == 401
