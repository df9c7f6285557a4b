"""One teacher who watches lessons through a console."""

from __future__ import annotations

import asyncio
import time
from array import array

from loadtests.connection import Connection, connect
from loadtests.ledger import Ledger, read_title
from loadtests.locks import Locks
from loadtests.school import socket_url
from wire.codec import Catalogue, encode
from wire.messages import (
    TO_CONSOLE,
    Changed,
    ConsoleWelcome,
    Heartbeat,
    LockAsked,
    Message,
    Refused,
    ScreenPicture,
    ScreensWanted,
    ScreenWanted,
    Snapshot,
    SubscribeAsked,
    UnlockAsked,
)
from wire.session import Backoff

_HEARTBEAT_S = 10.0
_to_console = Catalogue(TO_CONSOLE)


class Sights:
    """What all teachers of a process see, together."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.locks = Locks()
        self.pictures = 0
        self.pictures_ms = array("d")


class Teacher:
    """One console that follows lessons by cursor and enters what it sees in the ledger."""

    def __init__(self, hub: str, cookie: str, lessons: list[str], sights: Sights) -> None:
        self.failures = 0
        self.detail = ""
        self.following: set[str] = set()
        self.devices: dict[str, set[str]] = {lesson: set() for lesson in lessons}
        """Connected devices by lesson."""
        self._hub = hub
        self._cookie = cookie
        self._cursors = dict.fromkeys(lessons, "")
        self._sights = sights
        self._members: dict[str, set[str]] = {}
        self._pictures_ms = 0
        self._requests = 0
        self._connection: Connection | None = None
        self._lost = asyncio.Event()

    @property
    def is_following(self) -> bool:
        """Whether every lesson has been sent by the hub on this connection."""
        return len(self.following) == len(self._cursors)

    async def run(self) -> None:
        """Watch until cancelled; come back by cursor when the connection breaks."""
        backoff = Backoff(most_s=5.0)
        headers = {"Cookie": self._cookie, "Origin": self._hub.rstrip("/")}
        while True:
            self._lost.clear()
            try:
                await connect(socket_url(self._hub, "/console"), self, headers=headers)
                while not self._lost.is_set():
                    try:
                        await asyncio.wait_for(self._lost.wait(), _HEARTBEAT_S)
                    except TimeoutError:
                        self._send(Heartbeat())
            except OSError as error:
                self.failures += 1
                self.detail = str(error)
            await asyncio.sleep(backoff.next_delay_s())

    # --- what the teacher does --------------------------------------------------------------

    def lock(self, round_: int) -> None:
        """Lock every lesson; `round_` is the number of this click of all teachers."""
        now_s = time.monotonic()
        for lesson, devices in self.devices.items():
            self._sights.locks.click(round_, lesson, devices, now_s)
            self._send(LockAsked(lesson, message="Please look at the board."))

    def unlock(self) -> None:
        """Unlock every lesson."""
        for lesson in self._cursors:
            self._sights.locks.release(lesson)
            self._send(UnlockAsked(lesson))

    def watch_wall(self, pictures_ms: int) -> None:
        """Ask for pictures of every device of the lessons."""
        self._pictures_ms = pictures_ms
        for lesson, members in self._members.items():
            wanted = [ScreenWanted(one, "wall", 0, pictures_ms) for one in sorted(members)]
            self._send(ScreensWanted(lesson, tuple(wanted[:512])))

    # --- the connection ---------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """The hub accepted the console; it speaks first."""
        self._connection = connection

    def received(self, frame: bytes) -> None:
        """One frame of the hub."""
        _, message = _to_console.decode(frame)
        match message:
            case Changed():
                self._take_changes(message)
            case Snapshot():
                self._take_snapshot(message)
            case ScreenPicture():
                self._sights.pictures += 1
                self._sights.pictures_ms.append(time.monotonic() * 1000 - message.at_ms)
            case ConsoleWelcome():
                for lesson, cursor in self._cursors.items():
                    self._send(SubscribeAsked(lesson, cursor))
                if self._pictures_ms:
                    self.watch_wall(self._pictures_ms)
            case Refused():
                self.failures += 1
                self.detail = f"{message.fault}: {message.detail}"

    def closed(self, reason: str) -> None:
        """The connection is gone."""
        self._connection = None
        self.following.clear()
        self.failures += 1
        self.detail = reason
        self._lost.set()

    def _send(self, message: Message) -> None:
        if self._connection is not None:
            self._requests += 1
            self._connection.send([encode(message, self._requests)])

    def _take_changes(self, message: Changed) -> None:
        now_s = time.monotonic()
        now_us = int(now_s * 1e6)
        lesson = message.lesson
        self._cursors[lesson] = message.cursor
        self.following.add(lesson)
        for entry in message.devices:
            device = str(entry["device"])
            self._note(lesson, device, entry.get("connection"))
            if entry.get("lock_state") == "applied":
                self._sights.locks.confirm(lesson, device, now_s)
            title = entry.get("title")
            found = read_title(title) if isinstance(title, str) else None
            if found:
                index, serial, sent_us = found
                self._sights.ledger.see(index, serial, (now_us - sent_us) / 1000)

    def _take_snapshot(self, message: Snapshot) -> None:
        lesson = message.lesson
        self._cursors[lesson] = message.cursor
        self.following.add(lesson)
        self._members[lesson] = {state.device for state in message.devices}
        for state in message.devices:
            self._note(lesson, state.device, state.connection)
            found = read_title(state.title)
            if found:
                self._sights.ledger.see_in_snapshot(found[0], found[1])

    def _note(self, lesson: str, device: str, connection: object) -> None:
        if connection == "connected":
            self.devices[lesson].add(device)
        elif connection is not None:
            self.devices[lesson].discard(device)
            self._sights.locks.leave(lesson, device)
