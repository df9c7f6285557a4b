"""Faults that need a hub of their own, or a certain order of steps: one function each."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loadtests.faults import run as runs
from loadtests.faults.postgres import Postgres
from loadtests.faults.program import HubProgram
from loadtests.faults.resources import FullDisk
from loadtests.faults.result import FaultsResult, Happened
from loadtests.faults.run import Say
from loadtests.faults.stage import Size, Stage, raised
from loadtests.server import ServerFailed, free_port
from wire.messages import LockAsked

WARM_S = 3.0
"""Load before anything goes wrong, and after it is well again."""
OUTAGE_S = 12.0
REFUSED_S = 2.0
"""Within this a privileged act has to be refused while its record cannot be written."""
SECOND_START_S = 60.0


@dataclass(slots=True)
class Scene:
    """A stage with what happened on it so far."""

    stage: Stage
    say: Say
    began_s: float = field(default_factory=time.monotonic)
    happened: list[Happened] = field(default_factory=list)

    def note(self, id_: str, name: str, at_s: float, **times: float) -> None:
        """Something happened at a moment of the monotonic clock, and is over now."""
        self.say(" ".join((id_, name, *(f"{key} {value:.2f}" for key, value in times.items()))))
        held_s = round(time.monotonic() - at_s, 2)
        shown = {key: round(value, 2) for key, value in times.items()}
        self.happened.append(
            Happened(id_, name, round(at_s - self.began_s, 2), held_s, "", **shown)
        )


async def full_disk(scene: Scene) -> None:
    """F18 and F28: while nothing can be written nothing is acknowledged, and locks are refused."""
    stage = scene.stage
    fault = FullDisk()
    at_s = time.monotonic()
    await fault.apply(stage)
    try:
        await asyncio.sleep(1.0)
        acknowledged = len(stage.ledger.acknowledged)
        refused_s = await _refused(stage)
        await asyncio.sleep(OUTAGE_S)
        more = len(stage.ledger.acknowledged) - acknowledged
        if more > 0:
            stage.violate("acknowledged without a disk", f"{more} messages")
    finally:
        await fault.heal(stage)
    healed_s = time.monotonic()
    if refused_s > REFUSED_S:
        stage.violate("refused late", f"a lock after {refused_s:.1f} s without a record")
    await stage.probe.agent.acknowledged(stage.probe.agent.report_event())
    back_s = time.monotonic() - healed_s
    scene.note("F18", fault.name, at_s, commands_out_s=refused_s, reports_out_s=back_s)


async def second_hub(scene: Scene) -> None:
    """F27: a second hub on the same folder refuses to start, and says why."""
    stage = scene.stage
    at_s = time.monotonic()
    second = HubProgram(
        stage.hub.folder, free_port(), stage.hub.environment, log=stage.folder / "second.log"
    )
    second.launch()
    try:
        code = await asyncio.to_thread(second.wait, SECOND_START_S)
    finally:
        await second.stop()
    if code == 0 or "already runs" not in second.tail():
        stage.violate("second hub", f"it ended with {code} and said: {second.tail()}")
    scene.note("F27", "a second hub on the folder", at_s)


async def restored(scene: Scene) -> None:
    """F26: a backup made under load holds what was acknowledged before it began."""
    stage = scene.stage
    file = stage.folder / "backup"
    stage.ledger.sync()
    before = set(stage.ledger.acknowledged)
    at_s = time.monotonic()
    done = await asyncio.to_thread(stage.hub.run, "backup", str(file))
    if done.returncode:
        raise ServerFailed(f"no backup was made: {done.stderr[-500:]}")
    await asyncio.sleep(WARM_S)
    await stage.hub.stop()
    elsewhere = HubProgram(
        stage.folder / "restored",
        stage.hub.port,
        stage.hub.environment,
        log=stage.folder / "restored.log",
    )
    elsewhere.folder.mkdir()
    done = await asyncio.to_thread(elsewhere.run, "restore", str(file))
    if done.returncode:
        raise ServerFailed(f"the backup was not restored: {done.stderr[-500:]}")
    stage.replace_hub(elsewhere)
    await elsewhere.start()
    # What was acknowledged after the backup is gone with the disk that failed.
    stage.is_restored = True
    stage.ledger.forget_acknowledged(stage.ledger.acknowledged - before)
    scene.note("F26", f"backup, and {len(before)} messages restored", at_s)


Steps = Callable[[Scene], Awaitable[None]]
SCENARIOS: dict[str, Steps] = {
    "F18": full_disk,
    "F26": restored,
    "F27": second_hub,
    "F28": full_disk,
}


async def play(
    steps: Steps,
    folder: Path,
    seed: int,
    size: Size,
    settings: Mapping[str, str],
    database: Postgres | None,
    say: Say,
) -> FaultsResult:
    """A scenario from its hub's start to its verdict."""
    began_s = time.monotonic()
    async with _scene(folder, seed, size, settings, database, say) as scene:
        stage = scene.stage
        await asyncio.sleep(WARM_S)
        await steps(scene)
        await asyncio.sleep(WARM_S)
        quiet_after_s = await runs.become_quiet(stage)
        violations, stored = await runs.judge(stage)
    seconds = round(time.monotonic() - began_s, 1)
    return runs.result_of(stage, seconds, scene.happened, quiet_after_s, violations, stored)


@contextlib.asynccontextmanager
async def _scene(
    folder: Path,
    seed: int,
    size: Size,
    settings: Mapping[str, str],
    database: Postgres | None,
    say: Say,
) -> AsyncIterator[Scene]:
    async with raised(folder, seed, size, settings, database) as stage, stage.running():
        yield Scene(stage, say)


async def _refused(stage: Stage) -> float:
    """Seconds until a lock is refused; a lock that is carried out is a violation."""
    teacher = stage.teachers[0]
    began_s = time.monotonic()
    outcome = await teacher.command(LockAsked(teacher.picture.lesson, message="Eyes on me"))
    if outcome == "answered":
        stage.violate("locked without a record", teacher.picture.lesson)
    return time.monotonic() - began_s
