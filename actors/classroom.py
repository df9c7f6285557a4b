"""One running lesson: its teachers, its devices, and what it wants of them."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from actors.acts import act
from actors.effects import Commit, Effect, Publish, Tell
from actors.keys import Key, Kind, lesson_topic
from actors.messages import (
    Arrived,
    Departed,
    LessonOver,
    LessonRunning,
    Membership,
    Released,
    Taken,
    WantedLock,
)
from actors.ports import (
    Done,
    EndLesson,
    JoinLesson,
    LeaveLesson,
    Lock,
    Refusal,
    StartLesson,
    Unlock,
)
from safeguarding.permissions import Action, Principal, may
from safeguarding.plain_text import plain
from store.lessons import (
    LessonEnded,
    LessonStarted,
    LocksChanged,
    StoredLesson,
    StoredLock,
    TeachersChanged,
)
from wire.errors import Fault
from wire.messages import LessonState, LockState

RENEWAL_MS = 30_000
"""How often, at the least, members are told again that they are members, and what is wanted."""
RENEWALS_A_LEASE = 3
"""So a renewal may be late or lost, and the lock still holds."""

Outcome = tuple[Done | Refusal, list[Effect]]

_DONE = Done()


class Classroom:
    """The actor of one lesson.

    Guarantees: what it wants is stored before the teacher is answered, is told to every member
    at once and again every 30 s or oftener, and ends with the lesson. The newest lock that names
    a device holds for it; a lock that names none holds for all, also for those that join later.
    """

    def __init__(self, key: Key, lease_s: float) -> None:
        self.key = key
        self._lease_ms = int(lease_s * 1000)
        self._register = Key(key.trust, key.site, Kind.REGISTER, key.site)
        self._topic = lesson_topic(key.trust, key.site, key.id)
        self._lesson: StoredLesson | None = None
        self._members: set[str] = set()
        self._renew_at_ms = 0
        self._last_lock = 0

    @property
    def state(self) -> LessonState | None:
        """What consoles see of the lesson; None: it never was, or is over."""
        lesson = self._lesson
        if lesson is None:
            return None
        return LessonState(
            lesson=lesson.id,
            class_id=lesson.class_id,
            class_name=lesson.class_name,
            site=lesson.site,
            started_at_ms=lesson.started_at_ms,
            teachers=tuple(name for _, name in lesson.teachers),
            locks=tuple(
                LockState(
                    lock.id,
                    lock.devices,
                    lock.message,
                    lock.ends_at_ms,
                    lock.issued_by,
                    lock.except_devices,
                )
                for lock in lesson.locks
            ),
        )

    @property
    def wake_at_ms(self) -> int | None:
        """When something is due next."""
        if self._lesson is None:
            return None
        ends = [lock.ends_at_ms for lock in self._lesson.locks if lock.ends_at_ms is not None]
        return min([self._renew_at_ms, *ends])

    # --- commands -----------------------------------------------------------------------------

    def start(self, command: StartLesson, now_ms: int) -> Outcome:
        """Begin the lesson; beginning it twice is beginning it once."""
        if not self._may(command.principal, Action.START_LESSON):
            return self._forbidden(), []
        if self._lesson is not None:
            return _DONE, []
        lesson = StoredLesson(
            trust=self.key.trust,
            site=self.key.site,
            id=self.key.id,
            class_id=command.class_id,
            class_name=command.class_name,
            devices=command.devices,
            pupils=command.pupils,
            teachers=((command.principal.person, command.principal.name),),
            started_at_ms=command.started_at_ms,
            locks=(),
        )
        started = self._act("lesson_started", command.principal, now_ms, detail=command.class_name)
        return _DONE, [Commit(LessonStarted(lesson)), started, *self.restore(lesson, now_ms)]

    def restore(self, lesson: StoredLesson, now_ms: int) -> list[Effect]:
        """Take up a lesson that runs, after a start or a restart."""
        self._lesson = lesson
        self._members |= set(lesson.devices)
        self._last_lock = max((int(lock.id) for lock in lesson.locks), default=0)
        return [self._published(), *self.renew(now_ms)]

    def join(self, command: JoinLesson, now_ms: int) -> Outcome:
        """A further teacher joins."""
        lesson = self._lesson
        if lesson is None:
            return self._over(), []
        if not self._may(command.principal, Action.JOIN_LESSON):
            return self._forbidden(), []
        me = (command.principal.person, command.principal.name)
        if me in lesson.teachers:
            return _DONE, []
        joined = self._act("lesson_joined", command.principal, now_ms, now_ms)
        return _DONE, [*self._teachers((*lesson.teachers, me), now_ms), joined]

    def leave(self, command: LeaveLesson, now_ms: int) -> Outcome:
        """A teacher leaves; with the last one the lesson ends."""
        lesson = self._lesson
        if lesson is None:
            return _DONE, []
        rest = tuple(t for t in lesson.teachers if t[0] != command.principal.person)
        if len(rest) == len(lesson.teachers):
            return _DONE, []
        left = self._act("lesson_left", command.principal, now_ms, now_ms)
        if not rest:
            return _DONE, [left, *self._end(command.principal, now_ms)]
        return _DONE, [*self._teachers(rest, now_ms), left]

    def end(self, command: EndLesson, now_ms: int) -> Outcome:
        """End the lesson."""
        if self._lesson is None:
            return _DONE, []
        if not self._may(command.principal, Action.END_LESSON):
            return self._forbidden(), []
        return _DONE, self._end(command.principal, now_ms)

    def lock(self, command: Lock, now_ms: int) -> Outcome:
        """Lock devices."""
        lesson = self._lesson
        if lesson is None:
            return self._over(), []
        if not self._may(command.principal, Action.LOCK_SCREENS):
            return self._forbidden(), []
        strangers = set(command.devices) - self._members
        if strangers:
            return Refusal(Fault.INVALID, f"not in this lesson: {', '.join(sorted(strangers))}"), []
        self._last_lock = max(self._last_lock + 1, now_ms)
        lock = StoredLock(
            id=str(self._last_lock),
            devices=tuple(sorted(set(command.devices))),
            message=plain(command.message, 500),
            ends_at_ms=(
                None if command.countdown_s is None else now_ms + int(command.countdown_s * 1000)
            ),
            issued_by=command.principal.name,
        )
        kept = self._locks_without(set(command.devices)) if command.devices else ()
        whom = _named(command.devices)
        same = command.id or lock.id
        locked = self._act("screens_locked", command.principal, now_ms, same, detail=whom)
        return _DONE, [*self._locks((*kept, lock), now_ms), locked]

    def unlock(self, command: Unlock, now_ms: int) -> Outcome:
        """End the lock of some devices, or of all."""
        lesson = self._lesson
        if lesson is None:
            return self._over(), []
        if not self._may(command.principal, Action.LOCK_SCREENS):
            return self._forbidden(), []
        locks = self._locks_without(set(command.devices)) if command.devices else ()
        whom = _named(command.devices)
        same = command.id or now_ms
        unlocked = self._act("screens_unlocked", command.principal, now_ms, same, detail=whom)
        effects = self._locks(locks, now_ms)
        return _DONE, effects if locks == lesson.locks else [*effects, unlocked]

    # --- what other actors tell ---------------------------------------------------------------

    def told(self, message: object, now_ms: int) -> list[Effect]:
        """A register or a device says something of a member."""
        lesson = self._lesson
        if lesson is None:
            if isinstance(message, Arrived):
                return [Tell(self._register, LessonOver(self.key.id))]
            return []
        match message:
            case Arrived(device=device):
                self._members.add(device)
                return [self._membership(device, now_ms)]
            case Departed(device=device) if device not in lesson.devices:
                self._members.discard(device)
                return [self._released(device)]
            case Taken(device=device):
                self._members.discard(device)
        return []

    def announce(self, now_ms: int) -> list[Effect]:
        """Tell the register and every member again."""
        return self.renew(now_ms) if self._lesson else []

    def renew(self, now_ms: int) -> list[Effect]:
        """Tell the register that the lesson runs, and every member what is wanted of it."""
        assert self._lesson is not None
        self._renew_at_ms = now_ms + min(RENEWAL_MS, self._lease_ms // RENEWALS_A_LEASE)
        running = LessonRunning(
            self.key.id,
            self._lesson.started_at_ms,
            self.key,
            frozenset(self._lesson.devices),
            frozenset(self._lesson.pupils),
            frozenset(self._members),
        )
        return [Tell(self._register, running), *self._tell_members(now_ms)]

    def wake(self, now_ms: int) -> list[Effect]:
        """End the locks whose time is up; renew what is due."""
        if self._lesson is None:
            return []
        locks = self._lesson.locks
        live = tuple(k for k in locks if k.ends_at_ms is None or k.ends_at_ms > now_ms)
        if live != locks:
            return self._locks(live, now_ms)
        return self.renew(now_ms) if now_ms >= self._renew_at_ms else []

    # --- inside -------------------------------------------------------------------------------

    def _may(self, principal: Principal, action: Action) -> bool:
        teachers = (
            frozenset(person for person, _ in self._lesson.teachers) if self._lesson else None
        )
        return may(principal, action, trust=self.key.trust, site=self.key.site, teachers=teachers)

    def _forbidden(self) -> Refusal:
        return Refusal(Fault.FORBIDDEN, "You may not do that in this lesson.")

    def _over(self) -> Refusal:
        return Refusal(Fault.OVER, "This lesson is over.")

    def _teachers(self, teachers: tuple[tuple[str, str], ...], now_ms: int) -> list[Effect]:
        assert self._lesson is not None
        self._lesson = replace(self._lesson, teachers=teachers)
        record = TeachersChanged(self.key.trust, self.key.site, self.key.id, teachers)
        return [Commit(record), self._published(), *self._tell_members(now_ms)]

    def _locks(self, locks: tuple[StoredLock, ...], now_ms: int) -> list[Effect]:
        assert self._lesson is not None
        self._lesson = replace(self._lesson, locks=locks)
        record = LocksChanged(self.key.trust, self.key.site, self.key.id, locks)
        return [*self._tell_members(now_ms), self._published(), Commit(record)]

    def _act(
        self, verb: str, principal: Principal, now_ms: int, *same: object, detail: str = ""
    ) -> Commit:
        """An audit entry of this lesson; `same` tells it from others of its kind and person."""
        who, name = principal.person, principal.name
        record = act(
            self.key, verb, who, name, now_ms, self.key.id, who, *same,
            subject=self.key.id, detail=detail,
        )  # fmt: skip
        return Commit(record)

    def _end(self, principal: Principal, now_ms: int) -> list[Effect]:
        state = self.state
        assert state is not None
        ended = msgspec.structs.replace(state, ended=True, locks=())
        effects: list[Effect] = [self._released(device) for device in sorted(self._members)]
        self._lesson = None
        self._members.clear()
        return [
            *effects,
            Publish(self._topic, msgspec.msgpack.encode(("lesson", ended))),
            Tell(self._register, LessonOver(self.key.id)),
            Commit(LessonEnded(self.key.trust, self.key.site, self.key.id, now_ms)),
            self._act("lesson_ended", principal, now_ms),
        ]

    def _locks_without(self, devices: set[str]) -> tuple[StoredLock, ...]:
        """The locks with these devices taken out, less those that then hold nobody here."""
        assert self._lesson is not None
        kept = []
        for lock in self._lesson.locks:
            if lock.devices:
                rest = tuple(sorted(set(lock.devices) - devices))
                if rest:
                    kept.append(replace(lock, devices=rest))
            elif not self._members <= (free := devices | set(lock.except_devices)):
                kept.append(replace(lock, except_devices=tuple(sorted(free))))
        return tuple(kept)

    def _lock_of(self, device: str) -> WantedLock | None:
        assert self._lesson is not None
        for lock in reversed(self._lesson.locks):
            if device in lock.devices or (not lock.devices and device not in lock.except_devices):
                return WantedLock(lock.id, lock.message, lock.ends_at_ms, lock.issued_by)
        return None

    def _tell_members(self, now_ms: int) -> list[Effect]:
        return [self._membership(device, now_ms) for device in sorted(self._members)]

    def _membership(self, device: str, now_ms: int) -> Tell:
        assert self._lesson is not None
        teachers = frozenset(person for person, _ in self._lesson.teachers)
        message = Membership(
            self.key.id,
            self._lesson.started_at_ms,
            teachers,
            self._lock_of(device),
            now_ms + self._lease_ms,
        )
        return Tell(self._device(device), message)

    def _released(self, device: str) -> Tell:
        return Tell(self._device(device), Released(self.key.id))

    def _device(self, device: str) -> Key:
        return Key(self.key.trust, self.key.site, Kind.DEVICE, device)

    def _published(self) -> Publish:
        return Publish(self._topic, msgspec.msgpack.encode(("lesson", self.state)))


def _named(devices: tuple[str, ...]) -> str:
    return ", ".join(sorted(set(devices))) if devices else "every device of the lesson"
