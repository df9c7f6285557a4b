"""The samples of what consoles, the hub and viewers say, and the values that samples share."""

from __future__ import annotations

from wire.messages import (
    Answered,
    Changed,
    ConsoleWelcome,
    DeviceState,
    Heartbeat,
    KeyChanged,
    KeysReleased,
    LessonState,
    LockAsked,
    LockState,
    Message,
    Monitor,
    PointerButton,
    PointerMoved,
    Refused,
    ScreenPicture,
    ScreenSignal,
    ScreensWanted,
    ScreenWanted,
    ServiceChanged,
    SignalAsked,
    Snapshot,
    SubscribeAsked,
    UnlockAsked,
    UnsubscribeAsked,
    WheelTurned,
)

NOW_MS = 1_795_000_000_000
JPEG = bytes.fromhex("ffd8ffd9")
LEFT = Monitor(id=0, name="HDMI-1", x=0, y=0, width=1920, height=1080, primary=True)
RIGHT = Monitor(id=1, name="DP-2", x=-1280, y=56, width=1280, height=1024)
CANDIDATE = "candidate:1 1 udp 2130706431 192.0.2.7 51000 typ host"
SDP = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

Sample = tuple[str, int, Message]
"""(name, number in the frame, message)"""

FROM_CONSOLE: tuple[Sample, ...] = (
    ("heartbeat", 0, Heartbeat()),
    ("subscribe_asked", 1, SubscribeAsked(lesson="l1")),
    ("subscribe_asked, again", 2, SubscribeAsked(lesson="l1", cursor="shard-0:e1:12")),
    ("unsubscribe_asked", 3, UnsubscribeAsked(lesson="l1")),
    (
        "screens_wanted",
        4,
        ScreensWanted(
            lesson="l1",
            screens=(
                ScreenWanted(device="pc-07"),
                ScreenWanted(device="pc-08", mode="share", monitor=1, pictures_ms=1000),
            ),
        ),
    ),
    ("screens_wanted, none", 5, ScreensWanted(lesson="l1", screens=())),
    (
        "signal_asked, offer",
        6,
        SignalAsked(lesson="l1", device="pc-07", connection=3, kind="offer", sdp=SDP),
    ),
    (
        "signal_asked, candidate",
        7,
        SignalAsked(
            lesson="l1",
            device="pc-07",
            connection=3,
            kind="candidate",
            candidate=CANDIDATE,
            mid="0",
        ),
    ),
    ("lock_asked, all", 8, LockAsked(lesson="l1")),
    (
        "lock_asked",
        9,
        LockAsked(lesson="l1", devices=("pc-07", "pc-08"), message="Stop", countdown_s=60.0),
    ),
    ("unlock_asked, all", 10, UnlockAsked(lesson="l1")),
    ("unlock_asked", 11, UnlockAsked(lesson="l1", devices=("pc-07",))),
)

_LESSON = LessonState(
    lesson="l1",
    class_id="9b",
    class_name="9B Science",
    site="north",
    started_at_ms=NOW_MS,
    teachers=("Ms Byrne", "Mr Osei"),
)
_LOCK = LockState(
    id="lock-1", devices=(), message="Eyes on me, please", ends_at_ms=None, issued_by="Ms Byrne"
)
_DEVICE = DeviceState(
    device="pc-07",
    name="Room 4, PC 7",
    connection="connected",
    presence="away",
    user="amina.k",
    user_name="Amina Khan",
    application="firefox",
    title="Cells",
    monitors=(LEFT, RIGHT),
    incomplete=("second_session",),
    can_control=True,
    can_block_input=True,
    lock="lock-1",
    lock_state="applied",
    controller="Mr Osei",
    controller_viewer="v2",
    viewers=2,
    epoch="e-1",
    seq=42,
    at_ms=NOW_MS,
)

TO_CONSOLE: tuple[Sample, ...] = (
    ("console_welcome", 0, ConsoleWelcome(viewer="v1", name="Ms Byrne", now_ms=NOW_MS)),
    (
        "console_welcome, with a relay",
        0,
        ConsoleWelcome(
            viewer="v1", name="Ms Byrne", now_ms=NOW_MS, ice_servers=("stun:192.0.2.1:3478",)
        ),
    ),
    (
        "snapshot",
        0,
        Snapshot(
            lesson="l1",
            cursor="shard-0:e1:12",
            state=LessonState(
                lesson="l1",
                class_id="9b",
                class_name="9B Science",
                site="north",
                started_at_ms=NOW_MS,
                teachers=("Ms Byrne", "Mr Osei"),
                locks=(_LOCK,),
            ),
            devices=(_DEVICE, DeviceState(device="pc-08")),
        ),
    ),
    ("snapshot, least", 0, Snapshot(lesson="l1", cursor="", state=_LESSON, devices=())),
    (
        "changed",
        0,
        Changed(
            lesson="l1",
            cursor="shard-0:e1:13",
            devices=(
                {"device": "pc-07", "title": "", "lock": None},
                {"device": "pc-08", "connection": "lost", "monitors": [RIGHT]},
            ),
            lesson_state=_LESSON,
            removed=("pc-09",),
        ),
    ),
    (
        "changed, a duplicate with a wrong clock",
        0,
        Changed(
            lesson="l1",
            cursor="shard-0:e1:14",
            devices=({"device": "pc-07", "duplicate": True, "clock_skew_s": -86_400},),
        ),
    ),
    ("changed, least", 0, Changed(lesson="l1", cursor="")),
    (
        "screen_picture",
        0,
        ScreenPicture(device="pc-07", monitor=0, width=320, height=180, jpeg=JPEG, at_ms=NOW_MS),
    ),
    (
        "screen_signal, answer",
        0,
        ScreenSignal(device="pc-07", connection=3, kind="answer", sdp=SDP),
    ),
    (
        "screen_signal, bye",
        0,
        ScreenSignal(device="pc-07", connection=3, kind="bye", detail="capture failed"),
    ),
    ("answered", 0, Answered(request=8)),
    ("refused", 0, Refused(request=9, fault="forbidden", detail="This lesson is not yours.")),
    ("service_changed, ok", 0, ServiceChanged(state="ok")),
    (
        "service_changed, degraded",
        0,
        ServiceChanged(state="degraded", detail="Some screens are a few seconds late."),
    ),
)

BETWEEN_PEERS: tuple[Sample, ...] = (
    ("pointer_moved", 0, PointerMoved(x=0.5, y=0.25)),
    ("pointer_moved, corner", 0, PointerMoved(x=1.0, y=0.0)),
    ("pointer_button", 0, PointerButton(x=0.5, y=0.25, button=1, down=True)),
    ("wheel_turned", 0, WheelTurned(x=0.5, y=0.25, dx=-3, dy=40)),
    ("wheel_turned, least", 0, WheelTurned(x=0.5, y=0.25)),
    ("key_changed", 0, KeyChanged(code="KeyA", key="a", down=True)),
    ("key_changed, not ASCII", 0, KeyChanged(code="Semicolon", key="ñ", down=False)),
    ("keys_released", 0, KeysReleased()),
)
