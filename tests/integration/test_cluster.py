"""Several hubs on one Ray cluster: sites on nodes of their own, nodes that die and come back, hubs
that come and go. Nothing that a device said is lost, and no socket ends without need."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.engine import open_store
from store.events import events_of_site
from tests.hub.sockets.clients import Pc, Teacher, console, eventually
from tests.hub.sockets.school import DEVICES, KEYS, SITE, TOKENS, TRUST, fill
from tests.integration.programs import Program, started
from tests.integration.ray_nodes import RayNodes, ray_nodes
from wire.messages import EventReported

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]
BACK_S = 100.0


@dataclass
class Trust:
    """One database, one cluster, and hubs on it."""

    folder: Path
    nodes: RayNodes
    stack: ExitStack

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'formroom.sqlite3'}"

    def program(self, name: str, **settings: str) -> Program:
        return Program(
            self.folder / name,
            settings={
                **self.nodes.environment,
                "FORMROOM_DATABASE_URL": self.database,
                "FORMROOM_RAY_ADDRESS": self.nodes.address,
                **settings,
            },
        )

    def hub(self, name: str, **settings: str) -> Program:
        return self.stack.enter_context(started(self.program(name, **settings)))

    def events(self) -> list[tuple[str, str, int]]:
        """Which reports are stored: (device, epoch, number)."""
        store = open_store(self.database)
        found = events_of_site(store, TRUST, SITE, 0, 10_000)
        store.close()
        rows = [row.event for row in found if row.event.kind == "clock_changed"]
        return [(event.device, event.epoch, event.seq) for event in rows]


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trust]:
    """A cluster with a node for the site, and no hub yet."""
    folder = tmp_path_factory.mktemp("trust")
    with ExitStack() as stack:
        nodes = stack.enter_context(ray_nodes(folder))
        one = Trust(folder, nodes, stack)
        store = open_store(one.database)
        fill(store)
        store.close()
        nodes.add(SITE)
        yield one


@pytest.fixture(scope="module")
def hubs(trust: Trust) -> tuple[Program, Program]:
    """Two hubs, started one after the other."""
    return trust.hub("a"), trust.hub("b")


class Reports:
    """What PCs report and must not be lost, counted."""

    def __init__(self, pcs: list[Pc]) -> None:
        self.pcs = pcs
        self.said: list[tuple[str, str, int]] = []

    async def say(self) -> None:
        """One report of each PC."""
        for one in self.pcs:
            number = await one.say(EventReported("clock_changed", 1_000, count=1))
            self.said.append((one.device, one.epoch, number))

    async def are_stored(self, trust: Trust) -> None:
        """All of them are acknowledged, and stored once."""
        for one in self.pcs:
            await one.acknowledged()
        found = await asyncio.to_thread(trust.events)
        assert sorted(set(found)) == sorted(found), "stored twice"
        assert set(self.said) <= set(found), "lost"


def pc(hub: Program, device: str) -> Pc:
    return Pc(hub.url, TRUST, SITE, device, KEYS[device])


async def is_seen(teacher: Teacher, one: Pc, title: str) -> None:
    """What the PC shows now reaches the teacher, though parts may be away meanwhile."""
    async with asyncio.timeout(BACK_S):
        while teacher.shown("title").get(one.device) != title:
            await one.type_titles([title])
            await asyncio.sleep(0.2)


async def test_a_site_lives_on_its_node_and_class_and_sockets_outlive_the_node(
    trust: Trust, hubs: tuple[Program, Program]
) -> None:
    first, second = hubs
    await eventually(lambda: trust.nodes.shards(SITE) == 1, BACK_S)
    lesson = await asyncio.to_thread(first.lesson)
    one, two = pc(first, DEVICES[0]), pc(second, DEVICES[1])
    reports = Reports([one, two])
    cookie = f"formroom_session={TOKENS['khan']}"
    async with one.connected(), two.connected(), console(second.url, cookie, lesson) as teacher:
        await one.welcomed()
        await two.welcomed()
        await teacher.follow()
        await is_seen(teacher, one, "on the node")
        await reports.say()
        trust.nodes.kill(SITE)
        await reports.say()
        await is_seen(teacher, one, "in the pool")
        await is_seen(teacher, two, "in the pool too")
        await reports.are_stored(trust)
        await asyncio.to_thread(trust.nodes.add, SITE)
        await eventually(lambda: trust.nodes.shards(SITE) == 1, BACK_S)
        await reports.say()
        await is_seen(teacher, one, "at home again")
        await is_seen(teacher, two, "at home too")
        await reports.are_stored(trust)
        assert trust.nodes.shards(SITE) == 1
        assert [one.closed, two.closed, teacher.closed] == [None, None, None]
    await asyncio.to_thread(first.end_lesson, lesson)


async def test_a_device_moves_from_a_hub_that_ends_to_the_other_and_resumes(
    trust: Trust, hubs: tuple[Program, Program]
) -> None:
    first, second = hubs
    lesson = await asyncio.to_thread(second.lesson)
    one = pc(first, DEVICES[0])
    reports = Reports([one])
    cookie = f"formroom_session={TOKENS['khan']}"
    async with console(second.url, cookie, lesson) as teacher:
        await teacher.follow()
        async with one.connected():
            await one.welcomed()
            await is_seen(teacher, one, "through the first")
            await reports.say()
            assert await asyncio.to_thread(first.stop) == 0
            await eventually(lambda: one.closed)
            assert one.closed == (1001, "going_away")
        await reports.say()
        one.url = second.url
        async with one.connected():
            await one.welcomed(2)
            await is_seen(teacher, one, "through the second")
            await reports.are_stored(trust)
        assert trust.nodes.shards(SITE) == 1, "the shards outlive the hub that made them"
        assert teacher.closed is None
    await asyncio.to_thread(second.end_lesson, lesson)
    first.start()


async def test_hubs_with_other_settings_are_refused(
    trust: Trust, hubs: tuple[Program, Program]
) -> None:
    other = trust.program("other", FORMROOM_SHARDS="7")
    assert await asyncio.to_thread(other.launch().wait, 100) == 2
    assert "other settings (shards)" in other.output


async def test_a_newer_hub_takes_over_and_the_older_ones_send_their_sockets_on(
    trust: Trust, hubs: tuple[Program, Program]
) -> None:
    _, second = hubs
    lesson = await asyncio.to_thread(second.lesson)
    one = pc(second, DEVICES[0])
    reports = Reports([one])
    cookie = f"formroom_session={TOKENS['khan']}"
    newer = trust.program("newer", FORMROOM_CLUSTER_REVISION="1", FORMROOM_SHARDS="1")
    async with one.connected(), console(second.url, cookie, lesson) as teacher:
        await one.welcomed()
        await teacher.follow()
        await is_seen(teacher, one, "before")
        await reports.say()
        await asyncio.to_thread(trust.stack.enter_context, started(newer))
        await eventually(lambda: one.closed and teacher.closed, BACK_S)
    await reports.say()
    one.url = newer.url
    async with one.connected(), console(newer.url, cookie, lesson) as teacher:
        await one.welcomed(2)
        await teacher.follow()
        await is_seen(teacher, one, "after")
        await reports.are_stored(trust)
    for old in hubs:
        assert old.process is not None
        assert await asyncio.to_thread(old.process.wait, 60) == 2
        assert "A newer Formroom has taken over" in old.output
    late = trust.program("late")
    assert await asyncio.to_thread(late.launch().wait, 100) == 2
    assert "start the newer one" in late.output
    await asyncio.to_thread(newer.end_lesson, lesson)
