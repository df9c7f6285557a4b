"""The server with Ray below it: a class runs, and everything that can die dies once."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from store.devices import DeviceRow, enrol_devices
from store.engine import open_store
from tests.hub.sockets.clients import Pc, Teacher, console, eventually
from tests.hub.sockets.school import DEVICES, KEYS, SITE, START_MS, TOKENS, TRUST, fill
from tests.integration.programs import Program, started
from wire.messages import LockAsked, OrderReported, OrdersChanged, ViewersChanged

MORE = {f"more-{n}": Ed25519PrivateKey.generate() for n in range(200)}
"""Further devices of the site, which are in no class."""

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]


def school(folder: Path, *, has_more: bool = False) -> Path:
    folder.mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{folder / 'formroom.sqlite3'}")
    fill(store)
    rows = [
        DeviceRow(TRUST, SITE, id_, id_, "R2", key.public_key().public_bytes_raw())
        for id_, key in MORE.items()
    ]
    enrol_devices(store, rows if has_more else [], START_MS)
    store.close()
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One server for this module; tests may kill what they like, and leave it running."""
    folder = school(tmp_path_factory.mktemp("server") / "data", has_more=True)
    with started(Program(folder)) as program:
        yield program


def pc(server: Program, device: str) -> Pc:
    return Pc(server.url, TRUST, SITE, device, KEYS.get(device) or MORE[device])


@asynccontextmanager
async def a_locked_class(server: Program) -> AsyncIterator[tuple[list[Pc], Teacher, str]]:
    """Every device of the class connected, looked at and locked."""
    lesson = await asyncio.to_thread(server.lesson)
    async with AsyncExitStack() as stack:
        pcs = [pc(server, device) for device in DEVICES]
        for one in pcs:
            await stack.enter_async_context(one.connected())
        cookie = f"formroom_session={TOKENS['khan']}"
        teacher = await stack.enter_async_context(console(server.url, cookie, lesson))
        for one in pcs:
            await one.welcomed()
        await teacher.follow()
        await teacher.must(LockAsked(lesson, message="Eyes on me"))
        await teacher.look(*DEVICES, mode="control")
        for one in pcs:
            await apply_lock(one)
        await eventually(lambda: set(teacher.shown("lock_state").values()) == {"applied"})
        yield pcs, teacher, lesson
    await asyncio.to_thread(server.end_lesson, lesson)


async def apply_lock(one: Pc) -> None:
    """The PC obeys the lock that it was sent."""
    await eventually(lambda: (found := one.last(OrdersChanged)) and found.orders)
    orders = one.last(OrdersChanged)
    assert orders is not None
    await one.say(OrderReported(orders.orders[0].id, "applied", 1))


async def all_is_back(pcs: list[Pc], teacher: Teacher, within_s: float) -> float:
    """Every device connected, locked, controlled and heard; returns the seconds that it took."""
    began = time.monotonic()
    await eventually(lambda: set(teacher.shown("connection").values()) == {"connected"}, within_s)
    await eventually(lambda: all(teacher.shown("lock").values()), within_s)
    await eventually(lambda: all(teacher.shown("controller_viewer").values()), within_s)
    for number, one in enumerate(pcs):
        await one.type_titles([f"back {number}"])
    titles = {device: f"back {number}" for number, device in enumerate(DEVICES)}
    await eventually(lambda: teacher.shown("title") == titles, within_s)
    for one in pcs:
        await one.acknowledged()
    return time.monotonic() - began


async def test_only_this_machine_can_reach_what_was_started(server: Program) -> None:
    listening = [
        (process.name(), connection.laddr.ip)
        for process in server.family()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) > 3
    for name, host in listening:
        address = ipaddress.ip_address(host)
        address = getattr(address, "ipv4_mapped", None) or address
        assert address.is_loopback, name
    assert not [name for name, _ in listening if name.startswith("ray::Dashboard")]


def test_when_memory_runs_out_a_shard_ends_before_the_server(server: Program) -> None:
    family = server.family()
    hub, shard = (
        int(Path(f"/proc/{process.pid}/oom_score_adj").read_text())
        for process in (family[0], server.child("ShardActor"))
    )
    assert shard > hub


async def test_two_hundred_devices_need_no_more_processes_than_ten(server: Program) -> None:
    counts = []
    async with AsyncExitStack() as stack:
        for devices in (list(MORE)[:10], list(MORE)[10:]):
            pcs = [pc(server, device) for device in devices]
            for one in pcs:
                await stack.enter_async_context(one.connected())
            for one in pcs:
                await one.welcomed()
            counts.append(len(server.family()))
        with server.rest() as rest:
            found = rest.get("/api/sites/hill/devices").json()["devices"]
        assert sum(device["connected"] for device in found) == 200
    assert counts[0] == counts[1]


