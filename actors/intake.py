"""The numbered messages of one device: which take effect, and what of them has to be stored."""

from __future__ import annotations

from actors.effects import Keep
from actors.events import Event, earlier, event_of, signing
from actors.keys import Key
from actors.numbers import Numbers
from store.records import DeviceEvent
from wire.messages import EarlierReported, Message, StateReported, UserChanged


class Intake:
    """Makes events of a device's messages; `numbers` says what may be acknowledged."""

    def __init__(self, key: Key) -> None:
        self.numbers = Numbers()
        self._key = key
        self._is_user_known = False

    def begin(self, epoch: str) -> None:
        """A connection of this epoch begins.

        Another epoch may be another machine's, as from a copied disk: who was signed on until now
        says nothing of what it reports, until it says who is signed on there.
        """
        if epoch != self.numbers.epoch:
            self._is_user_known = False
        self.numbers.begin(epoch)

    def take(
        self, message: Message, seq: int, *, user: str, lesson: str, now_ms: int, has_room: bool
    ) -> list[Keep] | None:
        """What has to be stored of a message; None: it has taken effect before.

        `user` and `lesson` are as the server knew them until now. Without room for a record the
        message takes effect all the same, and the device has to send it again later. Raises
        `FrameError`.
        """
        event = self._event(message, seq, user)
        if not self.numbers.take(seq):
            return None
        if isinstance(message, StateReported | UserChanged):
            self._is_user_known = True
        if event is None or not self.numbers.keep(seq, has_room):
            return []
        epoch, number, what = event
        record = DeviceEvent(
            self._key.trust,
            self._key.site,
            self._key.id,
            epoch,
            number,
            what.kind,
            what.user,
            lesson,
            what.at_ms,
            now_ms,
            what.subject,
            what.detail,
        )
        return [Keep(record, (str(self._key), self.numbers.epoch, seq))]

    def own(
        self, kind: str, epoch: str, subject: str, *, user: str, lesson: str, now_ms: int
    ) -> Keep:
        """What the server itself saw of a run of the device: stored once for the run and kind."""
        key = self._key
        return Keep(
            DeviceEvent(
                key.trust, key.site, key.id, epoch, 0, kind, user, lesson, now_ms, now_ms, subject
            )
        )

    def _event(self, message: Message, seq: int, user: str) -> tuple[str, int, Event] | None:
        """The epoch and number under which a message is stored, and what it says.

        A device may report another account without a `user_changed`; the account that is there
        when an actor begins its life is news only in the first message of the device's epoch.
        """
        epoch = self.numbers.epoch
        match message:
            case EarlierReported():
                return (message.epoch, *earlier(message, seq))
            case StateReported():
                if message.user == user or not (self._is_user_known or seq == 1):
                    return None
                return epoch, seq, signing(message.user, user, message.at_ms)
        event = event_of(message, user if self._is_user_known else "")
        return (epoch, seq, event) if event else None
