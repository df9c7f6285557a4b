"""One pupil's device: what it shows, who looks at it, and what is wanted of it."""

from __future__ import annotations

import msgspec

from actors.acts import viewing_acts
from actors.doubles import Doubles
from actors.effects import (
    Acknowledge,
    CloseDevice,
    Effect,
    Keep,
    Tell,
    ToDevice,
    ToViewer,
    WelcomeAgain,
)
from actors.intake import Intake
from actors.keys import Key, Kind, lesson_topic
from actors.locking import Locking
from actors.messages import Membership, Present, Released, Taken
from actors.numbers import Numbers
from actors.pictures import PictureRing
from actors.ports import Attach, Attached, Detach, FrameFault, Screen, SignalDevice, Watch
from actors.reports import changes_of, clock_skew_s
from actors.shown import Shown
from actors.signals import for_console, for_device
from actors.viewing import Viewing
from safeguarding.plain_text import plain
from wire.codec import Catalogue, encode
from wire.errors import FrameError
from wire.messages import (
    FROM_DEVICE,
    DeviceState,
    Message,
    OrderReport,
    OrderReported,
    OrdersChanged,
    PeerSignal,
    Picture,
    StateAsked,
    StateReported,
)

NOT_A_MEMBER = "This device is not in the lesson."

_from_device = Catalogue(FROM_DEVICE)
_encode = msgspec.msgpack.encode


