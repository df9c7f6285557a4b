"""A class on real sockets: devices, teachers, and a shard that dies under them."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.placement import Placement
from tests.hub.sockets.clients import eventually
from tests.hub.sockets.school import SITE, TRUST, principal, running_hub
from wire.messages import LockAsked, OrderReported, OrdersChanged, Refused, ViewersChanged

pytestmark = pytest.mark.slow


async def test_what_a_device_reports_is_what_its_teacher_sees(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1", "pc-2") as (one, _):
        lesson = await hub.lesson("pc-1", "pc-2", "pc-3")
        async with hub.teacher(lesson) as teacher:
            await one.type_titles(["Poem", "Photosynthesis"])
            await eventually(lambda: teacher.shown("title").get("pc-1") == "Photosynthesis")
            assert teacher.shown("connection") == {
                "pc-1": "connected",
                "pc-2": "connected",
                "pc-3": "never",
            }


async def test_a_shard_that_dies_loses_nothing(database: Path) -> None:
    """Its devices, watchers, lock and unacknowledged messages are there again in its new life."""
    async with (
        running_hub(database, Placement(2, 3, {(TRUST, SITE): 6})) as hub,
        hub.pcs("pc-1", "pc-2") as (one, two),
    ):
        lesson = await hub.lesson("pc-1", "pc-2")
        async with hub.teacher(lesson) as teacher:
            await teacher.must(LockAsked(lesson, message="Eyes on me"))
            await teacher.look("pc-1", "pc-2", mode="control")
            await eventually(lambda: one.last(OrdersChanged) != OrdersChanged(()))
            order = one.last(OrdersChanged)
            assert order is not None
            await one.say(OrderReported(order.orders[0].id, "applied", 1))
            await one.type_titles([f"before {n}" for n in range(20)])
            for victim in ("pool-0", "pool-1"):
                snapshots = teacher.snapshots
                one.heard.clear()
                hub.kill_shard(victim)
                await one.type_titles([f"after {victim} {n}" for n in range(20)])
                await eventually(lambda s=snapshots: teacher.snapshots > s)
                title = f"after {victim} 19"
                await eventually(lambda t=title: teacher.shown("title").get("pc-1") == t)
                await eventually(lambda: all(teacher.shown("lock").values()))
                await eventually(
                    lambda: (
                        teacher.shown("controller_viewer").get("pc-2")
                        == teacher.shown("controller_viewer").get("pc-1")
                        != ""
                    )
                )
                assert teacher.closed is None
                assert one.closed is None
            await eventually(lambda: two.last(ViewersChanged) is not None)
            await one.acknowledged()


async def test_only_one_of_two_teachers_controls_and_the_other_never_slips_in(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.switchboard.RENEW_S", 0.1)
    async with running_hub(database) as hub, hub.pcs("pc-1") as (one,):
        lesson = await hub.lesson("pc-1")
        async with hub.teacher(lesson) as khan:
            await hub.context.lesson_desk.join(principal("bell"), SITE, lesson)
            async with hub.teacher(lesson, "bell") as bell:
                await khan.look("pc-1", mode="control")
                refused = await bell.look("pc-1", mode="control")
                assert isinstance(refused, Refused)
                assert refused.detail == "Teacher khan has control of this device."

                def modes() -> dict[str, str]:
                    viewers = one.last(ViewersChanged)
                    return {v.name: v.mode for v in viewers.viewers} if viewers else {}

                both = {"Teacher khan": "control", "Teacher bell": "view"}
                await eventually(lambda: modes() == both)
                await khan.look("pc-1", mode="wall")
                await eventually(lambda: modes().get("Teacher khan") == "wall")
                one.heard.clear()
                await eventually(lambda: one.last(ViewersChanged) is not None)
                assert modes()["Teacher bell"] == "view", "it asked no second time"
                await bell.look("pc-1", mode="control")
                await eventually(lambda: modes().get("Teacher bell") == "control")
