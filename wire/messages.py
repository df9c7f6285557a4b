"""Every message of the protocol, by direction.

A message's type on the wire is its class name in snake_case. Fields without a default are
required; unknown fields are ignored, so that a newer peer may say more. Times are milliseconds
since 1970 UTC (`_ms`) unless the name says seconds (`_s`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z")]
ViewerId = Annotated[
    str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z")
]
Name = Annotated[str, Meta(max_length=256)]
Text = Annotated[str, Meta(max_length=2048)]
Sdp = Annotated[str, Meta(max_length=48 * 1024)]
Millis = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Pixels = Annotated[int, Meta(ge=0, le=32_768)]
Position = Annotated[float, Meta(ge=0, le=1)]
"""A place on a monitor: 0 is its left or top edge, 1 its right or bottom edge."""

Mode = Literal["wall", "view", "share", "control"]
"""How a viewer looks: tile on the wall; one screen; one screen with shared input; taken over."""

PresenceState = Literal["online", "away"]
OrderState = Literal["applied", "refused", "released", "expired"]
EventKind = Literal[
    "agent_started", "notice_ended", "capture_failed", "outbox_dropped", "clock_changed"
]
IncompleteReason = Literal[
    "wayland", "virtual_desktops", "second_session", "capture_blocked", "capture_failed"
]


class Message(Struct, frozen=True, omit_defaults=True):
    """Anything that crosses the wire as one frame."""


class Record(Struct, frozen=True, omit_defaults=True):
    """A part of a message; never a frame of its own."""


# --- records ---------------------------------------------------------------------------------


class Monitor(Record):
    """One monitor of a device, in the coordinates of its desktop."""

    id: Annotated[int, Meta(ge=0, le=15)]
    name: Name
    x: Annotated[int, Meta(ge=-32_768, le=32_768)]
    y: Annotated[int, Meta(ge=-32_768, le=32_768)]
    width: Pixels
    height: Pixels
    primary: bool = False


class Viewer(Record):
    """Somebody who may look at this device now. Named to the pupil as `name` and `role`."""

    id: ViewerId
    name: Name
    role: Name
    mode: Mode
    monitor: Annotated[int, Meta(ge=0, le=15)] = 0
    pictures_ms: Annotated[int, Meta(ge=0, le=60_000)] = 0
    """Wanted gap between JPEG pictures over the socket; 0: none wanted (video is flowing)."""


class Order(Record):
    """A wanted state of a device, held under a lease.

    The device applies it at once, keeps it over a restart, and ends it by itself when `lease_s`
    have passed without a renewal or `remaining_s` (a countdown that the pupil sees) has run out.
    `counter` rises with every order of a device; an order with an older counter is ignored.
    """

    id: Id
    kind: Literal["lock"]
    counter: Seq
    lease_s: Seconds
    message: Text = ""
    remaining_s: Seconds | None = None
    issued_by: Name = ""


class OrderReport(Record):
    """What became of one order on the device."""

    id: Id
    state: OrderState
    detail: Text = ""


# --- device to hub -----------------------------------------------------------------------------


class Hello(Message):
    """First frame of a device, within 5 s of `challenge` and at most 1 KiB long.

    `proof` is the Ed25519 signature, by the key made at enrolment, over the bytes that
    `wire.session.proof_input` describes. `epoch` names this run of the agent; numbers begin at 1
    in each epoch.
    """

    protocol: Annotated[int, Meta(ge=1, le=1_000_000)]
    trust: Id
    site: Id
    device: Id
    epoch: Id
    proof: Annotated[bytes, Meta(min_length=64, max_length=64)]
    agent: Name = ""
    platform: Name = ""


class Resumed(Message):
    """First frame after every `welcome`: `first` is the number of the first message to follow.

    The hub may welcome a device a second time on one connection, when the server lost its place;
    it takes no numbered message between its `welcome` and the `resumed` that answers it.
    """

    first: Seq


class Heartbeat(Message):
    """Sent when nothing else was for `welcome.heartbeat_s`; answered by `acknowledged`."""


class StateReported(Message):
    """The whole present state: first after every `welcome`, and whenever `state_asked` comes."""

    at_ms: Millis
    user: Name = ""
    """Account signed on at the device; empty: nobody."""
    user_name: Name = ""
    presence: PresenceState = "online"
    application: Name = ""
    title: Text = ""
    monitors: Annotated[tuple[Monitor, ...], Meta(max_length=16)] = ()
    incomplete: Annotated[tuple[IncompleteReason, ...], Meta(max_length=8)] = ()
    orders: Annotated[tuple[OrderReport, ...], Meta(max_length=16)] = ()
    can_control: bool = False
    can_block_input: bool = False


class WindowChanged(Message):
    """The active window, or its title, is another one."""

    application: Name
    title: Text
    at_ms: Millis


class PresenceChanged(Message):
    """The pupil left the keyboard, or came back."""

    presence: PresenceState
    at_ms: Millis


class UserChanged(Message):
    """Somebody signed on to the device, or off (`user` empty)."""

    user: Name
    at_ms: Millis
    user_name: Name = ""
    before: Name = ""
    """Account that was signed on until then."""


class ViewChanged(Message):
    """The monitors changed, or what a viewer sees became complete or incomplete."""

    monitors: Annotated[tuple[Monitor, ...], Meta(max_length=16)]
    at_ms: Millis
    incomplete: Annotated[tuple[IncompleteReason, ...], Meta(max_length=8)] = ()


class OrderReported(Message):
    """An order was applied, refused, released or ran out."""

    id: Id
    state: OrderState
    at_ms: Millis
    detail: Text = ""
    user: Name = ""
    """Account signed on at that moment."""


class EventReported(Message):
    """Something happened on the device that the school's records must not miss.

    `notice_ended`: the notice that tells the pupil who looks was ended by somebody else.
    `capture_failed`: a viewer could not be shown the screen. Of both `count` is how often, when
    that is more than once: what goes on is reported once a minute. `outbox_dropped`: messages
    were dropped because the device could not send or keep them; `count` says how many.
    `clock_changed`: the device's clock jumped; `count` is by how many seconds.
    """

    kind: EventKind
    at_ms: Millis
    count: Annotated[int, Meta(ge=-(2**53), le=2**53)] = 0
    detail: Text = ""
    user: Name = ""
    """Account signed on at that moment."""


class EarlierReported(Message):
    """A durable message of an earlier run of the agent that was never acknowledged.

    `frame` is the whole frame as it was numbered then, `epoch` that run's. Sent before anything
    else of the new run, so that a restart of the device loses and doubles nothing.
    """

    epoch: Id
    frame: Annotated[bytes, Meta(min_length=4, max_length=32 * 1024)]


class Picture(Message):
    """A JPEG of one monitor, for tiles without video. Not numbered: the newest one counts."""

    monitor: Annotated[int, Meta(ge=0, le=15)]
    width: Pixels
    height: Pixels
    jpeg: Annotated[bytes, Meta(min_length=4, max_length=240 * 1024)]
    at_ms: Millis


class PeerSignal(Message):
    """WebRTC signalling of a device for one viewer.

    `kind` is `answer` (sdp), `candidate` or `bye` (the device ended or refuses the connection;
    `detail` says why). `connection` is the number that the viewer gave its offer.
    """

    viewer: ViewerId
    connection: Annotated[int, Meta(ge=0, le=2**31)]
    kind: Literal["answer", "candidate", "bye"]
    sdp: Sdp = ""
    candidate: Text = ""
    mid: Name = ""
    detail: Text = ""


# --- hub to device -----------------------------------------------------------------------------


class Challenge(Message):
    """First frame of the hub. The device signs `nonce` in its `hello`."""

    nonce: Annotated[bytes, Meta(min_length=32, max_length=32)]
    protocol: Annotated[int, Meta(ge=1, le=1_000_000)]


class Welcome(Message):
    """The device is admitted. Everything of this epoch up to `received` has taken effect."""

    received: Seq
    heartbeat_s: Seconds
    silence_s: Seconds
    """A side that hears nothing for this long closes the connection."""
    now_ms: Millis
    device_name: Name = ""


class Acknowledged(Message):
    """Every numbered message up to `seq` has taken effect; anything durable is committed."""

    seq: Seq


class Rejected(Message):
    """Message `seq` was refused and must not be sent again; the connection is closed after it."""

    seq: Seq
    fault: Name
    detail: Text = ""


class StateAsked(Message):
    """The server lost what it knew of this device: send `state_reported`."""


class ViewersChanged(Message):
    """Who may look at this device now: the whole list, held under a lease of `lease_s`.

    The device closes every connection of a viewer who is not in it, ends control that it no
    longer grants within 2 s, shows the list to the pupil, and empties it when the lease ends.
    """

    viewers: Annotated[tuple[Viewer, ...], Meta(max_length=64)]
    lease_s: Seconds


class OrdersChanged(Message):
    """Every order in force for this device: the whole list. An order that is missing is over."""

    orders: Annotated[tuple[Order, ...], Meta(max_length=16)]


class ViewerSignal(Message):
    """WebRTC signalling of one viewer for this device: `offer`, `candidate` or `bye`."""

    viewer: ViewerId
    connection: Annotated[int, Meta(ge=0, le=2**31)]
    kind: Literal["offer", "candidate", "bye"]
    sdp: Sdp = ""
    candidate: Text = ""
    mid: Name = ""


# --- console to hub ----------------------------------------------------------------------------


class SubscribeAsked(Message):
    """Follow a lesson. With the `cursor` of an earlier connection only what was missed is sent."""

    lesson: Id
    cursor: Annotated[str, Meta(max_length=4096)] = ""


class UnsubscribeAsked(Message):
    """Follow the lesson no longer."""

    lesson: Id


class ScreenWanted(Record):
    """One screen that this console shows now."""

    device: Id
    mode: Mode = "wall"
    monitor: Annotated[int, Meta(ge=0, le=15)] = 0
    pictures_ms: Annotated[int, Meta(ge=0, le=60_000)] = 0


class ScreensWanted(Message):
    """The screens that this console shows now: the whole list; others are let go."""

    lesson: Id
    screens: Annotated[tuple[ScreenWanted, ...], Meta(max_length=512)]


class SignalAsked(Message):
    """WebRTC signalling for a device that this console may view."""

    lesson: Id
    device: Id
    connection: Annotated[int, Meta(ge=0, le=2**31)]
    kind: Literal["offer", "candidate", "bye"]
    sdp: Sdp = ""
    candidate: Text = ""
    mid: Name = ""


class LockAsked(Message):
    """Lock devices of the lesson (`devices` empty: all of them, and those that join later)."""

    lesson: Id
    devices: Annotated[tuple[Id, ...], Meta(max_length=2000)] = ()
    message: Annotated[str, Meta(max_length=500)] = ""
    countdown_s: Annotated[float, Meta(ge=5, le=14_400)] | None = None


class UnlockAsked(Message):
    """End the lock of these devices (`devices` empty: all of the lesson)."""

    lesson: Id
    devices: Annotated[tuple[Id, ...], Meta(max_length=2000)] = ()


# --- hub to console ----------------------------------------------------------------------------


class DeviceState(Record):
    """What a console knows of one device: whole in `snapshot`, and by field in `changed`."""

    device: Id
    name: Name = ""
    connection: Literal["never", "connected", "lost", "left"] = "never"
    """`lost`: the connection broke; `left`: the device signed off in an orderly way."""
    presence: PresenceState = "online"
    user: Name = ""
    user_name: Name = ""
    application: Name = ""
    title: Text = ""
    monitors: tuple[Monitor, ...] = ()
    incomplete: tuple[IncompleteReason, ...] = ()
    can_control: bool = False
    can_block_input: bool = False
    lock: Id | None = None
    """The lock that is wanted for this device; absent: none."""
    lock_state: Literal["", "sent", "applied", "refused", "expired"] = ""
    """What the device says of that lock; empty: not yet sent, because it is not connected."""
    controller: Name = ""
    """Name of the one who controls the device now; empty: nobody."""
    controller_viewer: Annotated[str, Meta(max_length=64)] = ""
    viewers: Annotated[int, Meta(ge=0)] = 0
    duplicate: bool = False
    """Two computers use this device's enrolment and take turns: what is shown is of one of them."""
    clock_skew_s: Annotated[int, Meta(ge=-(2**53), le=2**53)] = 0
    """Seconds by which the device's clock is ahead of the server's (below 0: behind it); 0: they
    differ by less than two minutes."""
    epoch: Annotated[str, Meta(max_length=64)] = ""
    seq: Seq = 0
    """Number of the device's message that this state is the effect of."""
    at_ms: Millis = 0


