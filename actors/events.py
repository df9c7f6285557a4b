"""What of a device's messages is an event for the database, and what it says there."""

from __future__ import annotations

from dataclasses import dataclass

from safeguarding.plain_text import plain
from wire.codec import Catalogue
from wire.errors import Fault, FrameError
from wire.messages import (
    DURABLE,
    EarlierReported,
    EventReported,
    Message,
    OrderReported,
    UserChanged,
)

USER_LIMIT = 256
_TEXT_LIMIT = 2048

_durable = Catalogue(DURABLE - {EarlierReported})


@dataclass(frozen=True, slots=True)
class Event:
    """What a message says happened; the fields are those of `store.records.DeviceEvent`."""

    kind: str
    user: str
    at_ms: int
    subject: str = ""
    detail: str = ""


def event_of(message: Message, user: str) -> Event | None:
    """The event of a durable message; `user` is who was signed on, as far as the server knows.

    What the message itself says of the account counts more. None: not a message that is an event.
    """
    match message:
        case UserChanged():
            known = "" if message.user else user
            return signing(message.user, message.before or known, message.at_ms)
        case OrderReported():
            return Event(
                kind=f"order_{message.state}",
                user=plain(message.user, USER_LIMIT) or user,
                at_ms=message.at_ms,
                subject=message.id,
                detail=plain(message.detail, _TEXT_LIMIT),
            )
        case EventReported():
            return Event(
                kind=message.kind,
                user=plain(message.user, USER_LIMIT) or user,
                at_ms=message.at_ms,
                detail=_detail(message),
            )
    return None


def signing(user: str, before: str, at_ms: int) -> Event:
    """Somebody signed on, or (`user` empty) the one before signed off."""
    user, before = plain(user, USER_LIMIT), plain(before, USER_LIMIT)
    if not user:
        return Event("signed_off", before, at_ms)
    detail = f"instead of {before}" if before and before != user else ""
    return Event("signed_on", user, at_ms, detail=detail)


def earlier(message: EarlierReported, seq: int) -> tuple[int, Event]:
    """What an earlier run could not deliver: its number then, and the event.

    Raises `FrameError` (`invalid`, of message `seq`) when the frame inside is none of those that
    may be there.
    """
    try:
        number, inner = _durable.decode(message.frame)
    except FrameError as error:
        raise FrameError(
            Fault.INVALID, f"the frame of an earlier run: {error.detail}", seq
        ) from None
    event = event_of(inner, "")
    if not number or event is None:
        raise FrameError(Fault.INVALID, "the frame of an earlier run has no number", seq)
    return number, event


def _detail(message: EventReported) -> str:
    text = plain(message.detail, _TEXT_LIMIT)
    count = message.count
    match message.kind:
        case "outbox_dropped":
            counted = f"{count} messages"
        case "clock_changed":
            counted = f"{count} s"
        case _:
            counted = f"{count} times" if count > 1 else ""
    return ": ".join(part for part in (counted, text) if part)
