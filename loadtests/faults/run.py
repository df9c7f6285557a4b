"""One run: a stage, its schedule, the way back to quiet, and the verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from loadtests.faults.checker import Violation, check_acts, check_events, check_orders
from loadtests.faults.fault import NotApplied, Planned
from loadtests.faults.ledger import STATE
from loadtests.faults.probe import outage_s
from loadtests.faults.records import first_broken_act, stored_acts, stored_events
from loadtests.faults.result import EXAMPLES, Broken, FaultsResult, Happened
from loadtests.faults.schedule import PROCESS_TRACK
from loadtests.faults.staff import Commands, Notices, Teacher
from loadtests.faults.stage import Stage
from loadtests.rest import RestError
from loadtests.school import Staff
from loadtests.server import ServerFailed
from wire.messages import UnlockAsked

QUIET_S = 180.0
"""How long everything may take to be acknowledged and unlocked once all is healed."""
EQUAL_S = 15.0
"""How long a console may take to show what a fresh snapshot shows."""
READ_ATTEMPTS = 10

Say = Callable[[str], None]
T = TypeVar("T")


async def perform(
    stage: Stage, planned: Sequence[Planned], seconds: float, say: Say
) -> tuple[list[Happened], float]:
    """Carry a schedule out on a running stage, and bring the stage to quiet.

    Returns what happened and how long quiet took after the last healing. What is not quiet in
    time is a violation of the stage.
    """
    began_s = time.monotonic()
    happened: list[tuple[Planned, Happened]] = []
    async with asyncio.TaskGroup() as group:
        for track in sorted({one.track for one in planned}):
            mine = [one for one in planned if one.track == track]
            group.create_task(_run_track(stage, mine, began_s, seconds, happened, say))
    await asyncio.sleep(max(0.0, began_s + seconds - time.monotonic()))
    say("waiting for quiet")
    quiet_after_s = await become_quiet(stage)
    happened.sort(key=lambda one: one[1].at_s)
    return _with_times(stage, happened, began_s), quiet_after_s


async def become_quiet(stage: Stage) -> float:
    """Have everybody stop, every lock end, and everything be acknowledged; returns the seconds."""
    began_s = time.monotonic()
    stage.hush()
    unlocked = asyncio.gather(*(_unlock(one) for one in (*stage.teachers, stage.probe.teacher)))
    try:
        async with asyncio.timeout(QUIET_S):
            await unlocked
            await _until(lambda: all(agent.is_settled for agent in stage.agents))
    except TimeoutError:
        for agent in stage.agents:
            if not agent.is_settled:
                stage.violate("not quiet", agent.described)
        for teacher in stage.teachers:
            if not teacher.is_following:
                stage.violate("not quiet", f"the console of {teacher.picture.lesson}")
    return time.monotonic() - began_s


async def judge(stage: Stage) -> tuple[list[Violation], int]:
    """Compare what was acknowledged with what is stored; the stage must be quiet.

    Returns every broken promise, and how many events are stored.
    """
    if not stage.hub.is_running:
        return [*stage.violations, Violation("hub ended", stage.hub.tail())], 0
    await asyncio.to_thread(stage.ledger.sync)
    book = stage.ledger
    found = list(stage.violations)
    events = await _patiently(lambda: stored_events(stage.hub.url, stage.admin, stage.sites))
    found += check_events(book.said, book.acknowledged, book.rejected, events)
    gone = {(one.seat.device, one.session.epoch) for one in stage.every_agent}
    gone -= {(one.seat.device, one.session.epoch) for one in stage.agents}
    acts = await _patiently(lambda: stored_acts(stage.hub.url, stage.admin))
    if not stage.is_restored:
        found += check_orders(events, gone, stage.commands.unsure_lessons)
        found += check_acts(
            stage.commands.answered, stage.commands.unknown + stage.commands.unsure, acts
        )
    found += [one for teacher in stage.teachers for one in teacher.picture.violations]
    for teacher in (*stage.teachers, stage.probe.teacher):
        found += await _compare(stage, teacher)
    broken = await _patiently(lambda: first_broken_act(stage.hub.url, stage.admin))
    if broken is not None:
        found.append(Violation("audit chain", f"entry {broken} does not fit"))
    poison = {id_ for id_, one in book.said.items() if one.is_poison}
    found += [Violation("rejected", str(id_)) for id_ in sorted(book.rejected - poison)]
    return found, len(events)


def result_of(
    stage: Stage,
    seconds: float,
    happened: Iterable[Happened],
    quiet_after_s: float,
    violations: Iterable[Violation],
    stored: int,
) -> FaultsResult:
    """Everything about a run, for its report."""
    commands = stage.commands
    counts = {
        f"{name} {act}": count
        for name, counter in (
            ("answered", commands.answered),
            ("refused", commands.refused),
            ("unknown", commands.unknown),
        )
        for act, count in sorted(counter.items())
    }
    return FaultsResult(
        seed=stage.seed,
        seconds=seconds,
        database="postgres" if stage.database else "sqlite",
        devices=len(stage.agents),
        faults=tuple(happened),
        said=sum(one.kind != STATE for one in stage.ledger.said.values()),
        acknowledged=len(stage.ledger.acknowledged & stage.ledger.said.keys()),
        stored=stored,
        rejected=len(stage.ledger.rejected),
        commands=counts,
        refusals=dict(commands.refusals),
        quiet_after_s=round(quiet_after_s, 2),
        hub_starts=stage.hub.starts,
        violations=_gathered(violations),
    )


async def _run_track(
    stage: Stage,
    planned: Sequence[Planned],
    began_s: float,
    seconds: float,
    happened: list[tuple[Planned, Happened]],
    say: Say,
) -> None:
    late_s = 0.0
    for one in planned:
        if one.at_s + one.hold_s + late_s > seconds:
            return  # What came before took longer than it should: peace is not cut for it.
        await asyncio.sleep(max(0.0, began_s + one.at_s + late_s - time.monotonic()))
        at_s = time.monotonic()
        say(f"{at_s - began_s:6.1f} s  {one.fault.id} {one.fault.name}")
        skipped = ""
        try:
            await one.fault.apply(stage)
            await asyncio.sleep(max(0.0, at_s + one.hold_s - time.monotonic()))
        except NotApplied as error:
            skipped = str(error)
        except (TimeoutError, ServerFailed) as error:
            stage.violate("not back", f"{one.fault.name}: {error or type(error).__name__}")
        finally:
            await one.fault.heal(stage)
        held_s = time.monotonic() - at_s
        late_s = max(late_s, time.monotonic() - began_s - one.at_s - one.hold_s)
        happened.append(
            (
                one,
                Happened(
                    one.fault.id,
                    one.fault.name,
                    round(at_s - began_s, 2),
                    round(held_s, 2),
                    skipped,
                ),
            )
        )


def _with_times(
    stage: Stage, happened: Sequence[tuple[Planned, Happened]], began_s: float
) -> list[Happened]:
    """The same with what the probe and the consoles saw, for faults of the server's processes."""
    starts = [one.at_s for planned, one in happened if planned.track == PROCESS_TRACK]
    timed = []
    for planned, one in happened:
        if planned.track != PROCESS_TRACK or one.skipped:
            timed.append(one)
            continue
        from_s = began_s + one.at_s
        later = [at_s for at_s in starts if at_s > one.at_s]
        to_s = began_s + min(later) if later else time.monotonic()
        told = [at_s for at_s in stage.notices.degraded_s if from_s < at_s <= to_s]
        timed.append(
            Happened(
                one.id,
                one.name,
                one.at_s,
                one.held_s,
                noticed_s=round(min(told) - from_s, 2) if told else None,
                commands_out_s=round(outage_s(stage.probe.commands, from_s, to_s), 2),
                reports_out_s=round(outage_s(stage.probe.reports, from_s, to_s), 2),
            )
        )
    return timed