class LockState(Record):
    """A lock that a lesson wants now."""

    id: Id
    devices: tuple[Id, ...]
    """Empty: every device of the lesson, those that join later too, but `except_devices`."""
    message: Text
    ends_at_ms: Millis | None
    issued_by: Name
    except_devices: tuple[Id, ...] = ()


class LessonState(Record):
    """A running lesson."""

    lesson: Id
    class_id: Id
    class_name: Name
    site: Id
    started_at_ms: Millis
    teachers: tuple[Name, ...]
    locks: tuple[LockState, ...] = ()
    ended: bool = False


class Snapshot(Message):
    """The whole state of a lesson; replaces everything known of it."""

    lesson: Id
    cursor: str
    state: LessonState
    devices: tuple[DeviceState, ...]


class Changed(Message):
    """What changed since the last cursor.

    Each entry of `devices` has `device` and only the fields that changed; `lesson_state`, when
    present, replaces the lesson's state whole; `removed` names devices that left the lesson, and
    is to be applied before `devices`.
    """

    lesson: Id
    cursor: str
    devices: tuple[dict[str, object], ...] = ()
    lesson_state: LessonState | None = None
    removed: tuple[Id, ...] = ()


class ScreenPicture(Message):
    """A JPEG of one monitor of one device."""

    device: Id
    monitor: int
    width: Pixels
    height: Pixels
    jpeg: bytes
    at_ms: Millis