class Device:
    """The actor of one device.

    Guarantees: a numbered message takes effect once for each epoch, in order; only teachers of
    the lesson that the device is in may look, and one of them at a time may control; what is
    wanted of the device is sent again whenever it attaches.
    """

    def __init__(self, key: Key, order_lease_s: float) -> None:
        self.key = key
        self.lesson: str | None = None
        self.ring = PictureRing()
        self._register = Key(key.trust, key.site, Kind.REGISTER, key.site)
        self._name = ""
        self._intake = Intake(key)
        self._hub = ""
        self._session = 0
        self._shown = Shown(key.id)
        self._doubles = Doubles()
        self._teachers: frozenset[str] = frozenset()
        self._until_ms = 0
        self._began = (0, "")
        self._locking = Locking(order_lease_s)
        self._viewing = Viewing()

    @property
    def state(self) -> DeviceState:
        """What consoles see of this device."""
        return self._shown.state

    @property
    def numbers(self) -> Numbers:
        """What took effect, and what may be acknowledged."""
        return self._intake.numbers

    # --- connection ---------------------------------------------------------------------------

    def attach(self, command: Attach, now_ms: int) -> tuple[Attached, list[Effect]]:
        """A connection was admitted; the newest one wins, also when an older one is told again."""
        if command.hub == self._hub and command.session < self._session:
            return Attached(self.numbers.settled), []
        effects = self._expire(now_ms)
        if self._session and (self._hub, self._session) != (command.hub, command.session):
            effects += self._replace(command.epoch, now_ms)
        if self._doubles.is_back(command.epoch, self.numbers.epoch, now_ms):
            effects += self._duplicate(self.numbers.epoch, command.epoch, now_ms)
        self._intake.begin(command.epoch)
        self._hub, self._session = command.hub, command.session
        self._name = plain(command.name, 256)
        self._locking.forget_reports()
        effects += self._send_orders(now_ms)
        effects += self._send_viewers(now_ms)
        effects += self._shown.change(
            name=self._name,
            connection="connected",
            epoch=command.epoch,
            lock_state=self._locking.state(True),
        )
        effects.append(self._presence())
        return Attached(self.numbers.settled), effects

    def detach(self, command: Detach, now_ms: int) -> list[Effect]:
        """A connection ended; a connection that was replaced before says nothing."""
        self._doubles.forget(command.session)
        if (command.hub, command.session) != (self._hub, self._session):
            return []
        self._hub, self._session = "", 0
        effects = self._shown.change(
            connection="left" if command.orderly else "lost", lock_state=self._locking.state(False)
        )
        return [*effects, self._presence()]

    def is_attached(self, session: int) -> bool:
        """Whether this is the device's present connection."""
        return session == self._session

    def overhear(self, session: int, name: str, now_ms: int) -> list[Effect]:
        """A frame came in on a connection that is not the present one; it takes no effect."""
        former = self._doubles.hear(session, name, now_ms)
        if former is None:
            return []
        closed = CloseDevice(former.hub, former.session)
        return [closed, *self._duplicate(former.epoch, self.numbers.epoch, now_ms)]

    def _replace(self, epoch: str, now_ms: int) -> list[Effect]:
        """The present connection ends; that of another run first says whether its agent lives."""
        if epoch == self.numbers.epoch or self.state.duplicate:
            return [CloseDevice(self._hub, self._session)]
        self._doubles.replace(self._hub, self._session, self.numbers.epoch, now_ms)
        return self.ask_state()

    def _duplicate(self, epoch: str, other: str, now_ms: int) -> list[Effect]:
        seen = self._intake.own(
            "duplicate_seen",
            epoch,
            other,
            user=self.state.user,
            lesson=self.lesson or "",
            now_ms=now_ms,
        )
        return [seen, *self._shown.change(duplicate=True)]

    # --- frames of the device -----------------------------------------------------------------

    def frame(
        self,
        session: int,
        name: str,
        seq: int,
        payload: bytes,
        now_ms: int,
        *,
        has_room: bool = True,
    ) -> tuple[list[Effect], FrameFault | None]:
        """A frame came in on the present connection; decodes and validates it, once.

        Without room for what has to be stored it takes effect all the same, and is asked for
        again later.
        """
        try:
            _, message = _from_device.decode_payload(name, seq, payload)
            if not seq:
                return self._passing(message, now_ms), None
            kept = self._intake.take(
                message,
                seq,
                user=self._shown.state.user,
                lesson=self.lesson or "",
                now_ms=now_ms,
                has_room=has_room,
            )
        except FrameError as error:
            return [], FrameFault(session, seq, error.fault.value, error.detail[:500])
        if kept is None:
            return [], None
        return [*kept, *self._numbered(message, seq, now_ms)], None

    def stored(self, epoch: str, seq: int) -> list[Effect]:
        """The record of a message of this device is in the database."""
        if not self.numbers.stored(epoch, seq) or not self._session:
            return []
        return [Acknowledge(self._hub, self._session, self.numbers.settled)]

    def ask_again(self) -> list[Effect]:
        """There is room again: have the device send what could not be kept."""
        return [WelcomeAgain(self._hub, self._session)] if self._session else []

    def _numbered(self, message: Message, seq: int, now_ms: int) -> list[Effect]:
        changes = changes_of(message)
        match message:
            case OrderReported():
                self._locking.report((OrderReport(message.id, message.state),))
            case StateReported():
                self._locking.forget_reports()
                self._locking.report(message.orders)
                changes["clock_skew_s"] = clock_skew_s(message.at_ms, now_ms)
        if isinstance(message, OrderReported | StateReported):
            changes["lock_state"] = self._locking.state(True)
        if not changes:
            return []
        effects = self._shown.change(**changes, at_ms=message.at_ms, seq=seq)  # type: ignore[attr-defined]
        if "user" in changes:
            effects.append(self._presence())
        return effects

    def _passing(self, message: Message, now_ms: int) -> list[Effect]:
        match message:
            case Picture():
                self.ring.add(message, now_ms)
                return list(self._viewing.show(self.key.id, message))
            case PeerSignal():
                viewer = self._viewing.find(message.viewer)
                if viewer is None:
                    return []
                frame = for_console(self.key.id, message)
                return [ToViewer(viewer.hub, message.viewer, frame)]
        return []

    # --- viewers ------------------------------------------------------------------------------

    def watch(
        self, command: Watch, screen: Screen | None, now_ms: int, can_record: bool = True
    ) -> tuple[str, list[Effect]]:
        """A console shows this screen, or (`screen` None) lets go; returns why not, or ""."""
        effects = self._expire(now_ms)
        if screen is None:
            gone = self._viewing.drop(command.viewer)
            return "", effects + (self._viewers_changed(now_ms) if gone else [])
        if self.lesson != command.lesson:
            return NOT_A_MEMBER, effects
        is_new = self._viewing.find(command.viewer) is None
        refusal = self._viewing.admit(
            command, screen, self._teachers, self.key.trust, self.key.site, now_ms, can_record
        )
        if is_new and (picture := self.ring.newest(screen.monitor, now_ms)):
            effects += self._viewing.show(self.key.id, picture, only=command.viewer)
        if self._viewing.wants_sending(now_ms):
            effects += self._viewers_changed(now_ms)
        return refusal, effects

    def signal(self, command: SignalDevice) -> list[Effect]:
        """Pass signalling of a viewer to the device, if it may look."""
        if self._viewing.find(command.viewer) is None or not self._session:
            return []
        return [ToDevice(self._hub, self._session, for_device(command))]

    # --- lesson -------------------------------------------------------------------------------

    def told(self, message: object, now_ms: int) -> list[Effect]:
        """A classroom says whether this device is in its lesson, and what it wants of it."""
        match message:
            case Membership():
                return self._join(message, now_ms)
            case Released(lesson=lesson) if lesson == self.lesson:
                return self._leave(now_ms)
        return []

    def announce(self) -> list[Effect]:
        """Tell the site's register again how things stand."""
        return [self._presence()] if self._session or self.lesson else []

    def ask_state(self) -> list[Effect]:
        """Have the device report its whole state."""
        if not self._session:
            return []
        return [ToDevice(self._hub, self._session, encode(StateAsked()))]

    def wake(self, now_ms: int) -> list[Effect]:
        """Let go of what has run out."""
        effects = self._expire(now_ms)
        if self.lesson and now_ms >= self._until_ms:
            effects += self._leave(now_ms)
        return effects

    @property
    def wake_at_ms(self) -> int | None:
        """When something of this device runs out next."""
        times = [self._until_ms] if self.lesson else []
        times += [*self._viewing.expiries(), *self._doubles.expiries()]
        return min(times, default=None)

    def _join(self, message: Membership, now_ms: int) -> list[Effect]:
        effects: list[Effect] = []
        if self.lesson != message.lesson:
            if self.lesson and (message.started_at_ms, message.lesson) < self._began:
                return [Tell(self._classroom(message.lesson), Taken(self.key.id, self.lesson))]
            if self.lesson:
                effects.append(
                    Tell(self._classroom(self.lesson), Taken(self.key.id, message.lesson))
                )
                effects += self._leave(now_ms)
            self.lesson = message.lesson
            self._began = (message.started_at_ms, message.lesson)
            self._shown.topic = lesson_topic(self.key.trust, self.key.site, message.lesson)
            effects.append(self._presence())
            effects.append(self._shown.whole())
        if message.teachers != self._teachers:
            self._teachers = message.teachers
            if self._viewing.keep_only(self._teachers):
                effects += self._viewers_changed(now_ms)
        self._until_ms = message.until_ms
        changed = self._locking.want(message.lock, now_ms)
        if changed or message.lock:
            effects += self._send_orders(now_ms)
        return effects + (self._lock_changed() if changed else [])

    def _leave(self, now_ms: int) -> list[Effect]:
        effects: list[Effect] = [self._shown.removed()]
        self.lesson, self._shown.topic, self._teachers = None, "", frozenset()
        if self._locking.want(None, now_ms):
            self._lock_changed()
            effects += self._send_orders(now_ms)
        if self._viewing.clear():
            effects += self._viewers_changed(now_ms)
        self.ring.clear()
        effects.append(self._presence())
        return effects

    # --- what goes out ------------------------------------------------------------------------

    def _presence(self) -> Tell:
        state = self._shown.state
        return Tell(
            self._register,
            Present(
                self.key.id,
                self._name,
                bool(self._session),
                state.user,
                state.user_name,
                self.lesson or "",
            ),
        )

    def _expire(self, now_ms: int) -> list[Effect]:
        """Let go of viewers and of a lock whose time is up."""
        effects: list[Effect] = []
        if former := self._doubles.expire(now_ms):
            effects.append(CloseDevice(former.hub, former.session))
        effects += self._shown.change(duplicate=self._doubles.shown_until_ms is not None)
        if self._viewing.expire(now_ms):
            effects += self._viewers_changed(now_ms)
        if self._locking.expire(now_ms):
            effects += self._send_orders(now_ms) + self._lock_changed()
        return effects

    def _lock_changed(self) -> list[Effect]:
        lock = self._locking.wanted
        return self._shown.change(
            lock=lock.id if lock else None, lock_state=self._locking.state(bool(self._session))
        )

    def _classroom(self, lesson: str) -> Key:
        return Key(self.key.trust, self.key.site, Kind.CLASSROOM, lesson)

    def _send_orders(self, now_ms: int) -> list[Effect]:
        if not self._session:
            return []
        frame = encode(OrdersChanged(self._locking.orders(now_ms)))
        return [ToDevice(self._hub, self._session, frame)]

    def _send_viewers(self, now_ms: int) -> list[Effect]:
        if not self._session:
            return []
        return [ToDevice(self._hub, self._session, encode(self._viewing.message(now_ms)))]

    def _viewers_changed(self, now_ms: int) -> list[Effect]:
        controller = self._viewing.controller
        acts: list[Effect] = [
            Keep(act)
            for before, after in self._viewing.changes()
            for act in viewing_acts(self.key, self._shown.state.user, before, after, now_ms)
        ]
        changed = self._shown.change(
            viewers=self._viewing.count,
            controller=controller.name if controller else "",
            controller_viewer=controller.id if controller else "",
        )
        return [*acts, *self._send_viewers(now_ms), *changed]
