"""What the hub does not do: one Ray actor call for each message."""

from __future__ import annotations

import os
from typing import Any

import ray

from loadtests.baselines.sockets import serve
from wire.codec import Catalogue
from wire.messages import FROM_DEVICE


class Taker:
    """An actor that decodes and validates, as a shard does."""

    def __init__(self) -> None:
        self._catalogue = Catalogue(FROM_DEVICE)

    def take(self, frame: bytes) -> int:
        """The number of a frame's message."""
        return self._catalogue.decode(frame)[0]


def run(port: int) -> None:
    """Serve until SIGTERM, on a Ray of its own."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray.init(
        address="local",
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        num_cpus=1,
        object_store_memory=128 * 1024 * 1024,
        _node_ip_address="127.0.0.1",
    )
    remote: Any = ray.remote(Taker)
    taker = remote.options(num_cpus=0, max_concurrency=1).remote()
    ray.get(taker.take.remote(b"\x93\xa9heartbeat\x00\x80"))
    try:
        serve(port, taker.take.remote, taker.take.remote)
    finally:
        ray.shutdown()