class ScreenSignal(Message):
    """WebRTC signalling of a device for this console."""

    device: Id
    connection: int
    kind: Literal["answer", "candidate", "bye"]
    sdp: Sdp = ""
    candidate: Text = ""
    mid: Name = ""
    detail: Text = ""


class ConsoleWelcome(Message):
    """First frame to a console. `viewer` is the name under which devices know this console."""

    viewer: ViewerId
    name: Name
    now_ms: Millis
    ice_servers: tuple[str, ...] = ()


class Answered(Message):
    """The request with this number (`seq` of the frame that asked) was carried out."""

    request: Seq


class Refused(Message):
    """The request with this number was refused, and why."""

    request: Seq
    fault: Name
    detail: Text = ""


class ServiceChanged(Message):
    """How the service is, said plainly: `ok`, or `degraded` with a sentence for the teacher."""

    state: Literal["ok", "degraded"]
    detail: Text = ""


# --- over the data channels between a viewer and a device ---------------------------------------


class PointerMoved(Message):
    """The viewer's pointer is here. Sent on the channel that may lose messages."""

    x: Position
    y: Position


class PointerButton(Message):
    """A button went down or up at this place. Buttons: 1 left, 2 middle, 3 right."""

    x: Position
    y: Position
    button: Annotated[int, Meta(ge=1, le=5)]
    down: bool