async def test_a_class_outlives_its_shard(server: Program) -> None:
    before = {process.pid for process in server.family()}
    async with a_locked_class(server) as (pcs, teacher, lesson):
        assert {process.pid for process in server.family()} == before, "no process for a device"
        for one in pcs:
            one.heard.clear()
        snapshots = teacher.snapshots
        server.child("ShardActor").kill()
        await eventually(lambda: teacher.snapshots > snapshots)
        await all_is_back(pcs, teacher, 30)
        assert [one.closed for one in pcs] == [None] * len(pcs)
        assert teacher.closed is None
        for one in pcs:
            await eventually(lambda one=one: (v := one.last(ViewersChanged)) and v.viewers)
            await eventually(lambda one=one: (o := one.last(OrdersChanged)) and o.orders)
        cookie = f"formroom_session={TOKENS['khan']}"
        async with console(server.url, cookie, lesson) as fresh:
            await fresh.follow()
            await eventually(lambda: fresh.picture() == teacher.picture())


async def test_a_class_outlives_archivist_and_shard_together(server: Program) -> None:
    async with a_locked_class(server) as (pcs, teacher, _):
        snapshots = teacher.snapshots
        for name in ("ArchivistActor", "ShardActor"):
            server.child(name).kill()
        await eventually(lambda: teacher.snapshots > snapshots, 60)
        await all_is_back(pcs, teacher, 60)
        assert teacher.closed is None


async def test_a_class_outlives_a_shard_that_hangs(server: Program) -> None:
    async with a_locked_class(server) as (pcs, teacher, _):
        snapshots = teacher.snapshots
        hanging = server.child("ShardActor")
        hanging.suspend()
        await eventually(lambda: not server.is_ready(), 30)
        await eventually(lambda: teacher.snapshots > snapshots, 100)
        await all_is_back(pcs, teacher, 60)
        assert not hanging.is_running()
        assert [one.closed for one in pcs] == [None] * len(pcs)
        assert teacher.closed is None


@pytest.mark.parametrize("vital", ["gcs_server", "raylet"])
async def test_a_class_outlives_the_control_service_of_ray_and_its_node(
    server: Program, vital: str
) -> None:
    async with a_locked_class(server) as (pcs, teacher, _):
        old = server.family()[1:]
        snapshots = teacher.snapshots
        server.child(vital).kill()
        await eventually(lambda: teacher.snapshots > snapshots, 100)
        await all_is_back(pcs, teacher, 60)
        assert teacher.closed is None
        assert [one.closed for one in pcs] == [None] * len(pcs)
        assert not [process.name() for process in old if process.is_running()]


async def test_a_class_outlives_the_server(server: Program) -> None:
    lesson = await asyncio.to_thread(server.lesson)
    one = pc(server, "pc-1")
    cookie = f"formroom_session={TOKENS['khan']}"
    async with one.connected():
        await one.welcomed()
        async with console(server.url, cookie, lesson) as teacher:
            await teacher.follow()
            await teacher.must(LockAsked(lesson, message="Eyes on me"))
        await apply_lock(one)
        family = server.family()
        family[0].kill()
        await eventually(lambda: one.closed)
    await one.type_titles(["while it was away"])
    await asyncio.to_thread(server.start)
    left = [process.name() for process in family[1:] if process.is_running()]
    assert left == [], "what the killed one started is ended by the next"
    one.heard.clear()
    async with one.connected(), console(server.url, cookie, lesson) as teacher:
        await one.welcomed(2)
        await eventually(lambda: (o := one.last(OrdersChanged)) and o.orders)
        await teacher.follow()
        await eventually(lambda: teacher.shown("title").get("pc-1") == "while it was away")
        assert teacher.shown("lock")["pc-1"]
    await asyncio.to_thread(server.end_lesson, lesson)


def test_a_second_start_on_the_same_folder_or_port_says_what_is_wrong(
    server: Program, tmp_path: Path
) -> None:
    same_folder = Program(tmp_path / "log", settings={"FORMROOM_DATA_DIR": str(server.data_dir)})
    assert same_folder.launch().wait(60) == 2
    assert "already runs" in same_folder.output
    same_port = Program(tmp_path / "other", port=server.port)
    assert same_port.launch().wait(60) == 2
    assert f"Port {server.port}" in same_port.output


def test_sigterm_ends_everything_that_was_started(server: Program) -> None:
    assert server.stop() == 0
    server.start()


async def test_each_device_may_have_an_actor_of_its_own(tmp_path: Path) -> None:
    settings = {"FORMROOM_DEVICES_PER_SHARD": "1"}
    with started(Program(school(tmp_path / "data"), settings=settings)) as server:
        shards = [process for process in server.family() if "ShardActor" in process.name()]
        assert len(shards) == len(DEVICES) + 1
        async with a_locked_class(server) as (pcs, teacher, _):
            await all_is_back(pcs, teacher, 60)
