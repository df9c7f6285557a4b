"""A Ray cluster of several nodes on this machine, on loopback, with its token: a program that is
told by lines what to start and what to kill."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from actors.processes import descendants, end

ROOT = Path(__file__).parents[2]
HEALTH = {
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_timeout_ms": "2000",
    "RAY_health_check_failure_threshold": "3",
}
"""As `docs/operations.md` advises for the head node: the loss of a node is noticed in seconds."""


@dataclass
class RayNodes:
    """The cluster from outside: its address, what hubs need to join it, and its nodes."""

    process: subprocess.Popen[str]
    address: str
    environment: dict[str, str]
    raylets: dict[str, psutil.Process] = field(default_factory=dict)

    def add(self, site: str) -> None:
        """Start a node of a site; the cluster knows it soon."""
        self.raylets[site] = psutil.Process(int(self._ask(f"add {site}")))

    def kill(self, site: str) -> None:
        """Lose a node: its raylet is killed, and what runs on it ends with it."""
        self.raylets.pop(site).kill()

    def shards(self, site: str) -> int:
        """How many shards run on the node of a site; "" for the head."""
        found = self.raylets[site].children()
        return sum("ShardActor" in process.name() for process in found)

    def _ask(self, line: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def ray_nodes(folder: Path) -> Iterator[RayNodes]:
    """A cluster whose head is no site's; all of it ends with the block."""
    token = folder / "token"
    token.write_text(secrets.token_hex(32))
    environment = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_raylet_start_wait_time_s": "120",
        "PYTHONPATH": str(ROOT),
        **HEALTH,
    }
    with (folder / "ray.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        address, raylet = json.loads(process.stdout.readline())
        yield RayNodes(process, address, environment, {"": psutil.Process(raylet)})
    finally:
        end(descendants([psutil.Process(process.pid)]))
        process.wait(10)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _serve() -> None:
    from ray._private import ray_constants
    from ray.cluster_utils import Cluster

    ray_constants.ENABLE_RAY_CLUSTER = False  # Else Ray leaves loopback.
    common = {
        "node_ip_address": "127.0.0.1",
        "num_cpus": 1,
        "include_dashboard": False,
        "object_store_memory": 80 * 1024 * 1024,
    }
    told, sys.stdout = sys.stdout, sys.stderr
    cluster = Cluster(initialize_head=True, head_node_args=common)

    def raylet(node: object) -> int:
        pid: int = node.all_processes["raylet"][0].process.pid  # type: ignore[attr-defined]
        return pid

    print(json.dumps([cluster.address, raylet(cluster.head_node)]), file=told, flush=True)
    for line in sys.stdin:
        site = line.split()[1]
        node = cluster.add_node(wait=False, **common, labels={"site": site})
        print(raylet(node), file=told, flush=True)


if __name__ == "__main__":
    _serve()
