"""What the archivist is given to store: lessons, what happened on devices, and who acted."""

from __future__ import annotations

from dataclasses import dataclass

from store.lessons import LessonRecord


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """Something that a device reported and that must not be lost.

    (trust, site, device, epoch, seq) names it: stored once, however often it is written. `user`
    is the account that was signed on at that moment, "" for nobody; `lesson` the lesson that the
    device was in. `at_ms` is the device's clock, `received_at_ms` the server's. `kind` is one of
    the kinds of `wire.messages.EventReported`, or `signed_on`, `signed_off`, `order_applied`,
    `order_refused`, `order_released`, `order_expired`. `subject` is the id of what it is about,
    as an order's. The server's own events have `seq` 0: `duplicate_seen`, that the run `epoch` and
    the run `subject` of one device are alive at once.
    """

    trust: str
    site: str
    device: str
    epoch: str
    seq: int
    kind: str
    user: str
    lesson: str
    at_ms: int
    received_at_ms: int
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did and that others may ask about: an entry of the audit record.

    `id` is made by whoever records it, so that writing twice is once. `act` is a verb and its
    object, as `lesson_started`, `screen_viewed`, `control_taken`, `screens_locked`; `subject` the
    id of what it was done to (a device, a lesson); `pupil` the account signed on there, or "".
    """

    trust: str
    site: str
    id: str
    at_ms: int
    person: str
    person_name: str
    act: str
    subject: str = ""
    pupil: str = ""
    detail: str = ""


Record = LessonRecord | DeviceEvent | Act
