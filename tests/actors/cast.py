"""Who takes part in the tests of actors, and short ways to speak for them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from actors.effects import Effect, Publish, Tell, ToDevice
from actors.keys import Key, Kind
from actors.messages import Membership, WantedLock
from actors.ports import Attach, FrameItem, Screen, StartLesson, Watch
from safeguarding.permissions import Grant, Principal, Role
from wire.codec import Catalogue, encode, split
from wire.messages import TO_CONSOLE, TO_DEVICE, Message

TRUST, SITE = "oak", "hill"
HUB = "hub-1"
NOW_MS = 1_800_000_000_000
LEASE_S = 90.0

KHAN = Principal("khan", "Ms Khan", TRUST, (Grant(Role.TEACHER, SITE),))
BELL = Principal("bell", "Mr Bell", TRUST, (Grant(Role.TEACHER, SITE),))
ADMIN = Principal("ada", "Ada", TRUST, (Grant(Role.TRUST_ADMIN),))
STRANGER = Principal("eve", "Eve", "elm", (Grant(Role.TEACHER),))

_to_device = Catalogue(TO_DEVICE)
_to_console = Catalogue(TO_CONSOLE)


def device_key(id_: str = "pc-1") -> Key:
    return Key(TRUST, SITE, Kind.DEVICE, id_)


def classroom_key(lesson: str = "l1") -> Key:
    return Key(TRUST, SITE, Kind.CLASSROOM, lesson)


REGISTER = Key(TRUST, SITE, Kind.REGISTER, SITE)


def attach(
    id_: str = "pc-1", *, session: int = 1, epoch: str = "e1", hub: str = HUB, name: str = "PC 1"
) -> Attach:
    return Attach(device_key(id_), name, hub, session, epoch)


def frame(message: Message, seq: int = 0, *, id_: str = "pc-1", session: int = 1) -> FrameItem:
    name, number, payload = split(encode(message, seq))
    return str(device_key(id_)), session, name, number, bytes(payload)


def membership(
    lesson: str = "l1",
    *,
    teachers: Iterable[str] = ("khan",),
    lock: WantedLock | None = None,
    started_at_ms: int = 1,
    until_ms: int = NOW_MS + 90_000,
) -> Membership:
    return Membership(lesson, started_at_ms, frozenset(teachers), lock, until_ms)


def lock(id_: str = "100", *, message: str = "", ends_at_ms: int | None = None) -> WantedLock:
    return WantedLock(id_, message, ends_at_ms, "Ms Khan")


def watch(
    *screens: Screen,
    principal: Principal = KHAN,
    viewer: str = "v1",
    lesson: str = "l1",
    hub: str = HUB,
    lease_s: float = 15.0,
) -> Watch:
    return Watch(principal, viewer, hub, lesson, screens, lease_s)


def screen(id_: str = "pc-1", mode: str = "wall", **more: int) -> Screen:
    return Screen(device_key(id_), mode, **more)


def start_lesson(
    lesson: str = "l1",
    *,
    devices: Iterable[str] = ("pc-1", "pc-2"),
    pupils: Iterable[str] = (),
    principal: Principal = KHAN,
    started_at_ms: int = NOW_MS,
) -> StartLesson:
    return StartLesson(
        classroom_key(lesson), principal, "7b", "7B", tuple(devices), tuple(pupils), started_at_ms
    )


def sent(effects: Iterable[Effect], kind: type[Message]) -> list[Message]:
    """The messages of a kind that go to the device."""
    frames = [effect.frame for effect in effects if isinstance(effect, ToDevice)]
    return [m for m in decoded(frames) if isinstance(m, kind)]


def decoded(frames: Iterable[bytes]) -> list[Message]:
    return [_to_device.decode(one)[1] for one in frames]


def shown(frame: bytes) -> Message:
    return _to_console.decode(frame)[1]


def told(effects: Iterable[Effect], kind: type) -> list[tuple[Key, object]]:
    """The messages of a kind for other actors, each with whom it is for."""
    return [
        (effect.key, effect.message)
        for effect in effects
        if isinstance(effect, Tell) and isinstance(effect.message, kind)
    ]


def patches(effects: Iterable[Effect]) -> list[tuple[str, object]]:
    """What is published, decoded."""
    return [
        tuple(msgspec.msgpack.decode(effect.patch))
        for effect in effects
        if isinstance(effect, Publish)
    ]


def applied(state: dict[str, dict[str, object]], published: Iterable[tuple[str, object]]) -> None:
    """Apply patches of devices to a console's picture of a lesson, as a console does."""
    for kind, body in published:
        if kind == "removed":
            state.pop(str(body), None)
        elif kind == "device":
            assert isinstance(body, dict)
            state.setdefault(str(body["device"]), {}).update(body)
