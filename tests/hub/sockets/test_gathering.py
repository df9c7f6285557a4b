"""Questions that come together are answered together, each with its own answer."""

from __future__ import annotations

import asyncio
import threading

import pytest

from hub.sockets.gathering import Gatherer


async def test_those_who_ask_together_are_looked_up_once_and_in_order() -> None:
    batches: list[list[int]] = []

    def look_up(questions: list[int]) -> list[int]:
        assert threading.current_thread() is not threading.main_thread()
        batches.append(questions)
        return [question * 2 for question in questions]

    gatherer = Gatherer(look_up)
    assert await asyncio.gather(*(gatherer.ask(n) for n in range(50))) == list(range(0, 100, 2))
    assert batches == [list(range(50))]
    assert await gatherer.ask(7) == 14


async def test_an_urgent_question_takes_the_others_along() -> None:
    gatherer: Gatherer[str, str] = Gatherer(lambda questions: questions, gather_s=3600)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        patient = group.create_task(gatherer.ask("patient"))
        await asyncio.sleep(0)
        assert await gatherer.ask("urgent", is_urgent=True) == "urgent"
    assert patient.result() == "patient"


async def test_one_that_gives_up_harms_no_other_and_is_not_looked_up() -> None:
    asked: list[str] = []
    gatherer: Gatherer[str, str] = Gatherer(lambda questions: asked.extend(questions) or questions)
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(gatherer.ask("gone"))
        stays = group.create_task(gatherer.ask("stays"))
        await asyncio.sleep(0)
        gone.cancel()
    assert stays.result() == "stays"
    assert asked == ["stays"]


async def test_what_goes_wrong_is_told_to_all_and_the_next_is_answered() -> None:
    failures = [OSError("the database is away")]

    def look_up(questions: list[str]) -> list[str]:
        if failures:
            raise failures.pop()
        return questions

    gatherer = Gatherer(look_up)
    outcomes = await asyncio.gather(gatherer.ask("a"), gatherer.ask("b"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [OSError, OSError]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await gatherer.ask("c")
    assert await gatherer.ask("d") == "d"
