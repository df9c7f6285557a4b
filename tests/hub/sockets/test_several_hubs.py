"""Two hubs on one set of shards: it does not matter through which of them somebody comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from actors.placement import Placement
from actors.ports import Runtime
from tests.hub.sockets.clients import eventually
from tests.hub.sockets.school import SmallHub, running_hub
from wire.messages import LockAsked, OrdersChanged


class Joined:
    """A runtime that somebody else starts and stops."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __getattr__(self, name: str) -> object:
        return getattr(self._runtime, name)

    async def start(self) -> None:
        """It runs."""

    async def stop(self) -> None:
        """It runs on."""


@asynccontextmanager
async def two_hubs(database: Path) -> AsyncIterator[tuple[SmallHub, SmallHub]]:
    async with (
        running_hub(database, Placement(2)) as first,
        running_hub(database, make_runtime=lambda *_: Joined(first.runtime)) as second,  # type: ignore[arg-type,return-value]
    ):
        yield first, second


async def test_a_device_that_comes_back_through_another_hub_resumes(database: Path) -> None:
    async with two_hubs(database) as (first, second):
        lesson = await first.lesson("pc-1")
        pc = first.pc("pc-1")
        async with first.teacher(lesson) as here, second.teacher(lesson, "khan") as there:
            async with pc.connected():
                await pc.welcomed()
                await pc.type_titles(["one", "two"])
                await pc.acknowledged()
                await pc.cut()
            await pc.type_titles(["said to nobody", "three"])
            pc.url = second.url
            async with pc.connected():
                await pc.welcomed(2)
                await pc.acknowledged()
                assert pc.welcomes[1].received == pc.session.seq - 3
                for teacher in (here, there):
                    await eventually(lambda t=teacher: t.devices["pc-1"]["title"] == "three")
                    await eventually(
                        lambda t=teacher: t.devices["pc-1"]["connection"] == "connected"
                    )
            assert first.board.devices == 0


async def test_a_connection_that_is_left_behind_at_another_hub_is_replaced(database: Path) -> None:
    async with two_hubs(database) as (first, second):
        lesson = await first.lesson("pc-1")
        async with first.teacher(lesson) as teacher, first.pc("pc-1").connected() as old:
            await old.welcomed()
            new = second.pc("pc-1")
            new.epoch = old.epoch
            async with new.connected():
                await new.welcomed()
                await eventually(lambda: old.closed)
                assert old.closed == (4000, "replaced")
                await new.type_titles(["by the other way"])
                await new.acknowledged()
                await eventually(lambda: teacher.devices["pc-1"]["title"] == "by the other way")
                assert teacher.devices["pc-1"]["connection"] == "connected"


async def test_a_lock_by_one_hub_reaches_devices_of_the_other(database: Path) -> None:
    async with two_hubs(database) as (first, second):
        lesson = await first.lesson("pc-1", "pc-2")
        async with (
            first.teacher(lesson) as teacher,
            first.pcs("pc-1"),
            second.pcs("pc-2") as (far,),
        ):
            await eventually(lambda: len(teacher.devices) == 2)
            await teacher.must(LockAsked(lesson))
            await eventually(
                lambda: (orders := far.last(OrdersChanged)) is not None and orders.orders
            )
