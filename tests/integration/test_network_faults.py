"""Real agents at the other end of a cable that is cut, half cut, slow and lossy; clocks that are a
day wrong; a hub that never comes back.

The hub is in this process, its devices' listener and the agents are in namespaces of their own
(`cable`). Silence and leases are shorter than in a school, so that nobody waits; that the
defaults add up to what is promised is a test of its own.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from endpoint.link import Link
from endpoint.order_file import OrderFile
from hub.settings import Settings
from hub.sockets.attendance import STEP_S
from store.events import events_of_site
from tests.hub.sockets.clients import Teacher, eventually
from tests.hub.sockets.school import KEYS, SITE, START_MS, TRUST, SmallHub, fill, running_hub
from tests.integration import cable as cables
from tests.integration.cable import Cable
from wire.messages import EventReported, LockAsked, WindowChanged
from wire.session import DeviceIdentity, DeviceSession

ROOT = Path(__file__).parents[2]
HEARTBEAT_S, SILENCE_S, LEASE_S = 0.7, 2.0, 6.0
LIMIT_S = 40.0
DAY_S = 86_400
QUEUED = 1_000

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def cable() -> Iterator[Cable]:
    if lacking := cables.missing():
        pytest.skip(f"needs {', '.join(lacking)}")
    with cables.laid_cable(seed=7) as laid:
        yield laid


@dataclass(frozen=True)
class Stage:
    """The hub, the cable, and where the agents keep their files."""

    hub: SmallHub
    cable: Cable
    url: str
    folder: Path

    def enrol(self, device: str) -> Path:
        """The folder of a device, with its enrolment."""
        folder = self.folder / device
        folder.mkdir(exist_ok=True)
        file = folder / f"{device}.json"
        enrolment = {
            "hub": self.url,
            "trust": TRUST,
            "site": SITE,
            "device": device,
            "name": device,
            "private_key": base64.b64encode(KEYS[device].private_bytes_raw()).decode(),
        }
        file.write_text(json.dumps(enrolment))
        file.chmod(0o600)
        return folder

    def kept_orders(self, device: str) -> int:
        """How many orders the agent holds, as it wrote down for its next run."""
        identity = DeviceIdentity(TRUST, SITE, device)
        memory = OrderFile(self.folder / device / "state", identity).read()
        return len(memory.kept) if memory else 0

    @contextmanager
    def agent(self, device: str, *wrapped: str) -> Iterator[subprocess.Popen[bytes]]:
        """A real agent with a simulated pupil, at the other end of the cable."""
        folder = self.enrol(device)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        command = [sys.executable, "-m", "endpoint", "simulate", "--enrolments", str(folder)]
        with (folder / "output.txt").open("ab") as output:
            process = subprocess.Popen(
                self.cable.program_at_pc(*wrapped, *command),
                env=environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            # The whole session: what sets the clock runs the agent as a child of its own.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


@asynccontextmanager
async def staged(cable: Cable, folder: Path, **settings: float) -> AsyncIterator[Stage]:
    """A hub whose devices come through the cable, which is whole at the beginning."""
    cable.mend()
    with cable.listen() as listener:
        host, port = listener.getsockname()
        async with running_hub(
            folder / "hub.sqlite3",
            more_listeners=[listener],
            **settings,
        ) as hub:
            fill(hub.store)
            yield Stage(hub, cable, f"ws://{host}:{port}", folder)


@pytest.fixture
async def stage(cable: Cable, tmp_path: Path) -> AsyncIterator[Stage]:
    """The stage, kept by a task of its own: a fixture begins and ends in different ones."""
    ready: asyncio.Future[Stage] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def keep() -> None:
        async with staged(
            cable,
            tmp_path,
            heartbeat_s=HEARTBEAT_S,
            silence_s=SILENCE_S,
            order_lease_s=LEASE_S,
        ) as stage:
            ready.set_result(stage)
            await over.wait()

    keeper = asyncio.get_running_loop().create_task(keep())
    await asyncio.wait([keeper, ready], return_when=asyncio.FIRST_COMPLETED)
    if keeper.done():
        keeper.result()
    yield ready.result()
    over.set()
    await keeper


async def is_shown(teacher: Teacher, device: str, field: str, value: object) -> None:
    await eventually(lambda: teacher.shown(field).get(device) == value, LIMIT_S)


def test_the_cable_loses_delays_and_is_slow_as_it_is_told(cable: Cable) -> None:
    cable.mend()
    with (
        cables.inside(cable.hub_namespace, lambda: socket.socket(type=socket.SOCK_DGRAM)) as hub,
        cables.inside(cable.pc_namespace, lambda: socket.socket(type=socket.SOCK_DGRAM)) as pc,
    ):
        hub.bind((cables.HUB, 0))
        hub.settimeout(10)
        cable.to_hub.loss, cable.to_hub.delay_s = 0.05, 0.1
        before_s, dropped = time.monotonic(), cable.to_hub.dropped
        for _ in range(2_000):
            pc.sendto(b"x", hub.getsockname())
        hub.recv(10)
        assert time.monotonic() - before_s >= 0.1
        assert 40 < cable.to_hub.dropped - dropped < 200
        cable.mend()
        cable.to_hub.bits_per_s = 1_000_000
        begun_s = time.monotonic()
        for _ in range(10):
            pc.sendto(bytes(1_222), hub.getsockname())  # with its headers 10,000 bits
        arrived = 0
        while arrived < 10:
            arrived += len(hub.recv(2_000)) > 1
        assert time.monotonic() - begun_s >= 0.1
    cable.mend()


def test_the_defaults_tell_a_teacher_within_fifteen_seconds() -> None:
    defaults = Settings()
    assert defaults.silence_s + STEP_S <= 15
    assert defaults.heartbeat_s * 2 < defaults.silence_s
    assert defaults.order_lease_s <= 90


@pytest.mark.parametrize("direction", ["to the hub", "to the PC"])
async def test_a_teacher_is_told_of_half_a_cut_and_the_agent_comes_back_by_itself(
    stage: Stage, direction: str
) -> None:
    lesson = await stage.hub.lesson("pc-1", "pc-2")
    with stage.agent("pc-1"):
        async with stage.hub.teacher(lesson) as teacher:
            await is_shown(teacher, "pc-1", "connection", "connected")
            way = stage.cable.to_hub if direction == "to the hub" else stage.cable.to_pc
            way.is_cut = True
            await is_shown(teacher, "pc-1", "connection", "lost")
            assert teacher.shown("connection")["pc-2"] == "never"
            stage.cable.mend()
            await is_shown(teacher, "pc-1", "connection", "connected")
            assert teacher.closed is None


async def test_what_waited_through_a_cut_arrives_once_and_in_order(stage: Stage) -> None:
    lesson = await stage.hub.lesson("pc-3")
    with writer(stage, "pc-3") as (link, loop):
        async with stage.hub.teacher(lesson) as teacher:
            await is_shown(teacher, "pc-3", "connection", "connected")
            say(link, loop, range(10))
            await stored(stage, "pc-3", 10)
            stage.cable.cut()
            say(link, loop, range(10, QUEUED // 2))
            await is_shown(teacher, "pc-3", "connection", "lost")
            say(link, loop, range(QUEUED // 2, QUEUED))
            # While it is away, the other direction comes and goes too.
            stage.cable.to_hub.is_cut = False
            await asyncio.sleep(1)
            stage.cable.mend()
            await is_shown(teacher, "pc-3", "title", f"window {QUEUED - 1}")
            await stored(stage, "pc-3", QUEUED)
            await eventually(lambda: not link.session.unacknowledged, LIMIT_S)
    assert link.session.dropped == 0
    assert numbers(stage, "pc-3") == list(range(QUEUED))


async def test_a_lock_arrives_over_a_bad_home_link_and_nobody_reconnects(
    cable: Cable, tmp_path: Path
) -> None:
    """One packet in twenty lost, a fifth of a second there and back, 1 Mbit/s."""
    async with staged(cable, tmp_path) as stage:
        for way in (cable.to_hub, cable.to_pc):
            way.loss, way.delay_s, way.bits_per_s = 0.05, 0.1, 1_000_000
        lesson = await stage.hub.lesson("pc-4", "pc-5")
        with writer(stage, "pc-4") as (link, loop), stage.agent("pc-5"):
            async with stage.hub.teacher(lesson) as teacher:
                for device in ("pc-4", "pc-5"):
                    await is_shown(teacher, device, "connection", "connected")
                say(link, loop, range(200))
                await teacher.must(LockAsked(lesson, message="Eyes on me"))
                await is_shown(teacher, "pc-5", "lock_state", "applied")
                await stored(stage, "pc-4", 200)
                assert set(teacher.shown("connection").values()) == {"connected"}
        assert numbers(stage, "pc-4") == list(range(200))
        assert link.connections == 1
        assert "ended" not in (stage.folder / "pc-5" / "output.txt").read_text()


async def test_devices_of_a_hub_that_never_comes_back_unlock_by_themselves(stage: Stage) -> None:
    """The agent of one of them is killed and started again while it is locked."""
    lesson = await stage.hub.lesson("pc-1", "pc-2")
    with stage.agent("pc-2"):
        with stage.agent("pc-1") as first_run:
            async with stage.hub.teacher(lesson) as teacher:
                for device in ("pc-1", "pc-2"):
                    await is_shown(teacher, device, "connection", "connected")
                await teacher.must(LockAsked(lesson, message="Eyes on me"))
                for device in ("pc-1", "pc-2"):
                    await is_shown(teacher, device, "lock_state", "applied")
            stage.cable.cut()
            cut_at_s = time.monotonic()
            first_run.send_signal(signal.SIGKILL)
            first_run.wait(20)
        with stage.agent("pc-1"):
            assert stage.kept_orders("pc-1") == stage.kept_orders("pc-2") == 1
            await eventually(lambda: stage.kept_orders("pc-2") == 0, LIMIT_S)
            assert time.monotonic() - cut_at_s > LEASE_S / 3, "the lease held for a while"
            await eventually(lambda: stage.kept_orders("pc-1") == 0, LIMIT_S)


async def test_clocks_that_are_a_day_wrong_change_no_lease_and_no_order(stage: Stage) -> None:
    if not shutil.which("faketime"):
        pytest.skip("needs faketime: run scripts/system-packages")
    wrong_by_s = {"pc-5": DAY_S, "pc-6": -DAY_S}
    lesson = await stage.hub.lesson(*wrong_by_s)
    with ExitStack() as agents:
        for device, seconds in wrong_by_s.items():
            clock = time.strftime("@%Y-%m-%d %H:%M:%S", time.gmtime(START_MS / 1000 + seconds))
            agents.enter_context(stage.agent(device, "env", "TZ=UTC", "faketime", "-f", clock))
        async with stage.hub.teacher(lesson) as teacher:
            for device in wrong_by_s:
                await is_shown(teacher, device, "connection", "connected")
            await teacher.must(LockAsked(lesson, message="Eyes on me"))
            for device, seconds in wrong_by_s.items():
                await is_shown(teacher, device, "lock_state", "applied")
                skew_s = teacher.shown("clock_skew_s")[device]
                assert isinstance(skew_s, int)
                assert abs(skew_s - seconds) < 120, "the teacher is told"
            # Longer than a lease: the hub renews it by its own time.
            await asyncio.sleep(LEASE_S + 1)
            assert set(teacher.shown("lock_state").values()) == {"applied"}
        stage.cable.cut()
        for device in wrong_by_s:
            await eventually(lambda device=device: stage.kept_orders(device) == 0, LIMIT_S)
    found = [
        stored.event
        for stored in events_of_site(stage.hub.store, TRUST, SITE, 0, 100)
        if stored.event.kind == "order_applied"
    ]
    assert sorted(event.device for event in found) == sorted(wrong_by_s)
    for event in found:
        assert abs(event.received_at_ms - START_MS) < 120_000, "the hub's own time"
        off_s = (event.at_ms - event.received_at_ms) / 1000
        assert abs(off_s - wrong_by_s[event.device]) < 120, "the agent's clock was wrong indeed"


# --- a device that says much -------------------------------------------------------------------


@contextmanager
def writer(stage: Stage, device: str) -> Iterator[tuple[Link, asyncio.AbstractEventLoop]]:
    """The agent's own link and session, in a thread at the other end of the cable."""
    identity = DeviceIdentity(TRUST, SITE, device)
    session = DeviceSession(identity, "writer", KEYS[device].sign)
    loop = asyncio.new_event_loop()
    link = Link(
        session,
        f"{stage.url}/device",
        on_message=lambda message: None,
        on_welcome=lambda welcome: None,
    )

    def run() -> None:
        cables.enter(stage.cable.pc_namespace)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(running)

    running = loop.create_task(link.run())
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield link, loop
    finally:
        loop.call_soon_threadsafe(running.cancel)
        thread.join(20)
        loop.close()


def say(link: Link, loop: asyncio.AbstractEventLoop, which: range) -> None:
    """Have the device report these, in order."""

    def post() -> None:
        for number in which:
            link.post(EventReported("capture_failed", START_MS, detail=str(number), user="pupil"))
            if number == which[-1]:
                link.post(WindowChanged("notes", f"window {number}", START_MS))

    loop.call_soon_threadsafe(post)


def numbers(stage: Stage, device: str) -> list[int]:
    """What is stored of what the device reported, in the order of the store."""
    found = events_of_site(stage.hub.store, TRUST, SITE, 0, 5_000)
    return [
        int(stored.event.detail)
        for stored in found
        if stored.event.device == device and stored.event.kind == "capture_failed"
    ]


async def stored(stage: Stage, device: str, count: int) -> None:
    """Wait until that many are stored."""
    async with asyncio.timeout(LIMIT_S):
        while len(await asyncio.to_thread(numbers, stage, device)) < count:
            await asyncio.sleep(0.2)
