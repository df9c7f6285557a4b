"""The runtime in one process: what a killed shard takes with it, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from actors.keys import lesson_topic
from actors.local import LocalRuntime
from actors.placement import Placement
from actors.ports import (
    Attached,
    Delivered,
    Done,
    Health,
    Lock,
    PeerRestarted,
    Screen,
    ShardPort,
    ShardUnavailable,
)
from store.audit import entries, verify
from store.engine import Store, open_store
from store.events import events_of_site
from store.lessons import running_lessons
from tests.actors.cast import (
    HUB,
    KHAN,
    NOW_MS,
    REGISTER,
    SITE,
    TRUST,
    attach,
    classroom_key,
    device_key,
    frame,
    start_lesson,
    watch,
)
from tests.actors.school import fill
from wire.messages import OrderReported, StateReported, UserChanged

TOPIC = lesson_topic(TRUST, SITE, "l1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    fill(store)
    yield store
    store.close()


@pytest.fixture(params=[Placement(1), Placement(4, 1), Placement(4, 2, {(TRUST, SITE): 9})])
async def runtime(store: Store, request: pytest.FixtureRequest) -> AsyncIterator[LocalRuntime]:
    runtime = LocalRuntime(request.param, store, clock_s=lambda: NOW_MS / 1000)
    await runtime.start()
    yield runtime
    await runtime.stop()


async def deliver(shard: ShardPort, *items: object) -> Delivered:
    return await shard.deliver(HUB, "", 0, items)  # type: ignore[arg-type]


async def states(runtime: LocalRuntime) -> list[dict[str, object]]:
    found = []
    for shard in runtime.shards_of(TRUST, SITE):
        view = await shard.view(TOPIC)
        found += [msgspec.msgpack.decode(device) for device in view.devices]
    return sorted(found, key=lambda state: str(state["device"]))


async def a_locked_class(runtime: LocalRuntime) -> None:
    for number in (1, 2):
        id_ = f"pc-{number}"
        await deliver(
            runtime.shard_for(device_key(id_)),
            attach(id_, session=number),
            frame(StateReported(1, user=id_), 1, id_=id_, session=number),
        )
    room = runtime.shard_for(classroom_key())
    delivered = await deliver(room, start_lesson(), Lock(classroom_key(), KHAN, (), "", None))
    assert delivered.answers == (Done(), Done())
    await until_locked(runtime)


async def until_locked(runtime: LocalRuntime) -> None:
    async with asyncio.timeout(10):
        while [state.get("lock") is not None for state in await states(runtime)] != [True, True]:
            await asyncio.sleep(0.01)


async def test_a_lesson_spans_every_shard_of_its_site(runtime: LocalRuntime) -> None:
    await a_locked_class(runtime)
    assert [state["user"] for state in await states(runtime)] == ["pc-1", "pc-2"]
    entries = await runtime.shard_for(REGISTER).directory(TRUST, SITE)
    async with asyncio.timeout(10):
        while [entry.lesson for entry in entries] != ["l1", "l1"]:
            await asyncio.sleep(0.01)
            entries = await runtime.shard_for(REGISTER).directory(TRUST, SITE)


async def test_whichever_shard_dies_the_class_its_members_and_its_lock_come_back(
    runtime: LocalRuntime,
) -> None:
    await a_locked_class(runtime)
    for victim in [shard.name for shard in runtime.shards_of(TRUST, SITE)]:
        runtime.kill(victim)
        for shard in runtime.shards_of(TRUST, SITE):
            await deliver(shard, PeerRestarted(victim))
        for number in (1, 2):
            id_ = f"pc-{number}"
            shard = runtime.shard_for(device_key(id_))
            if shard.name == victim:
                (answer,) = (await deliver(shard, attach(id_, session=number))).answers
                assert answer == Attached(0), "its new life knows nothing of the old"
                await deliver(shard, frame(StateReported(1, user=id_), 1, id_=id_, session=number))
        await until_locked(runtime)


async def test_another_start_takes_the_lesson_up_from_the_store(store: Store) -> None:
    placement = Placement(2)
    for _ in range(2):
        runtime = LocalRuntime(placement, store, clock_s=lambda: NOW_MS / 1000)
        await runtime.start()
        room = runtime.shard_for(classroom_key())
        delivered = await deliver(room, start_lesson(), Lock(classroom_key(), KHAN, (), "", None))
        assert delivered.answers == (Done(), Done())
        await runtime.stop()
        (lesson,) = running_lessons(store)
        assert len(lesson.locks) == 1


async def test_nothing_is_served_before_the_start(store: Store) -> None:
    runtime = LocalRuntime(Placement(1), store, clock_s=lambda: 0.0)
    assert await runtime.health() is Health.GONE
    with pytest.raises(ShardUnavailable):
        runtime.shard_for(REGISTER)


async def test_what_was_not_acknowledged_is_sent_again_after_a_shard_died_and_stored_once(
    runtime: LocalRuntime, store: Store
) -> None:
    shard = runtime.shard_for(device_key())
    said = [frame(UserChanged("amy", 1), 1), frame(OrderReported("7", "applied", 2), 2)]
    for _ in range(2):
        await deliver(shard, attach(), *said)
        async with asyncio.timeout(10):
            while (await deliver(shard, attach())).answers != (Attached(2),):
                await asyncio.sleep(0.01)
        runtime.kill(shard.name)
    events = [one.event for one in events_of_site(store, TRUST, SITE)]
    assert [(one.seq, one.kind, one.user) for one in events] == [
        (1, "signed_on", "amy"),
        (2, "order_applied", "amy"),
    ]


async def test_what_a_teacher_did_is_in_the_audit_record_once_whichever_shard_died(
    runtime: LocalRuntime, store: Store
) -> None:
    await a_locked_class(runtime)
    screens = tuple(
        Screen(device_key(f"pc-{n}"), mode, opened_ms=5, mode_ms=6)
        for n, mode in ((1, "wall"), (2, "control"))
    )
    for _ in range(2):
        for shard in runtime.shards_of(TRUST, SITE):
            await deliver(shard, watch(*screens))
        async with asyncio.timeout(10):
            while len(acts := [one.act.act for one in entries(store, TRUST)]) < 5:
                await asyncio.sleep(0.01)
        runtime.kill(runtime.shard_for(device_key("pc-2")).name)
        await deliver(runtime.shard_for(device_key("pc-2")), attach("pc-2", session=2))
        room = runtime.shard_for(classroom_key())
        await deliver(room, PeerRestarted(runtime.shard_for(device_key("pc-2")).name))
    assert sorted(acts) == [
        "control_taken",
        "lesson_started",
        "screen_viewed",
        "screens_locked",
        "wall_watched",
    ]
    assert verify(store, TRUST).first_broken is None
