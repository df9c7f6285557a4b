"""What consoles may still do: looked up for many of them together, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from safeguarding.permissions import Action, Principal, may
from store.engine import Store
from store.lessons import teachers_of_running_lessons
from store.sessions import find_sessions

GATHER_S = 2.0
"""A question that is not urgent waits this long for others: one query serves them all."""
URGENT_S = 0.01


@dataclass(frozen=True, slots=True)
class Asked:
    """A console's question: whose session is this, and may it follow these lessons?"""

    token_hash: bytes
    lessons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    """The answer: the person now, None when the session is over, and the lessons still allowed."""

    principal: Principal | None
    lessons: frozenset[str] = frozenset()


class RightsDesk:
    """Answers from the store as it is when it looks, for all who asked meanwhile.

    `now_ms` is the wall clock. A store that is out of reach raises what it raises.
    """

    def __init__(self, store: Store, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms
        self._waiting: list[tuple[Asked, asyncio.Future[Rights]]] = []

    async def ask(self, asked: Asked, *, is_urgent: bool = False) -> Rights:
        """The rights of a moment after the call; within `GATHER_S`, at once if urgent."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Rights] = loop.create_future()
        self._waiting.append((asked, future))
        if is_urgent or len(self._waiting) == 1:
            loop.call_later(URGENT_S if is_urgent else GATHER_S, self._look)
        return await future

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        questions = [asked for asked, _ in waiting]
        looking = asyncio.get_running_loop().run_in_executor(
            None, look_up, self._store, questions, self._now_ms()
        )
        looking.add_done_callback(lambda found: _answer(waiting, found))


def _answer(
    waiting: list[tuple[Asked, asyncio.Future[Rights]]], found: asyncio.Future[list[Rights]]
) -> None:
    if found.cancelled():
        for _, future in waiting:
            future.cancel()
        return
    error = found.exception()
    for at, (_, future) in enumerate(waiting):
        if future.done():
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(found.result()[at])


def look_up(store: Store, questions: list[Asked], now_ms: int) -> list[Rights]:
    """The answer to each question, in order; a handful of queries however many there are."""
    people = find_sessions(store, sorted({asked.token_hash for asked in questions}), now_ms)
    wanted = {
        (people[asked.token_hash].trust, lesson)
        for asked in questions
        if asked.token_hash in people
        for lesson in asked.lessons
    }
    running = teachers_of_running_lessons(store, wanted)
    answers = []
    for asked in questions:
        person = people.get(asked.token_hash)
        if person is None:
            answers.append(Rights(None))
            continue
        principal = person.principal
        allowed = frozenset(
            lesson
            for lesson in asked.lessons
            if (found := running.get((person.trust, lesson)))
            and may(
                principal,
                Action.FOLLOW_LESSON,
                trust=person.trust,
                site=found[0],
                teachers=found[1],
            )
        )
        answers.append(Rights(principal, allowed))
    return answers
