"""The supervisor brings a runtime back that is gone, and says how things stand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from actors.ports import Health, ShardUnavailable
from hub.context import Readiness
from hub.supervisor import Supervisor


@dataclass
class Runtime:
    """A runtime whose health the test decides."""

    found: list[Health] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)

    async def start(self) -> None:
        self._do("start")

    async def stop(self) -> None:
        self._do("stop")

    async def health(self) -> Health:
        return self.found.pop(0) if self.found else Health.WELL

    def _do(self, what: str) -> None:
        self.did.append(what)
        if what in self.failures:
            raise self.failures.pop(what)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.supervisor.CHECK_S", 0.001)
    monkeypatch.setattr("hub.supervisor.HURT_CHECK_S", 0.001)


@asynccontextmanager
async def watched(runtime: Runtime) -> AsyncIterator[tuple[Supervisor, list[Readiness]]]:
    changes: list[Readiness] = []
    supervisor = Supervisor(runtime, changes.append)  # type: ignore[arg-type]
    await supervisor.start()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(supervisor.run())
        yield supervisor, changes
        task.cancel()


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.002)


async def test_nothing_is_restarted_while_a_part_is_being_seen_to() -> None:
    runtime = Runtime(found=[Health.HURT] * 9 + [Health.WELL])
    async with watched(runtime) as (supervisor, changes):
        await until(lambda: len(changes) == 3)
        assert [change.is_ready for change in changes] == [True, False, True]
        assert supervisor.restarts == 0
    assert runtime.did == ["start"]


async def test_a_runtime_that_stays_away_is_let_go_of_and_started_again() -> None:
    runtime = Runtime(found=[Health.GONE])
    async with watched(runtime) as (supervisor, _):
        await until(lambda: runtime.did == ["start", "stop", "start"])
        await until(lambda: supervisor._readiness.is_ready)
        assert supervisor.restarts == 1
        assert await supervisor.readiness() == Readiness(True)


@pytest.mark.parametrize("error", [TimeoutError("hangs"), ShardUnavailable("gone")])
async def test_a_stop_that_fails_keeps_nothing_from_starting(error: Exception) -> None:
    runtime = Runtime(found=[Health.GONE], failures={"stop": error})
    async with watched(runtime):
        await until(lambda: runtime.did == ["start", "stop", "start"])


async def test_what_does_not_work_is_said_also_while_every_part_answers() -> None:
    runtime = Runtime(found=[Health.WELL, Health.HURT])
    said = iter(["Records wait.", "A part is away.", ""])
    changes: list[Readiness] = []

    async def explain(is_healthy: bool) -> str:
        return next(said, "")

    supervisor = Supervisor(runtime, changes.append, explain)  # type: ignore[arg-type]
    await supervisor.start()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(supervisor.run())
        await until(lambda: len(changes) == 4)
        task.cancel()
    assert changes == [
        Readiness(True),
        Readiness(False, "Records wait."),
        Readiness(False, "A part is away."),
        Readiness(True),
    ]


async def test_a_start_that_fails_is_tried_again() -> None:
    runtime = Runtime()
    async with watched(runtime) as (supervisor, _):
        runtime.found = [Health.GONE] * 2
        runtime.failures["start"] = OSError("no port")
        await until(lambda: supervisor.restarts == 2)
        await until(lambda: runtime.did.count("start") == 3)


async def test_a_first_start_in_which_something_dies_is_tried_again() -> None:
    runtime = Runtime(failures={"start": ConnectionError("Ray ended while it began")})
    async with watched(runtime) as (_, changes):
        assert changes == [Readiness(True)]
        assert runtime.did == ["start", "stop", "start"]


async def test_a_start_that_is_impossible_is_not_tried_again() -> None:
    runtime = Runtime(failures={"start": RuntimeError("other settings")})
    with pytest.raises(RuntimeError, match="other settings"):
        await Supervisor(runtime, lambda _: None).start()  # type: ignore[arg-type]
    assert runtime.did == ["start"]


async def test_who_is_replaced_says_so_and_watches_no_longer() -> None:
    runtime = Runtime(found=[Health.REPLACED])
    changes: list[Readiness] = []
    replaced: list[bool] = []
    supervisor = Supervisor(
        runtime,  # type: ignore[arg-type]
        changes.append,
        on_replaced=lambda: replaced.append(True),
    )
    await supervisor.start()
    async with asyncio.timeout(10):
        await supervisor.run()
    assert replaced == [True]
    assert runtime.did == ["start"]
    assert not changes[-1].is_ready
