"""A hub with real sockets in this process: uvicorn, the switchboard and a runtime of shards."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from actors.local import LocalRuntime
from actors.placement import Placement
from actors.ports import Runtime
from hub.app import build_app
from hub.classrooms import Classrooms
from hub.connections import ImpatientHttp
from hub.context import HubContext, Readiness
from hub.passwords import Passwords
from hub.settings import Settings
from hub.sockets.protocol import LineProtocol
from hub.sockets.switchboard import Switchboard
from safeguarding.permissions import Grant, Principal, Role
from store.classes import save_class
from store.devices import DeviceRow, enrol_devices
from store.engine import Store, open_store
from store.people import add_person, set_roles
from store.sessions import end_session, start_session
from store.sites import add_site, add_trust
from tests.hub.school import CHEAP
from tests.hub.sockets.clients import Pc, Teacher, console
from wire.codec import FRAME_LIMIT

TRUST, SITE = "oak", "hill"
START_MS = 1_800_000_000_000
DEVICES = tuple(f"pc-{n}" for n in range(1, 7))
TEACHERS = ("khan", "bell")
KEYS = {device: Ed25519PrivateKey.generate() for device in DEVICES}
TOKENS = {person: secrets.token_urlsafe(16) for person in TEACHERS}


def principal(person: str) -> Principal:
    return Principal(person, f"Teacher {person}", TRUST, (Grant(Role.TEACHER, SITE),))


def fill(store: Store) -> None:
    """A site with its devices and teachers, who are signed in already."""
    now_ms = START_MS
    with store.writing() as session:
        add_trust(session, TRUST, "Oak Trust", now_ms)
        add_site(session, TRUST, SITE, "Hill School", now_ms)
        for person in TEACHERS:
            add_person(session, TRUST, person, person, f"Teacher {person}", now_ms)
            set_roles(session, TRUST, person, [Grant(Role.TEACHER, SITE)])
    rows = [
        DeviceRow(TRUST, SITE, id_, id_.upper(), "R1", key.public_key().public_bytes_raw())
        for id_, key in KEYS.items()
    ]
    enrol_devices(store, rows, now_ms)
    save_class(store, TRUST, SITE, "7b", "7B", list(DEVICES), [], now_ms)
    for person in TEACHERS:
        start_session(store, session_hash(person), TRUST, person, now_ms)


def session_hash(person: str) -> bytes:
    return hashlib.sha256(TOKENS[person].encode()).digest()


def free_socket() -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    return listener


@dataclass
class SmallHub:
    """A running hub, and short ways to use it."""

    settings: Settings
    store: Store
    runtime: Runtime
    board: Switchboard
    context: HubContext
    readiness: Readiness = field(default_factory=lambda: Readiness(True))

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.settings.port}"

    def pc(
        self, device: str = "pc-1", *, key: Ed25519PrivateKey | None = None, user: str = ""
    ) -> Pc:
        return Pc(self.url, TRUST, SITE, device, key or KEYS[device], user)

    def cookie(self, person: str) -> str:
        return f"formroom_session={TOKENS[person]}"

    def sign_out(self, person: str) -> None:
        end_session(self.store, session_hash(person))

    async def lesson(self, *devices: str, by: str = "khan", pupils: tuple[str, ...] = ()) -> str:
        """Begin a lesson; returns its id."""
        return await self.context.lesson_desk.start(
            principal(by), SITE, "7b", "7B", devices, pupils
        )

    @asynccontextmanager
    async def teacher(self, lesson: str, person: str = "khan") -> AsyncIterator[Teacher]:
        """A teacher's console that follows a lesson."""
        async with console(self.url, self.cookie(person), lesson) as teacher:
            await teacher.follow()
            yield teacher

    @asynccontextmanager
    async def pcs(self, *devices: str) -> AsyncIterator[list[Pc]]:
        """Connected PCs."""
        async with AsyncExitStack() as stack:
            pcs = [self.pc(device) for device in devices]
            for pc in pcs:
                await stack.enter_async_context(pc.connected())
            for pc in pcs:
                await pc.welcomed()
            yield pcs

    def kill_shard(self, name: str = "pool-0") -> None:
        """Lose a shard as a crash would."""
        assert isinstance(self.runtime, LocalRuntime)
        self.runtime.kill(name)


@asynccontextmanager
async def running_hub(
    database: Path,
    placement: Placement | None = None,
    *,
    more_listeners: Sequence[socket.socket] = (),
    make_runtime: Callable[[str, Callable[[], float]], Runtime] | None = None,
    **changes: object,
) -> AsyncIterator[SmallHub]:
    """A hub on a database, for as long as the block runs; `more_listeners` take devices too.

    `make_runtime` makes another runtime than the one in this process, of the database's URL and
    a clock.
    """
    began = time.monotonic()
    with free_socket() as listener:
        settings = replace(
            Settings(
                port=listener.getsockname()[1],
                data_dir=database.parent,
                database_url=f"sqlite:///{database}",
                frontend_dir=database.parent / "dist",
            ),
            **changes,  # type: ignore[arg-type]
        )
        store = open_store(settings.database_url)

        def clock_s() -> float:
            return START_MS / 1000 + time.monotonic() - began

        runtime: Runtime
        if make_runtime:
            runtime = make_runtime(settings.database_url, clock_s)
        else:
            lease_s = settings.order_lease_s
            runtime = LocalRuntime(
                placement or Placement(1), store, clock_s=clock_s, order_lease_s=lease_s
            )
        board = Switchboard(
            runtime,
            clock_s=clock_s,
            heartbeat_s=settings.heartbeat_s,
            silence_s=settings.silence_s,
            viewing_lease_s=settings.viewing_lease_s,
        )

        async def readiness() -> Readiness:
            return hub.readiness

        context = HubContext(
            settings=settings,
            store=store,
            lesson_desk=Classrooms(board, board.now_ms),
            now_ms=board.now_ms,
            readiness=readiness,
            on_rights_changed=board.rights_changed,
            passwords=Passwords(CHEAP),
        )
        hub = SmallHub(settings, store, runtime, board, context)
        server = uvicorn.Server(
            uvicorn.Config(
                build_app(context, board),
                http=ImpatientHttp,
                ws=LineProtocol,
                ws_max_size=FRAME_LIMIT,
                ws_per_message_deflate=False,
                ws_ping_interval=None,
                log_config=None,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        await runtime.start()
        try:
            async with asyncio.TaskGroup() as group:
                started = asyncio.Event()
                running = group.create_task(board.run(started))
                await started.wait()
                serving = group.create_task(server._serve([listener, *more_listeners]))
                while not server.started:
                    await asyncio.sleep(0.005)
                yield hub
                server.should_exit = True
                await serving
                running.cancel()
        finally:
            await runtime.stop()
            context.passwords.close()
            store.close()
