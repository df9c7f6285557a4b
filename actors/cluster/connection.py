"""Ray as this process uses it: started on this machine, or joined where it runs."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
from enum import Enum, auto
from pathlib import Path
from typing import Any

import psutil
import ray
from ray._private import ray_constants
from ray._private import worker as ray_worker
from ray._private.node import Node
from ray.exceptions import RayError

from actors.cluster.calls import PING_S
from actors.processes import children, descendants, end, end_recorded, record

SHUTDOWN_S = 30.0
OBJECT_STORE_BYTES = 256 * 1024 * 1024
VITAL = ("gcs_server", "raylet")


class State(Enum):
    """How a process stands."""

    RUNS = auto()
    STOPPED = auto()
    GONE = auto()


class Connection:
    """One process's way to Ray, opened and closed any number of times.

    `address` "" starts Ray here, on loopback, and ends it again; otherwise it is the host:port of
    a cluster's control service, and this machine is a node of it. `started` is a file that
    names what was started, so that the next start can end what a killed process left behind.
    """

    def __init__(self, address: str, namespace: str, started: Path | None = None) -> None:
        self.is_embedded = not address
        self._address = address
        self._namespace = namespace
        self._started = started
        self._gcs = ("", 0)
        self._roots: set[psutil.Process] = set()
        self._processes: set[psutil.Process] = set()
        self._vital: list[psutil.Process] = []
        self._is_open = False

    async def open(self) -> None:
        """Start or join Ray; raises `OSError` or `RuntimeError` with what to do."""
        if os.environ.get("RAY_AUTH_MODE", "token" if self.is_embedded else "") != "token":
            raise RuntimeError("Ray must ask for its token: start with RAY_AUTH_MODE=token")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        # Ray warns of what was chosen here (a token, a thread), and says how to undo it.
        log = logging.getLogger("ray")
        level = log.level
        log.setLevel(logging.ERROR)
        try:
            if self.is_embedded:
                await asyncio.to_thread(self._begin)
            else:
                await self._reach(self._address)
                await asyncio.to_thread(self._join)
        except RayError as error:
            raise ConnectionError(f"Ray: {error}"[:500]) from error
        finally:
            log.setLevel(level)
            _take_signals_back()
        self._is_open = True
        host, port = ray.get_runtime_context().gcs_address.rsplit(":", 1)
        self._gcs = (host, int(port))

    async def close(self) -> None:
        """Leave Ray, and end what was started of it."""
        self._is_open = False
        try:
            async with asyncio.timeout(SHUTDOWN_S):
                await asyncio.to_thread(self._shut_down)
        finally:
            _take_signals_back()

    async def remember(self) -> None:
        """Note every process that Ray has started by now, so that its end is certain."""
        self._processes = await asyncio.to_thread(descendants, self._roots)
        if self._started is not None and self.is_embedded:
            record(self._started, self._processes)

    async def answers(self) -> bool:
        """Whether Ray's control service takes a connection."""
        try:
            await self._reach("{}:{}".format(*self._gcs))
        except OSError as error:
            # A process without descriptors knows nothing of others.
            return error.__cause__ is not None and _is_about_descriptors(error.__cause__)
        return self._is_open

    def state(self) -> State:
        """How the processes stand that were started here and that Ray cannot do without."""
        states = {_state(process) for process in self._vital}
        return next((s for s in (State.GONE, State.STOPPED) if s in states), State.RUNS)

    async def _reach(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise RuntimeError(f"ray_address {address!r} is not like host:port")
        try:
            async with asyncio.timeout(PING_S):
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        except (OSError, TimeoutError) as error:
            raise OSError(f"no Ray cluster answers at {address}") from error
        writer.close()

    def _begin(self) -> None:
        if self._started is not None:
            end_recorded(self._started)
        _stay_on_loopback()
        _without_helpers()
        before = children()
        ray.init(
            # An address is always given: without one Ray joins whatever cluster it finds.
            address="local",
            namespace=self._namespace,
            include_dashboard=False,
            log_to_driver=False,
            configure_logging=False,
            num_cpus=os.cpu_count() or 1,
            object_store_memory=OBJECT_STORE_BYTES,
            _node_ip_address="127.0.0.1",
        )
        # Nobody reads what these two gather, and they cost as much as fifty devices each.
        node: Any = ray_worker._global_node
        node.kill_monitor()
        node.kill_log_monitor()
        self._roots = children() - before
        self._vital = [p for p in self._roots if _name(p) in VITAL]

    def _join(self) -> None:
        if self._address.startswith(("127.", "localhost:", "[::1]")):
            _stay_on_loopback()
        ray.init(
            address=self._address,
            namespace=self._namespace,
            log_to_driver=False,
            configure_logging=False,
        )

    def _shut_down(self) -> None:
        processes = self._processes | descendants(self._roots)
        ray.shutdown()
        # Without its control service Ray leaves some of its processes to themselves.
        end(processes)
        self._roots, self._processes, self._vital = set(), set(), []
        if self._started is not None:
            self._started.unlink(missing_ok=True)


def _is_about_descriptors(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


def _without_helpers() -> None:
    """Leave out what Ray starts beside itself and nobody here reads: the watch over its log files,
    and the one that would add machines. Each costs a second of the processor at every start."""
    for name in ("start_log_monitor", "start_monitor"):
        setattr(Node, name, lambda _: None)
    os.environ.setdefault("RAY_enable_worker_prestart", "0")
    os.environ.setdefault("RAY_prestart_worker_first_driver", "0")


def _stay_on_loopback() -> None:
    """Without this Ray takes 127.0.0.1 for the address of the network's interface, and listens
    there for whoever comes."""
    ray_constants.ENABLE_RAY_CLUSTER = False
    os.environ[ray_constants.ENABLE_RAY_CLUSTERS_ENV_VAR] = "0"


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


def _state(process: psutil.Process) -> State:
    try:
        match process.status():
            case psutil.STATUS_ZOMBIE:
                return State.GONE
            case psutil.STATUS_STOPPED:
                return State.STOPPED
    except psutil.NoSuchProcess:
        return State.GONE
    except OSError as error:
        if not _is_about_descriptors(error):
            raise
    return State.RUNS


def _take_signals_back() -> None:
    """Ray puts a handler of its own in place of Python's, and none when it ends."""
    handler = signal.getsignal(signal.SIGTERM)
    if handler is not None:
        signal.signal(signal.SIGTERM, handler)
        signal.siginterrupt(signal.SIGTERM, False)
