"""What consoles may still do: looked up for many of them together, again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.sockets.gathering import Gatherer
from safeguarding.permissions import Action, Principal, may
from store.engine import Store
from store.lessons import teachers_of_running_lessons
from store.sessions import find_sessions

GATHER_S = 2.0
"""A question that is not urgent waits this long for others: one query serves them all."""


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


RightsDesk = Gatherer[Asked, Rights]


def rights_desk(store: Store, now_ms: Callable[[], int]) -> RightsDesk:
    """Answers from the store as it is when it looks. `now_ms` is the wall clock."""
    return Gatherer(lambda questions: look_up(store, questions, now_ms()), GATHER_S)


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
