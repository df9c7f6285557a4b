"""Health is answered from another thread, also while the event loop hangs."""

from __future__ import annotations

import asyncio
import http.client
import json
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.health_server import FILE, HealthServer
from hub.stall_watch import StallWatch
from hub.status import NoHub, describe, read_status


@pytest.fixture
async def watch() -> Iterator[StallWatch]:  # type: ignore[misc]
    watch = StallWatch()
    watch.start()
    yield watch
    watch.stop()


@pytest.fixture
async def server(tmp_path: Path, watch: StallWatch) -> Iterator[HealthServer]:  # type: ignore[misc]
    server = HealthServer(tmp_path, "127.0.0.1", 0, watch, lambda: {"state": "ok", "detail": ""})
    server.start()
    yield server
    server.stop()


def get(port: int, path: str, token: str = "") -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    try:
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


async def test_health_is_for_everybody_and_status_for_who_may_read_the_folder(
    server: HealthServer, tmp_path: Path
) -> None:
    ok = {"status": "ok", "stalled_s": 0.0}
    assert await asyncio.to_thread(get, server.port, "/health") == (200, ok)
    assert (await asyncio.to_thread(get, server.port, "/other"))[0] == 404
    for token in ("", "é", "x" * 43):
        answer = await asyncio.to_thread(
            get, server.port, "/status", token.encode().decode("latin-1")
        )
        assert answer == (403, {"status": "forbidden"})
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert await asyncio.to_thread(read_status, tmp_path) == {"state": "ok", "detail": ""}


@pytest.mark.slow
async def test_both_answer_while_the_loop_is_blocked(server: HealthServer, tmp_path: Path) -> None:
    answers: list[Any] = []

    def ask() -> None:
        until_s = time.monotonic() + 30
        while time.monotonic() < until_s:
            status, health = get(server.port, "/health")
            if health["status"] == "stalled":
                answers.extend([status, health, read_status(tmp_path)])
                return

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()  # the loop stands still: its own thread waits here
    status, health, facts = answers
    assert status == 200
    assert health["stalled_s"] >= 0.5
    assert facts["state"] == "stalled"
    assert "has hung for" in describe(facts)


async def test_a_loop_that_will_not_come_back_is_no_health(
    server: HealthServer, watch: StallWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StallWatch, "stalled_s", property(lambda _: 31.0))
    assert server.answer("/health", "")[0] == 503


async def test_the_file_goes_with_the_server(tmp_path: Path, watch: StallWatch) -> None:
    server = HealthServer(tmp_path, "127.0.0.1", 0, watch, dict)
    server.start()
    assert (tmp_path / FILE).exists()
    server.stop()
    assert not (tmp_path / FILE).exists()
    with pytest.raises(NoHub, match="No hub runs on"):
        read_status(tmp_path)
