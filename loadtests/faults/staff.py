"""Teachers who follow their lessons through everything, lock and unlock, and remember what they
were told."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from loadtests.connection import Connection, connect
from loadtests.faults.picture import Picture
from loadtests.rest import request
from loadtests.school import Staff, socket_url
from wire.codec import Catalogue, encode
from wire.messages import (
    TO_CONSOLE,
    Answered,
    Changed,
    ConsoleWelcome,
    Heartbeat,
    LockAsked,
    Message,
    Refused,
    ServiceChanged,
    Snapshot,
    SubscribeAsked,
    UnlockAsked,
)
from wire.session import Backoff

_HEARTBEAT_S = 5.0
_SILENCE_S = 20.0
_PATIENCE_S = 20.0
_UNSURE = (
    "unavailable: The server is catching up.",
    "unavailable: This could not be stored yet.",
)
"""Refusals after which the command may still be carried out."""
_to_console = Catalogue(TO_CONSOLE)

Outcome = Literal["answered", "refused", "unknown"]


@dataclass(slots=True)
class Commands:
    """What became of the commands of all teachers, by act of the audit record."""

    answered: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    unsure: Counter[str] = field(default_factory=Counter)
    """Refused ones that may have been carried out all the same."""
    unsure_lessons: set[str] = field(default_factory=set)
    """Lessons with a command that was refused so, or whose answer never came."""
    refusals: Counter[str] = field(default_factory=Counter)
    """The words of refusals."""


@dataclass(slots=True)
class Notices:
    """When consoles were told how the service is."""

    degraded_s: list[float] = field(default_factory=list)
    """Moments, on the monotonic clock: told degraded, or the connection was lost."""


class Teacher:
    """One console with one lesson, that comes back by cursor whenever its connection breaks."""

    def __init__(
        self, hub: str, port: int, staff: Staff, lesson: str, commands: Commands, notices: Notices
    ) -> None:
        self.picture = Picture(lesson)
        self.is_following = False
        self.cookie = staff.cookie
        self._hub = hub
        self._url = socket_url(f"http://127.0.0.1:{port}", "/console")
        self._commands = commands
        self._notices = notices
        self._requests = 0
        self._subscribing = 0
        self._asked: dict[int, asyncio.Future[str]] = {}
        self._connection: Connection | None = None
        self._lost = asyncio.Event()
        self._heard_s = 0.0

    async def run(self) -> None:
        """Follow the lesson until cancelled."""
        backoff = Backoff(most_s=2.0)
        headers = {"Cookie": self.cookie, "Origin": self._hub.rstrip("/")}
        while True:
            self._lost.clear()
            with contextlib.suppress(OSError):
                opening = await connect(self._url, self, headers=headers)
                self._heard_s = time.monotonic()
                await self._stay(opening)
            await asyncio.sleep(backoff.next_delay_s())
            if self.is_following:
                backoff.reset()

    async def command(self, message: LockAsked | UnlockAsked) -> Outcome:
        """Ask, and wait for the answer; `unknown` when the connection broke first."""
        act = "screens_locked" if isinstance(message, LockAsked) else "screens_unlocked"
        if self._connection is None:
            return "unknown"
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._asked[self._send(message)] = answer
        try:
            async with asyncio.timeout(_PATIENCE_S):
                said = await answer
        except (TimeoutError, ConnectionError):
            self._commands.unknown[act] += 1
            self._commands.unsure_lessons.add(message.lesson)
            return "unknown"
        if said:
            self._commands.refused[act] += 1
            if said.startswith(_UNSURE):
                self._commands.unsure[act] += 1
                self._commands.unsure_lessons.add(message.lesson)
            self._commands.refusals[said] += 1
            return "refused"
        self._commands.answered[act] += 1
        return "answered"

    async def teach(self, rng: random.Random, gap_s: float, is_over: asyncio.Event) -> None:
        """Lock and unlock at random until it is over."""
        while not is_over.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rng.uniform(0.5, 1.5) * gap_s):
                    await is_over.wait()
                return
            await self.command(self._next_command(rng))

    def leave(self) -> None:
        """Close the connection; whoever runs this console has ended it."""
        if self._connection is not None:
            self._connection.close()

    # --- the connection ---------------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """The hub accepted the console; it speaks first."""
        self._connection = connection

    def received(self, frame: bytes) -> None:
        """One frame of the hub."""
        self._heard_s = time.monotonic()
        _, message = _to_console.decode(frame)
        match message:
            case ConsoleWelcome():
                self._subscribe()
            case Snapshot():
                self.picture.replace(message)
                self.is_following = True
            case Changed():
                self.picture.apply(message)
                self.is_following = True
            case Answered():
                self._settle(message.request, "")
            case Refused():
                self._settle(message.request, f"{message.fault}: {message.detail}")
            case ServiceChanged(state="degraded"):
                self._notices.degraded_s.append(time.monotonic())

    def closed(self, reason: str) -> None:
        """The connection is gone."""
        if self._connection is not None:
            self._notices.degraded_s.append(time.monotonic())
        self._connection = None
        self.is_following = False
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ConnectionError(reason))
                answer.exception()  # whoever asked may have given up
        self._asked.clear()
        self._lost.set()

    async def _stay(self, opening: Connection) -> None:
        while not self._lost.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_HEARTBEAT_S):
                    await self._lost.wait()
                return
            if time.monotonic() - self._heard_s > _SILENCE_S:
                # A follower hears nothing of an idle lesson; the answer to a subscription is heard.
                self._subscribe()
                if time.monotonic() - self._heard_s > 2 * _SILENCE_S:
                    opening.close("silent")
                    return
            self._send(Heartbeat())

    def _subscribe(self) -> None:
        self._subscribing = self._send(SubscribeAsked(self.picture.lesson, self.picture.cursor))

    def _send(self, message: Message) -> int:
        self._requests += 1
        if self._connection is not None:
            self._connection.send([encode(message, self._requests)])
        return self._requests

    def _settle(self, request_number: int, refusal: str) -> None:
        if request_number == self._subscribing:
            self.is_following = not refusal
            if refusal and self._connection is not None:
                self._connection.close(refusal)
        answer = self._asked.pop(request_number, None)
        if answer is not None and not answer.done():
            answer.set_result(refusal)

    def _next_command(self, rng: random.Random) -> LockAsked | UnlockAsked:
        devices = sorted(self.picture.devices)
        some = tuple(rng.sample(devices, min(len(devices), rng.randint(1, 3))))
        lesson = self.picture.lesson
        chance = rng.random()
        if chance < 0.3:
            return LockAsked(lesson, message="Eyes on me")
        if chance < 0.45:
            return LockAsked(lesson, devices=some, message="Eyes on me")
        if chance < 0.55:
            return LockAsked(lesson, devices=some, message="A moment", countdown_s=5.0)
        return UnlockAsked(lesson, devices=some if chance < 0.7 else ())


def begin_lesson(hub: str, staff: Staff) -> str:
    """Begin the lesson of a teacher's class, or find the one that runs; returns its id.

    Raises `RestError` or `OSError`.
    """
    wanted = staff.classes[0]
    body = {"site": wanted.site, "class_id": wanted.class_id, "members": "devices"}
    answer, _ = request(hub, "POST", "/api/lessons", body, staff.cookie)
    return str(answer["lesson"]["id"])


def signed_in(hub: str, staff: Staff) -> Staff:
    """The teacher with a session; raises `RestError` or `OSError`."""
    if staff.cookie:
        return staff
    body = {"user": staff.user, "password": staff.password}
    return Staff(staff.user, "", staff.classes, request(hub, "POST", "/api/session", body)[1])