class WheelTurned(Message):
    """The wheel turned, in notches: `dy` positive is down, `dx` positive is right."""

    x: Position
    y: Position
    dx: Annotated[int, Meta(ge=-50, le=50)] = 0
    dy: Annotated[int, Meta(ge=-50, le=50)] = 0


class KeyChanged(Message):
    """A key went down or up.

    `code` is the physical key and `key` its meaning, both as in the browser's KeyboardEvent; a
    device types `key` when it is a character, else presses the key named by `code`.
    """

    code: Annotated[str, Meta(max_length=32)]
    key: Annotated[str, Meta(max_length=32)]
    down: bool


class KeysReleased(Message):
    """The viewer's window lost the keyboard: let go of everything that is held down."""


# --- catalogues --------------------------------------------------------------------------------

FROM_DEVICE: tuple[type[Message], ...] = (
    Hello,
    Resumed,
    Heartbeat,
    StateReported,
    WindowChanged,
    PresenceChanged,
    UserChanged,
    ViewChanged,
    OrderReported,
    EventReported,
    EarlierReported,
    Picture,
    PeerSignal,
)
TO_DEVICE: tuple[type[Message], ...] = (
    Challenge,
    Welcome,
    Acknowledged,
    Rejected,
    StateAsked,
    ViewersChanged,
    OrdersChanged,
    ViewerSignal,
)
FROM_CONSOLE: tuple[type[Message], ...] = (
    Heartbeat,
    SubscribeAsked,
    UnsubscribeAsked,
    ScreensWanted,
    SignalAsked,
    LockAsked,
    UnlockAsked,
)
TO_CONSOLE: tuple[type[Message], ...] = (
    ConsoleWelcome,
    Snapshot,
    Changed,
    ScreenPicture,
    ScreenSignal,
    Answered,
    Refused,
    ServiceChanged,
)
BETWEEN_PEERS: tuple[type[Message], ...] = (
    PointerMoved,
    PointerButton,
    WheelTurned,
    KeyChanged,
    KeysReleased,
)

NUMBERED: frozenset[type[Message]] = frozenset(
    {
        StateReported,
        WindowChanged,
        PresenceChanged,
        UserChanged,
        ViewChanged,
        OrderReported,
        EventReported,
        EarlierReported,
    }
)
"""Messages of a device that are numbered, kept until acknowledged, and sent again after a break."""

DURABLE: frozenset[type[Message]] = frozenset(
    {UserChanged, OrderReported, EventReported, EarlierReported}
)
"""Numbered messages that are acknowledged only once they are in the database."""
