"""The way to one shard: one batch in flight, the next one gathers meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from actors.ports import (
    Answer,
    Command,
    Delivered,
    EndLesson,
    FrameFault,
    FrameItem,
    Item,
    JoinLesson,
    LeaveLesson,
    Lock,
    Refusal,
    ShardUnavailable,
    StartLesson,
    Traced,
    Unlock,
)
from actors.tracing import Trace, span, takes_sample
from hub.sockets.quarantine import Quarantine
from wire.errors import Fault

GATHER_S = 0.1
"""While batches follow one another faster than this, frames wait to be gathered."""
RETRY_S = 0.1
PENDING_ITEMS = 20_000
PENDING_BYTES = 64 * 1024 * 1024
"""Items and bytes that may wait; no device's frames are read while there are more."""
SET_ASIDE = "The server cannot take this: it was set aside."

_TRACED = (StartLesson, JoinLesson, LeaveLesson, EndLesson, Lock, Unlock)
_log = structlog.get_logger(__name__)


class Lane:
    """Brings frames and commands to a shard, in the order of the calls.

    A batch that the shard did not take is brought again, until it does; so what waits is bounded
    by whoever heeds `put`, and a command is answered once. A command whose asker gave up before
    the shard took it is not brought: nobody's screens lock a minute after they were told no.

    `ask_life` tells which life of the shard answers now. A frame or command of which the shard dies
    again and again is refused and given to `set_aside` (see `hub.sockets.quarantine`).
    """

    def __init__(
        self,
        name: str,
        deliver: Callable[[list[Item]], Awaitable[Delivered]],
        on_delivered: Callable[[Delivered], None],
        ask_life: Callable[[], Awaitable[str]],
        set_aside: Callable[[Item], None],
    ) -> None:
        self._name = name
        self.life = ""
        """The life of the shard that was heard of last."""
        self._ask_life = ask_life
        self._set_aside = set_aside
        self._quarantine = Quarantine()
        self._deliver_once = deliver
        self._on_delivered = on_delivered
        self._pending: list[Item] = []
        self._answers: list[asyncio.Future[Answer]] = []
        self._bytes = 0
        self._ready = asyncio.Event()
        self._urgent = asyncio.Event()
        self._wait_for_room: list[Callable[[], None]] = []

    @property
    def depth(self) -> int:
        """How many items wait."""
        return len(self._pending)

    def put(self, frame: FrameItem, *, urgent: bool = False) -> bool:
        """Bring a device's frame; False: its device should send no more until there is room."""
        if takes_sample():
            with span("hub frame", kind=frame[2]) as trace:
                self._mark(trace)
        self._pending.append(frame)
        self._bytes += len(frame[4])
        self._ready.set()
        if urgent:
            self._urgent.set()
        return len(self._pending) <= PENDING_ITEMS and self._bytes <= PENDING_BYTES

    def when_room(self, call: Callable[[], None]) -> None:
        """Call this as soon as there is room."""
        self._wait_for_room.append(call)

    async def ask(self, command: Command) -> Answer:
        """Bring a command; returns its answer. What a teacher asks of a lesson can be traced."""
        if not isinstance(command, _TRACED):
            return await self._ask(command)
        with span("hub command", kind=type(command).__name__) as trace:
            self._mark(trace)
            return await self._ask(command)

    def _mark(self, trace: Trace | None) -> None:
        """What is brought next belongs to this trace."""
        if trace:
            self._pending.append(Traced(trace))
            self._answers.append(asyncio.get_running_loop().create_future())

    async def _ask(self, command: Command) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pending.append(command)
        self._answers.append(future)
        self._urgent.set()
        self._ready.set()
        return await future

    def tell(self, command: Command) -> None:
        """Bring a command whose answer nobody waits for."""
        self._pending.append(command)
        self._answers.append(asyncio.get_running_loop().create_future())
        self._urgent.set()
        self._ready.set()

    async def run(self) -> None:
        """Bring batches until cancelled."""
        loop = asyncio.get_running_loop()
        began = 0.0
        while True:
            await self._ready.wait()
            early_s = began + GATHER_S - loop.time()
            if early_s > 0 and not self._urgent.is_set():
                try:
                    async with asyncio.timeout(early_s):
                        await self._urgent.wait()
                except TimeoutError:
                    pass
            began = loop.time()
            batch, self._pending = self._pending, []
            answers, self._answers = self._answers, []
            self._bytes = 0
            self._ready.clear()
            self._urgent.clear()
            waiting, self._wait_for_room = self._wait_for_room, []
            for call in waiting:
                call()
            await self._deliver(batch, answers)

    async def _deliver(self, batch: list[Item], answers: list[asyncio.Future[Answer]]) -> None:
        _drop_abandoned(batch, answers)
        parts = self._quarantine.parts(batch)
        for place, part in enumerate(parts):
            commands = sum(type(item) is not tuple for item in part)
            asked, answers = answers[:commands], answers[commands:]
            if not await self._bring(part, asked):
                left = [item for later in parts[place:] for item in later]
                return await self._deliver(left, [*asked, *answers])

    async def _bring(self, part: list[Item], answers: list[asyncio.Future[Answer]]) -> bool:
        """Bring a part of a batch until the shard takes it; False: it has to be parted further."""
        is_told = False
        while True:
            _drop_abandoned(part, answers)
            life = self.life
            try:
                delivered = await self._deliver_once(part)
                break
            except ShardUnavailable as error:
                if not is_told:
                    _log.warning("shard_unavailable", shard=self._name, error=str(error))
                is_told = True
            await self._await_life()
            if self.life == life or not life:
                continue
            self._quarantine.died(part)
            if self._quarantine.is_culprit(part):
                delivered = self._refuse(part[0])
                break
            if len(self._quarantine.parts(part)) > 1:
                return False
        self._quarantine.survived(part, delivered.received)
        for future, answer in zip(answers, delivered.answers, strict=True):
            if not future.done():
                future.set_result(answer)
        self._on_delivered(delivered)
        return True

    async def _await_life(self) -> None:
        """Wait until the shard answers, and know which life of it does."""
        while True:
            await asyncio.sleep(RETRY_S)
            try:
                self.life = await self._ask_life()
            except ShardUnavailable:
                continue
            return

    def _refuse(self, item: Item) -> Delivered:
        """The answer to what ends the shard's process."""
        self._quarantine.forget(item)
        self._set_aside(item)
        if type(item) is tuple:
            _log.error("frame_set_aside", shard=self._name, device=item[0], type=item[2])
            fault = FrameFault(item[1], item[3], Fault.INVALID.value, SET_ASIDE)
            return Delivered({}, (fault,), ())
        _log.error("command_set_aside", shard=self._name, command=type(item).__name__)
        return Delivered({}, (), (Refusal(Fault.UNAVAILABLE.value, SET_ASIDE),))


def _drop_abandoned(batch: list[Item], answers: list[asyncio.Future[Answer]]) -> None:
    """Take the commands out for whose answers nobody waits any more."""
    if not any(future.cancelled() for future in answers):
        return
    futures = iter(answers)
    batch[:] = [item for item in batch if type(item) is tuple or not next(futures).cancelled()]
    answers[:] = [future for future in answers if not future.cancelled()]
