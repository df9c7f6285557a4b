"""The actors of one shard, and what becomes of their effects. No I/O: time is an argument."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec
import structlog

from actors.classroom import Classroom
from actors.device import NOT_A_MEMBER, Device
from actors.effects import (
    Acknowledge,
    CloseDevice,
    Commit,
    Effect,
    Keep,
    Publish,
    ShowPicture,
    Tell,
    ToDevice,
    ToViewer,
    WelcomeAgain,
)
from actors.keys import Key, Kind, lesson_topic
from actors.log import Log
from actors.ports import (
    Answer,
    Attach,
    Command,
    Delivered,
    Detach,
    DirectoryEntry,
    Done,
    EndLesson,
    FrameFault,
    FrameItem,
    Item,
    JoinLesson,
    LeaveLesson,
    LessonView,
    Lock,
    PeerRestarted,
    Refusal,
    SignalDevice,
    SiteSummary,
    StartLesson,
    Told,
    Traced,
    Unlock,
    Watch,
    Watched,
)
from actors.register import Register
from actors.timers import Timers
from actors.tracing import Trace
from actors.viewing import NOT_RECORDED
from actors.walls import Walls
from store.lessons import StoredLesson
from wire.errors import Fault

FAILED = "The server could not carry this out."
ROOM = 10_000
"""Records that may wait here; past that, messages of devices are shown, but not kept."""

_encode = msgspec.msgpack.encode
_log = structlog.get_logger(__name__)


class House:
    """Houses the actors of one shard and carries out what they return.

    Guarantees: what one actor is told takes effect before the next one is told something, in
    the order of telling; an item at which an actor fails is refused, and harms no other.

    `locate` names the shard of a key. What is for another shard gathers in `tells`, what has to
    be stored in `records`; whoever runs the house takes both away, says what is `stored`, and
    sets `can_record`: without it nobody begins a lesson, locks or takes control.
    """

    def __init__(
        self, name: str, epoch: str, locate: Callable[[Key], str], order_lease_s: float
    ) -> None:
        self.name = name
        self.log = Log(epoch)
        self.tells: list[tuple[Key, object]] = []
        self.traces: list[Trace] = []
        self.records: list[Commit | Keep] = []
        self.can_record = True
        self._unsettled = 0
        self._without_room: set[str] = set()
        self._locate = locate
        self._order_lease_s = order_lease_s
        self._devices: dict[str, Device] = {}
        self._classrooms: dict[Key, Classroom] = {}
        self._registers: dict[Key, Register] = {}
        self._members: dict[str, set[str]] = {}
        self._watched: dict[tuple[str, str], set[str]] = {}
        self._walls = Walls()
        self._timers = Timers()
        self._mail: deque[tuple[Key, object]] = deque()

    @property
    def devices(self) -> int:
        """How many devices live here."""
        return len(self._devices)

    @property
    def has_lessons(self) -> bool:
        """Whether a lesson, or a part of one, lives here."""
        return bool(self._classrooms) or any(self._members.values())

    # --- in -----------------------------------------------------------------------------------

    def restore(self, lessons: Iterable[StoredLesson], now_ms: int) -> None:
        """Take up the lessons whose classroom lives here."""
        for lesson in lessons:
            key = Key(lesson.trust, lesson.site, Kind.CLASSROOM, lesson.id)
            if self._locate(key) == self.name:
                self._carry_out(self._classroom(key).restore(lesson, now_ms))
                self._timers.set(str(key), self._classroom(key).wake_at_ms)
        self._take_mail(now_ms)

    def deliver(self, items: Sequence[Item], now_ms: int) -> Delivered:
        """Carry out a batch, in order."""
        received: dict[int, int] = {}
        faults: list[FrameFault] = []
        answers: list[Answer] = []
        for item in items:
            try:
                if type(item) is tuple:
                    fault = self._frame(item, received, now_ms)
                    if fault:
                        faults.append(fault)
                else:
                    answers.append(self._command(item, now_ms))  # type: ignore[arg-type]
            except Exception:  # noqa: BLE001 (one faulty actor must not take a batch with it)
                _log.exception("item_failed", shard=self.name, item=_described(item))
                if type(item) is tuple:
                    faults.append(FrameFault(item[1], item[3], Fault.INVALID, FAILED))
                else:
                    answers.append(Refusal(Fault.INVALID, FAILED))
            self._take_mail(now_ms)
        return Delivered(received, tuple(faults), tuple(answers))

    def told(self, messages: Sequence[Told], now_ms: int) -> None:
        """Take what actors of other shards tell those here."""
        self._mail.extend(messages)
        self._take_mail(now_ms)

    def wake(self, now_ms: int) -> None:
        """Wake every actor whose time has come."""
        for text in self._timers.take_due(now_ms):
            actor = self._devices.get(text) or self._classrooms.get(Key.parse(text))
            if actor is None:
                continue
            before = actor.lesson if isinstance(actor, Device) else None
            effects = actor.wake(now_ms)
            if isinstance(actor, Device):
                self._index(actor, before)
            self._carry_out(effects)
            self._after(text, actor)
            self._take_mail(now_ms)

    def stored(self, records: Sequence[Commit | Keep]) -> None:
        """These are stored, or can never be; devices may be told of what is settled by it."""
        self._unsettled -= len(records)
        for record in records:
            if isinstance(record, Keep) and record.settles:
                text, epoch, number = record.settles
                if device := self._devices.get(text):
                    self._carry_out(device.stored(epoch, number))
        if self._without_room and self._unsettled <= ROOM // 2:
            texts, self._without_room = self._without_room, set()
            for text in texts:
                self._carry_out(self._devices[text].ask_again())

    @property
    def wake_at_ms(self) -> int | None:
        """When `wake` is due next."""
        return self._timers.next_ms

    # --- out ----------------------------------------------------------------------------------

    def view(self, topic: str) -> LessonView:
        """This house's part of a lesson now."""
        lesson: bytes | None = None
        for key, classroom in self._classrooms.items():
            if lesson_topic(key.trust, key.site, key.id) == topic and classroom.state:
                lesson = _encode(classroom.state)
        devices = tuple(
            _encode(self._devices[text].state) for text in sorted(self._members.get(topic, ()))
        )
        return LessonView(self.log.epoch, self.log.position, lesson, devices)

    def directory(self, trust: str, site: str) -> list[DirectoryEntry]:
        """The devices known to a site's register, if it lives here."""
        register = self._registers.get(Key(trust, site, Kind.REGISTER, site))
        return register.directory() if register else []

    def summaries(self, trust: str) -> list[SiteSummary]:
        """The sites of a trust whose register lives here."""
        return [r.summary() for key, r in self._registers.items() if key.trust == trust]

    # --- commands -----------------------------------------------------------------------------

    def _frame(self, item: FrameItem, received: dict[int, int], now_ms: int) -> FrameFault | None:
        text, session, name, seq, payload = item
        device = self._devices.get(text)
        if device is None:
            return None
        if not device.is_attached(session):
            self._carry_out(device.overhear(session, name, now_ms))
            self._after(text, device)
            return None
        effects, fault = device.frame(
            session, name, seq, payload, now_ms, has_room=self._unsettled < ROOM
        )
        if seq and not fault:
            received[session] = device.numbers.settled
            if device.numbers.has_missed:
                self._without_room.add(text)
        if effects:
            self._carry_out(effects)
        return fault

    def _command(self, command: Command, now_ms: int) -> Answer:
        match command:
            case Attach():
                device = self._device(command.device)
                attached, effects = device.attach(command, now_ms)
                self._carry_out(effects)
                self._after(str(command.device), device)
                return attached
            case Detach():
                device = self._device(command.device)
                self._carry_out(device.detach(command, now_ms))
            case Watch():
                return self._watch(command, now_ms)
            case SignalDevice():
                self._carry_out(self._device(command.device).signal(command))
            case Traced():
                self.traces.append(command.trace)
            case PeerRestarted():
                self._announce(command.shard, now_ms)
            case _:
                return self._lesson_command(command, now_ms)
        return Done()

    def _lesson_command(self, command: Command, now_ms: int) -> Answer:
        if not self.can_record and isinstance(command, StartLesson | JoinLesson | Lock):
            return Refusal(Fault.UNAVAILABLE, NOT_RECORDED)
        classroom = self._classroom(command.classroom)  # type: ignore[union-attr]
        match command:
            case StartLesson():
                answer, effects = classroom.start(command, now_ms)
            case JoinLesson():
                answer, effects = classroom.join(command, now_ms)
            case LeaveLesson():
                answer, effects = classroom.leave(command, now_ms)
            case EndLesson():
                answer, effects = classroom.end(command, now_ms)
            case Lock():
                answer, effects = classroom.lock(command, now_ms)
            case Unlock():
                answer, effects = classroom.unlock(command, now_ms)
            case _:
                return Refusal(Fault.INVALID, f"unknown command {type(command).__name__}")
        self._carry_out(effects)
        self._after(str(classroom.key), classroom)
        return answer

    def _watch(self, command: Watch, now_ms: int) -> Watched:
        refused: dict[str, str] = {}
        mine = {
            str(screen.device): screen
            for screen in command.screens
            if self._locate(screen.device) == self.name
        }
        before = self._watched.pop((command.hub, command.viewer), set())
        for text in before - mine.keys():
            if watched := self._devices.get(text):
                _, effects = watched.watch(command, None, now_ms)
                self._carry_out(effects)
        for text, screen in mine.items():
            device = self._devices.get(text)
            if device is None:
                refused[screen.device.id] = NOT_A_MEMBER
                continue
            refusal, effects = device.watch(command, screen, now_ms, self.can_record)
            if refusal:
                refused[screen.device.id] = refusal
            elif screen.mode == "wall":
                self._carry_out(self._walls.open(command, now_ms))
            self._carry_out(effects)
            self._after(text, device)
        if mine:
            self._watched[command.hub, command.viewer] = set(mine)
        else:
            self._walls.close(command.hub, command.viewer)
        return Watched(refused)

    def _announce(self, shard: str, now_ms: int) -> None:
        effects: list[Effect] = []
        for device in self._devices.values():
            effects += device.announce()
        for classroom in self._classrooms.values():
            effects += classroom.announce(now_ms)
        self._carry_out(e for e in effects if isinstance(e, Tell) and self._locate(e.key) == shard)

    # --- effects ------------------------------------------------------------------------------

    def _take_mail(self, now_ms: int) -> None:
        """Have the actors here take what they were told, until nobody tells any more."""
        while self._mail:
            key, message = self._mail.popleft()
            try:
                self._tell(key, message, now_ms)
            except Exception:  # noqa: BLE001 (nor the mail of the others)
                _log.exception("message_failed", shard=self.name, actor=str(key))

    def _tell(self, key: Key, message: object, now_ms: int) -> None:
        match key.kind:
            case Kind.DEVICE:
                device = self._device(key)
                before = device.lesson
                effects = device.told(message, now_ms)
                self._index(device, before)
                self._carry_out(effects)
                self._after(str(key), device)
            case Kind.CLASSROOM:
                classroom = self._classroom(key)
                self._carry_out(classroom.told(message, now_ms))
                self._after(str(key), classroom)
            case Kind.REGISTER:
                register = self._registers.setdefault(key, Register(key))
                self._carry_out(register.told(message, now_ms))

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Publish(topic, patch):
                    self.log.publish(topic, patch)
                case ToDevice(hub, session, frame):
                    self.log.for_device(hub, session, frame)
                case ToViewer(hub, viewer, frame):
                    self.log.for_viewer(hub, viewer, frame)
                case ShowPicture(hub, viewer, device, frame):
                    self.log.show(hub, viewer, device, frame)
                case Tell(key, message):
                    if self._locate(key) == self.name:
                        self._mail.append((key, message))
                    else:
                        self.tells.append((key, message))
                case Commit() | Keep():
                    self.records.append(effect)
                    self._unsettled += 1
                case Acknowledge(hub, session, number):
                    self.log.acknowledge(hub, session, number)
                case WelcomeAgain(hub, session):
                    self.log.welcome_again(hub, session)
                case CloseDevice(hub, session):
                    self.log.close_device(hub, session)

    def _device(self, key: Key) -> Device:
        text = str(key)
        device = self._devices.get(text)
        if device is None:
            device = self._devices[text] = Device(key, self._order_lease_s)
        return device

    def _classroom(self, key: Key) -> Classroom:
        classroom = self._classrooms.get(key)
        if classroom is None:
            classroom = self._classrooms[key] = Classroom(key, self._order_lease_s)
        return classroom

    def _index(self, device: Device, before: str | None) -> None:
        if device.lesson == before:
            return
        text, key = str(device.key), device.key
        if before:
            self._members.get(lesson_topic(key.trust, key.site, before), set()).discard(text)
        if device.lesson:
            topic = lesson_topic(key.trust, key.site, device.lesson)
            self._members.setdefault(topic, set()).add(text)

    def _after(self, text: str, actor: Device | Classroom) -> None:
        if isinstance(actor, Classroom) and actor.state is None:
            self._classrooms.pop(actor.key, None)
        self._timers.set(text, actor.wake_at_ms)


def _described(item: Item) -> str:
    return f"{item[2]} of {item[0]}" if type(item) is tuple else type(item).__name__
