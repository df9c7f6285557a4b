"""What the server program holds before it serves: its folder, its port, its shards."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from actors.cluster import RayRuntime
from hub.server import (
    StartError,
    build_runtime,
    holding_database,
    listening_socket,
    only_one,
)
from hub.settings import Settings
from store.engine import open_store
from tests.hub.sockets.school import fill, free_socket


def settings(folder: Path, port: int, **more: int) -> Settings:
    return Settings(data_dir=folder, port=port, **more)  # type: ignore[arg-type]


def test_a_folder_is_held_by_one_server_and_free_again_after_it(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(StartError, match=f"process {os.getpid()}"),
        only_one(tmp_path),
    ):
        raise AssertionError("two servers on one folder")
    with only_one(tmp_path):
        assert (tmp_path / "hub.lock").read_text() == str(os.getpid())


def test_a_port_is_held_before_anything_is_served_on_it(tmp_path: Path) -> None:
    with free_socket() as probe:
        port = probe.getsockname()[1]
    with listening_socket(settings(tmp_path, port)) as listener:
        assert listener.getsockname() == ("127.0.0.1", port)
        with (
            pytest.raises(StartError, match=f"Port {port}"),
            listening_socket(settings(tmp_path, port)),
        ):
            raise AssertionError("two servers on one port")
        socket.create_connection(("127.0.0.1", port), 5).close()
    with listening_socket(settings(tmp_path, port)):
        pass


def test_a_database_file_is_held_by_one_server_or_by_the_hubs_of_one_cluster(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'shared' / 'formroom.sqlite3'}"
    alone = Settings(data_dir=tmp_path / "a", database_url=url)
    other = Settings(data_dir=tmp_path / "b", database_url=url)
    hub = Settings(data_dir=tmp_path / "c", database_url=url, ray_address="127.0.0.1:6379")
    for second in (other, hub):
        with (
            holding_database(alone),
            pytest.raises(StartError, match="already uses"),
            holding_database(second),
        ):
            raise AssertionError("two writers on one file")
    with holding_database(hub), holding_database(hub):
        pass


@pytest.mark.parametrize(("per_shard", "is_individual"), [(0, False), (1, True), (50, False)])
def test_the_runtime_is_as_the_settings_say(
    tmp_path: Path, per_shard: int, is_individual: bool
) -> None:
    chosen = settings(tmp_path, 8750, devices_per_shard=per_shard, shards=3)
    store = open_store(chosen.database_url)
    fill(store)
    runtime = build_runtime(chosen, store, lambda: 0.0)
    store.close()
    assert isinstance(runtime, RayRuntime)
    assert runtime._placement.is_individual is is_individual
    assert len(runtime._placement.pool_shards()) == 3
    assert len(runtime._devices) == (6 if is_individual else 0)
