"""The notice process as its core keeps it: real child processes, some of them badly behaved."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from endpoint.notice.scene import Lock, Scene, Status, Watcher
from endpoint.notice_process import NoticeProcess
from tests.endpoint.small_hub import until

pytestmark = pytest.mark.slow

LOCK = Scene(lock=Lock("a", remaining_s=100.0))
WATCHED = Scene((Watcher("Ms Khan", "teacher", "view"),))

OBEDIENT = """
import json, sys
for line in sys.stdin:
    scene = json.loads(line)
    lock = scene["lock"]
    detail = str(lock and lock["remaining_s"])
    order = lock["order"] if lock else ""
    status = {"order": order, "held": True, "detail": detail, "number": scene["number"]}
    print(json.dumps(status), flush=True)
"""
DEAF = "import time; time.sleep(1000)"
MAD = "print('nonsense', flush=True); import sys; sys.stdin.read()"
BROKEN = "raise SystemExit(1)"


class Kept:
    def __init__(self, program: str, **settings: float) -> None:
        self.statuses: list[Status] = []
        self.notice = NoticeProcess([sys.executable, "-S", "-c", program], **settings)  # type: ignore[arg-type]


@asynccontextmanager
async def running(kept: Kept) -> AsyncIterator[Kept]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kept.notice.run(kept.statuses.append))
        try:
            yield kept
        finally:
            task.cancel()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_no_process_runs_while_there_is_nothing_to_show() -> None:
    async with running(Kept(OBEDIENT)) as kept:
        kept.notice.show(Scene())
        await asyncio.sleep(0.1)
        assert kept.notice.pid is None


async def test_a_scene_is_shown_and_its_status_comes_back() -> None:
    async with running(Kept(OBEDIENT)) as kept:
        kept.notice.show(LOCK)
        await until(lambda: kept.statuses)
        assert (kept.statuses[0].order, kept.statuses[0].held) == ("a", True)
        kept.notice.show(WATCHED)
        await until(lambda: kept.statuses[-1].number == 2)


async def test_a_killed_process_is_started_again_and_its_countdown_goes_on() -> None:
    async with running(Kept(OBEDIENT)) as kept:
        kept.notice.show(LOCK)
        await until(lambda: kept.statuses)
        first = kept.notice.pid
        assert first
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(kept.statuses) == 3)
        assert kept.statuses[1] == Status(detail="by signal 9", ended=True)
        assert kept.notice.pid not in (None, first)
        assert float(kept.statuses[2].detail) < float(kept.statuses[0].detail) <= 100


async def test_a_stopped_process_cannot_keep_an_old_scene() -> None:
    async with running(Kept(OBEDIENT, follow_s=0.3)) as kept:
        kept.notice.show(LOCK)
        await until(lambda: kept.statuses)
        stopped = kept.notice.pid
        assert stopped
        os.kill(stopped, signal.SIGSTOP)
        kept.notice.show(WATCHED)
        await until(lambda: kept.statuses[-1].number == 2)
        assert not is_alive(stopped)


async def test_an_empty_notice_lingers_and_then_goes() -> None:
    async with running(Kept(OBEDIENT, linger_s=0.2, follow_s=0.1)) as kept:
        kept.notice.show(WATCHED)
        await until(lambda: kept.statuses)
        process = kept.notice.pid
        assert process
        kept.notice.show(Scene())
        await until(lambda: kept.notice.pid is None)
        await until(lambda: not is_alive(process))


async def test_a_lock_that_no_process_can_show_is_reported() -> None:
    for program in (BROKEN, MAD):
        async with running(Kept(program)) as kept:
            kept.notice.show(LOCK)
            await until(lambda kept=kept: kept.statuses)  # type: ignore[misc]
            assert not kept.statuses[0].held
            assert kept.statuses[0].detail == "the lock screen could not be started"


async def test_a_process_that_does_not_answer_is_killed() -> None:
    async with running(Kept(DEAF, start_s=0.2)) as kept:
        kept.notice.show(WATCHED)
        await until(lambda: kept.notice.pid)
        deaf = kept.notice.pid
        assert deaf
        await until(lambda: not is_alive(deaf))


async def test_the_process_ends_with_its_core() -> None:
    async with running(Kept(OBEDIENT)) as kept:
        kept.notice.show(WATCHED)
        await until(lambda: kept.statuses)
        process = kept.notice.pid
        assert process
    assert not is_alive(process)
