"""Questions to the store that many sockets ask at once, answered together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

URGENT_S = 0.01


class Gatherer(Generic[Question, Answer]):
    """Gathers questions for `gather_s` and has `look_up` answer them in a thread, in order.

    Guarantees: each answer is from after its question; one who gives up harms no other. What
    `look_up` raises is raised to all who asked together.
    """

    def __init__(
        self, look_up: Callable[[list[Question]], list[Answer]], gather_s: float = URGENT_S
    ) -> None:
        self._look_up = look_up
        self._gather_s = gather_s
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []

    async def ask(self, question: Question, *, is_urgent: bool = False) -> Answer:
        """The answer; within `gather_s` and the time that the store takes, at once if urgent."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, future))
        if is_urgent or len(self._waiting) == 1:
            loop.call_later(URGENT_S if is_urgent else self._gather_s, self._look)
        return await future

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        waiting = [entry for entry in waiting if not entry[1].done()]
        if not waiting:
            return
        looking = asyncio.get_running_loop().run_in_executor(
            None, self._look_up, [question for question, _ in waiting]
        )
        looking.add_done_callback(lambda found: _answer(waiting, found))


def _answer(
    waiting: list[tuple[Question, asyncio.Future[Answer]]], found: asyncio.Future[list[Answer]]
) -> None:
    error = None if found.cancelled() else found.exception()
    for at, (_, future) in enumerate(waiting):
        if future.done():
            continue
        if found.cancelled():
            future.cancel()
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(found.result()[at])
