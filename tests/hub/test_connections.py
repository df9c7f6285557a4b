"""Connections on which nobody asks anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from store.engine import open_store
from tests.hub.sockets.school import fill, running_hub


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Drip: "])
async def test_a_connection_that_never_asks_is_dropped_and_a_slow_socket_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    database = tmp_path / "hub.sqlite3"
    store = open_store(f"sqlite:///{database}")
    fill(store)
    store.close()
    monkeypatch.setattr("hub.connections.REQUEST_S", 0.3)
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.settings.port)
        writer.write(sent)
        async with asyncio.timeout(20):
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        writer.close()
        await pc.type_titles(["still here"])
        await pc.acknowledged()
        assert pc.closed is None
