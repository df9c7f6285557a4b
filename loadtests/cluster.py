"""Workers spread over a Ray cluster: one actor for each, which starts the usual process there.

This, and the baselines, are the only files of the load tester that know Ray.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from loadtests.workers import Pipe

_READ_S = 1.0
_END_S = 10.0


class Remote:
    """A worker process on the actor's node, and its two pipes."""

    def __init__(self, role: str) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "loadtests", role),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._lines: list[bytes] = []
        self._changed = threading.Condition()
        self._has_ended = False
        threading.Thread(target=self._listen, daemon=True).start()

    def write(self, line: bytes) -> None:
        """Bring it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def read(self) -> tuple[list[bytes], bool]:
        """What it said since the last call, soon, and whether it has ended."""
        with self._changed:
            if not self._lines and not self._has_ended:
                self._changed.wait(_READ_S)
            taken, self._lines = self._lines, []
            return taken, self._has_ended

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()


class RayPipe:
    """The way to a worker on a node of the cluster."""

    is_here = False

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self._lines: list[bytes] = []
        self._has_ended = False

    async def write(self, line: bytes) -> None:
        """Bring it a line; raises `ConnectionError` when the actor is gone."""
        try:
            await self._actor.write.remote(line)
        except ray.exceptions.RayError as error:
            raise ConnectionError(str(error)) from None

    async def read(self) -> bytes:
        """Its next line; empty when it has ended."""
        while not self._lines:
            if self._has_ended:
                return b""
            try:
                self._lines, self._has_ended = await self._actor.read.remote()
            except ray.exceptions.RayError:
                self._has_ended = True
        return self._lines.pop(0)

    async def close(self) -> None:
        """End it."""
        try:
            await self._actor.close.remote()
        except ray.exceptions.RayError:
            return
        finally:
            ray.kill(self._actor)


@dataclass(slots=True)
class Cluster:
    """A cluster whose nodes take workers in turn."""

    node_ids: list[str]
    _opened: int = field(default=0)

    @property
    def nodes(self) -> int:
        """How many machines there are."""
        return len(self.node_ids)

    async def open(self, role: str) -> Pipe:
        """Start a worker on the next node."""
        node = self.node_ids[self._opened % self.nodes]
        self._opened += 1
        strategy = NodeAffinitySchedulingStrategy(node, soft=False)
        remote: Any = ray.remote(Remote)
        # Reading waits in its own thread while lines are written.
        actor = remote.options(num_cpus=0, max_concurrency=3, scheduling_strategy=strategy).remote(
            role
        )
        return RayPipe(actor)


@asynccontextmanager
async def cluster(address: str) -> AsyncIterator[Cluster]:
    """A Ray cluster by its address; raises `OSError` when there is none.

    The nodes need this project's packages; the load tester's own code is sent to them.
    """
    root = str(Path(__file__).parent.parent)
    try:
        await asyncio.to_thread(
            ray.init,
            address=address,
            log_to_driver=False,
            configure_logging=False,
            runtime_env={"env_vars": {"PYTHONPATH": root}},
        )
    except Exception as error:  # noqa: BLE001 (Ray says it so when it cannot start)
        raise OSError(f"no Ray cluster at {address}: {error}") from None
    try:
        nodes: Any = ray.nodes
        yield Cluster([node["NodeID"] for node in nodes() if node["Alive"]])
    finally:
        await asyncio.to_thread(ray.shutdown)