async def _until(is_so: Callable[[], bool]) -> None:
    while True:
        if is_so():
            return
        await asyncio.sleep(0.1)


async def _unlock(teacher: Teacher) -> None:
    while True:
        if await teacher.command(UnlockAsked(teacher.picture.lesson)) == "answered":
            return
        await asyncio.sleep(0.5)


async def _compare(stage: Stage, teacher: Teacher) -> list[Violation]:
    """Whether a console that lived through everything shows what a fresh one shows."""
    staff = Staff("", "", (), teacher.cookie)
    fresh = Teacher(
        stage.hub.url, stage.hub.port, staff, teacher.picture.lesson, Commands(), Notices()
    )
    task = stage.group.create_task(fresh.run())
    found = [Violation("stale console", f"{teacher.picture.lesson}: no snapshot")]
    until_s = time.monotonic() + EQUAL_S
    while found and time.monotonic() < until_s:
        await asyncio.sleep(0.1)
        if fresh.is_following:
            found = teacher.picture.differences(fresh.picture)
    task.cancel()
    fresh.leave()
    return found


async def _patiently(read: Callable[[], T]) -> T:
    """What the hub answers, also when it needs a moment."""
    for _ in range(READ_ATTEMPTS):
        try:
            return await asyncio.to_thread(read)
        except (RestError, OSError) as error:
            if isinstance(error, RestError) and error.status < 500:
                raise
            await asyncio.sleep(1)
    return await asyncio.to_thread(read)


def _gathered(violations: Iterable[Violation]) -> tuple[Broken, ...]:
    evidence: dict[str, list[str]] = {}
    for one in violations:
        evidence.setdefault(one.promise, []).append(one.evidence)
    return tuple(
        Broken(promise, len(found), tuple(found[:EXAMPLES])) for promise, found in evidence.items()
    )
