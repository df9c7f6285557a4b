"""The server program: store, runtime, switchboard and uvicorn, from start to end."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from importlib import metadata
from pathlib import Path

import uvicorn

from actors.cluster import RayRuntime, make_plan
from actors.garbage import collect_seldom
from actors.keys import Key, Kind
from actors.tracing import enable
from hub.app import build_app
from hub.certificates import CertificateError, ServerTls
from hub.classrooms import Classrooms
from hub.connections import ImpatientHttp
from hub.context import HubContext, Readiness
from hub.health_server import HealthServer
from hub.metrics import Metrics
from hub.monitor import Monitor
from hub.settings import Settings
from hub.sockets.admission import allow_many_files
from hub.sockets.protocol import LineProtocol
from hub.sockets.switchboard import Switchboard
from hub.supervisor import Supervisor
from hub.uptime import ProbeWatch
from store.devices import all_devices, count_devices
from store.engine import Store, open_store
from wire.codec import FRAME_LIMIT, encode
from wire.messages import ServiceChanged

SHUTDOWN_S = 3
GOODBYE_S = 2.0
SQLITE = "sqlite:///"
BACKLOG = 4_096
"""Connections that may wait to be taken, as those that come before everything is up."""


class StartError(RuntimeError):
    """The server cannot start; the text says why and what to do."""


async def serve(
    settings: Settings,
    *,
    clock_s: Callable[[], float],
    on_ready: Callable[[Store], Coroutine[None, None, None]],
) -> None:
    """Run the server until SIGINT or SIGTERM; raises `StartError` when it cannot start.

    `on_ready` is called once it serves, with the open store; it may raise `StartError` too.
    """
    allow_many_files()
    tls = _tls(settings, clock_s)
    with (
        only_one(settings.data_dir),
        holding_database(settings),
        listening_socket(settings) as listener,
    ):
        store = open_store(settings.database_url)
        try:
            await _serve(settings, store, listener, tls, clock_s, on_ready)
        except ExceptionGroup as group:
            not_ready, others = group.split(StartError)
            if not_ready is None or others is not None:
                raise
            raise not_ready.exceptions[0] from None
        finally:
            store.close()


async def _serve(
    settings: Settings,
    store: Store,
    listener: socket.socket,
    tls: ServerTls | None,
    clock_s: Callable[[], float],
    on_ready: Callable[[Store], Coroutine[None, None, None]],
) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, tls.ask if tls else _nothing_to_read)
    runtime = build_runtime(settings, store, clock_s)
    if settings.otlp_endpoint:
        enable(settings.otlp_endpoint, "hub")
    metrics = Metrics()
    board = Switchboard(
        runtime,
        clock_s=clock_s,
        heartbeat_s=settings.heartbeat_s,
        silence_s=settings.silence_s,
        viewing_lease_s=settings.viewing_lease_s,
    )

    def tell_consoles(readiness: Readiness) -> None:
        state: ServiceChanged = (
            ServiceChanged("ok")
            if readiness.is_ready
            else ServiceChanged("degraded", readiness.detail)
        )
        board.tell_consoles(encode(state))

    async def explain(is_healthy: bool) -> str:
        return await monitor.explain(is_healthy)

    def leave() -> None:
        replaced.set()
        stopping.set()

    replaced = asyncio.Event()
    runtime.on_moved = board.close_sites
    supervisor = Supervisor(runtime, tell_consoles, explain, leave)
    context = HubContext(
        settings=settings,
        store=store,
        lesson_desk=Classrooms(board, board.now_ms),
        now_ms=board.now_ms,
        readiness=supervisor.readiness,
        on_rights_changed=board.rights_changed,
        metrics=metrics,
    )
    metrics.watch(board, supervisor)
    if tls:
        metrics.gauge(
            "formroom_certificate_days_left",
            "Days until the certificate of this server ends.",
            lambda: tls.days_left,
        )
        context.standing.certificate_warning = lambda: tls.warning
    metrics.show(context.standing)
    probes = ProbeWatch(store, board.now_ms)
    metrics.show_probes(probes)
    monitor = Monitor(context.standing, runtime, board, settings, supervisor)
    server = _Server(
        uvicorn.Config(
            build_app(context, board),
            http=ImpatientHttp,
            ws=LineProtocol,
            ws_max_size=FRAME_LIMIT,
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=SHUTDOWN_S,
            ssl_context_factory=(lambda *_: tls.context) if tls else None,
        )
    )
    health = _health_server(settings, context)
    context.standing.stall_watch.start()
    health.start()
    try:
        await _start(supervisor)
        collect_seldom()
        if stopping.is_set():
            return
        async with asyncio.TaskGroup() as group:
            started = asyncio.Event()
            background = [
                group.create_task(board.run(started)),
                group.create_task(supervisor.run()),
                *([group.create_task(tls.run())] if tls else []),
                group.create_task(monitor.run()),
                group.create_task(probes.run()),
            ]
            await started.wait()
            serving = group.create_task(server.serve([listener]))
            ready = group.create_task(on_ready(store))
            await stopping.wait()
            supervisor.leave("This server is ending; another one will answer.")
            # What `on_ready` started leaves in an orderly way while there is still a server.
            ready.cancel()
            await asyncio.wait((ready,))
            await board.close_all(GOODBYE_S)
            server.should_exit = True
            await serving
            for task in background:
                task.cancel()
    finally:
        await runtime.stop()
        context.standing.stall_watch.stop()
        health.stop()
    if replaced.is_set():
        raise StartError("A newer Formroom has taken over this cluster. Start that one instead.")


def _tls(settings: Settings, clock_s: Callable[[], float]) -> ServerTls | None:
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    try:
        return ServerTls(settings.tls_certificate, settings.tls_key, clock_s)
    except CertificateError as error:
        raise StartError(str(error)) from None


def _nothing_to_read() -> None:
    """SIGHUP asks for new certificates; without TLS there are none, and nothing must end."""


async def _start(supervisor: Supervisor) -> None:
    try:
        await supervisor.start()
    except (OSError, RuntimeError) as error:
        raise StartError(f"The actors cannot start: {error}") from error


def _health_server(settings: Settings, context: HubContext) -> HealthServer:
    standing = context.standing
    host = settings.host if settings.health_port else "127.0.0.1"
    try:
        return HealthServer(
            settings.data_dir,
            host,
            settings.health_port,
            standing.stall_watch,
            lambda: standing.facts(context.now_ms()),
        )
    except OSError as error:
        raise StartError(
            f"Port {settings.health_port} on {host} cannot be used for health "
            f"({error.strerror}). Choose another one with FORMROOM_HEALTH_PORT."
        ) from None


def build_runtime(settings: Settings, store: Store, clock_s: Callable[[], float]) -> RayRuntime:
    """The Ray runtime that these settings describe."""
    plan = make_plan(
        version=metadata.version("formroom"),
        revision=settings.cluster_revision,
        shards=settings.shards,
        cores=os.cpu_count() or 1,
        devices_per_shard=settings.devices_per_shard,
        order_lease_s=settings.order_lease_s,
        database_url=settings.database_url,
        devices=count_devices(store),
    )
    devices = (
        [Key(row.trust, row.site, Kind.DEVICE, row.id) for row in all_devices(store)]
        if plan.placement.is_individual
        else []
    )
    return RayRuntime(
        plan,
        settings.database_url,
        clock_s=clock_s,
        address=settings.ray_address,
        devices=devices,
        started=settings.data_dir / "ray.json",
    )


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; raises `StartError` when another one holds it."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data_dir / "hub.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            raise StartError(
                f"Formroom already runs on {data_dir} (process {pid}). "
                "Stop it first, or choose another data_dir and port."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextlib.contextmanager
def holding_database(settings: Settings) -> Iterator[None]:
    """Hold a database that is a file; raises `StartError` when another server holds it.

    The hubs of one cluster hold it together: there the cluster's archivist is its one writer.
    """
    if not settings.database_url.startswith(SQLITE):
        yield
        return
    path = Path(settings.database_url.removeprefix(SQLITE))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    how = fcntl.LOCK_SH if settings.ray_address else fcntl.LOCK_EX
    with path.with_name(path.name + ".lock").open("a") as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except OSError:
            raise StartError(
                f"Another Formroom already uses {path}. Stop it first, or choose another "
                "database_url."
            ) from None
        yield


@contextlib.contextmanager
def listening_socket(settings: Settings) -> Iterator[socket.socket]:
    """The bound socket; raises `StartError` when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            listener.listen(BACKLOG)  # two that are only bound could share a port
        except OSError as error:
            raise StartError(
                f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). "
                "Choose another one with FORMROOM_PORT."
            ) from None
        listener.set_inheritable(False)
        yield listener


class _Server(uvicorn.Server):
    """uvicorn's server; signals are for the one who runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
