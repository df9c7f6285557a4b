"""One or more messages of every type, for the golden vectors: the least and the most that each
can say, and the values at which encodings change."""

from __future__ import annotations

from wire.codec import encode
from wire.messages import (
    Acknowledged,
    Answered,
    Challenge,
    Changed,
    ConsoleWelcome,
    DeviceState,
    EarlierReported,
    EventReported,
    Heartbeat,
    Hello,
    KeyChanged,
    KeysReleased,
    LessonState,
    LockAsked,
    LockState,
    Message,
    Monitor,
    Order,
    OrderReport,
    OrderReported,
    OrdersChanged,
    PeerSignal,
    Picture,
    PointerButton,
    PointerMoved,
    PresenceChanged,
    Refused,
    Rejected,
    Resumed,
    ScreenPicture,
    ScreenSignal,
    ScreensWanted,
    ScreenWanted,
    ServiceChanged,
    SignalAsked,
    Snapshot,
    StateAsked,
    StateReported,
    SubscribeAsked,
    UnlockAsked,
    UnsubscribeAsked,
    UserChanged,
    ViewChanged,
    Viewer,
    ViewersChanged,
    ViewerSignal,
    Welcome,
    WheelTurned,
    WindowChanged,
)

NOW_MS = 1_795_000_000_000
JPEG = bytes.fromhex("ffd8ffd9")
LEFT = Monitor(id=0, name="HDMI-1", x=0, y=0, width=1920, height=1080, primary=True)
RIGHT = Monitor(id=1, name="DP-2", x=-1280, y=56, width=1280, height=1024)
CANDIDATE = "candidate:1 1 udp 2130706431 192.0.2.7 51000 typ host"
SDP = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

Sample = tuple[str, int, Message]
"""(name, number in the frame, message)"""

FROM_DEVICE: tuple[Sample, ...] = (
    (
        "hello",
        0,
        Hello(
            protocol=1,
            trust="oak-trust",
            site="north",
            device="pc-07",
            epoch="e-1",
            proof=bytes(range(64)),
            agent="formroom-endpoint 0.1.0",
            platform="linux-x11",
        ),
    ),
    (
        "hello, least",
        0,
        Hello(protocol=1, trust="t", site="s", device="d", epoch="e", proof=bytes(64)),
    ),
    ("resumed", 0, Resumed(first=42)),
    ("heartbeat", 0, Heartbeat()),
    ("state_reported, least", 1, StateReported(at_ms=NOW_MS)),
    (
        "state_reported",
        2,
        StateReported(
            at_ms=NOW_MS,
            user="amina.k",
            user_name="Amina Khan",
            presence="away",
            application="libreoffice",
            title="Volcanoes.odt — LibreOffice Writer",
            monitors=(LEFT, RIGHT),
            incomplete=("wayland", "capture_failed"),
            orders=(
                OrderReport(id="lock-1", state="applied"),
                OrderReport(id="lock-0", state="refused", detail="no display"),
            ),
            can_control=True,
            can_block_input=True,
        ),
    ),
    ("window_changed", 3, WindowChanged(application="firefox", title="Cells", at_ms=NOW_MS)),
    ("window_changed, empty", 4, WindowChanged(application="", title="", at_ms=0)),
    (
        "window_changed, not ASCII",
        5,
        WindowChanged(application="kate", title="Año 9 · 火山 🌋 <b>&amp;", at_ms=NOW_MS),
    ),
    (
        "window_changed, long",
        2**53 - 1,
        WindowChanged(application="a" * 256, title="é" * 2048, at_ms=2**53 - 1),
    ),
    ("presence_changed", 128, PresenceChanged(presence="away", at_ms=NOW_MS)),
    ("user_changed", 256, UserChanged(user="amina.k", at_ms=NOW_MS, user_name="Amina Khan")),
    ("user_changed, signed off", 65_536, UserChanged(user="", at_ms=NOW_MS)),
    (
        "view_changed",
        2**32,
        ViewChanged(monitors=(LEFT,), at_ms=NOW_MS, incomplete=("virtual_desktops",)),
    ),
    ("view_changed, least", 7, ViewChanged(monitors=(), at_ms=NOW_MS)),
    ("order_reported", 8, OrderReported(id="lock-1", state="applied", at_ms=NOW_MS)),
    (
        "order_reported, refused",
        9,
        OrderReported(id="lock-1", state="refused", at_ms=NOW_MS, detail="no display"),
    ),
    (
        "order_reported, with the account",
        10,
        OrderReported(id="lock-1", state="released", at_ms=NOW_MS, user="amina.k"),
    ),
    (
        "user_changed, from one to another",
        11,
        UserChanged(user="ben.o", at_ms=NOW_MS, user_name="Ben Osei", before="amina.k"),
    ),
    ("event_reported, least", 12, EventReported(kind="agent_started", at_ms=NOW_MS)),
    (
        "event_reported",
        13,
        EventReported(
            kind="clock_changed",
            at_ms=NOW_MS,
            count=-3600,
            detail="the clock was put back",
            user="amina.k",
        ),
    ),
    (
        "earlier_reported",
        14,
        EarlierReported(epoch="e-0", frame=encode(UserChanged(user="", at_ms=NOW_MS), 77)),
    ),
    ("picture", 0, Picture(monitor=0, width=320, height=180, jpeg=JPEG, at_ms=NOW_MS)),
    ("peer_signal, answer", 0, PeerSignal(viewer="v1", connection=1, kind="answer", sdp=SDP)),
    (
        "peer_signal, candidate",
        0,
        PeerSignal(viewer="v1", connection=1, kind="candidate", candidate=CANDIDATE, mid="0"),
    ),
    (
        "peer_signal, bye",
        0,
        PeerSignal(viewer="v1", connection=2, kind="bye", detail="capture failed"),
    ),
)

TO_DEVICE: tuple[Sample, ...] = (
    ("challenge", 0, Challenge(nonce=bytes(range(32)), protocol=1)),
    ("welcome", 0, Welcome(received=0, heartbeat_s=10.0, silence_s=30.0, now_ms=NOW_MS)),
    (
        "welcome, resumed",
        0,
        Welcome(
            received=41, heartbeat_s=7.5, silence_s=30.0, now_ms=NOW_MS, device_name="Room 4, PC 7"
        ),
    ),
    ("acknowledged", 0, Acknowledged(seq=42)),
    ("rejected", 0, Rejected(seq=43, fault="invalid", detail="window_changed: no title")),
    ("state_asked", 0, StateAsked()),
    ("viewers_changed, nobody", 0, ViewersChanged(viewers=(), lease_s=15.0)),
    (
        "viewers_changed",
        0,
        ViewersChanged(
            viewers=(
                Viewer(id="v1", name="Ms Byrne", role="teacher", mode="wall", pictures_ms=1000),
                Viewer(id="v2", name="Mr Osei", role="teacher", mode="control", monitor=1),
            ),
            lease_s=15.0,
        ),
    ),
    ("orders_changed, none", 0, OrdersChanged(orders=())),
    (
        "orders_changed",
        0,
        OrdersChanged(
            orders=(
                Order(id="lock-1", kind="lock", counter=5, lease_s=90.0),
                Order(
                    id="lock-2",
                    kind="lock",
                    counter=6,
                    lease_s=90.0,
                    message="Eyes on me, please",
                    remaining_s=59.5,
                    issued_by="Ms Byrne",
                ),
            )
        ),
    ),
    ("viewer_signal, offer", 0, ViewerSignal(viewer="v1", connection=1, kind="offer", sdp=SDP)),
    (
        "viewer_signal, candidate",
        0,
        ViewerSignal(viewer="v1", connection=1, kind="candidate", candidate=CANDIDATE, mid="0"),
    ),
    ("viewer_signal, bye", 0, ViewerSignal(viewer="v1", connection=1, kind="bye")),
)

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

SAMPLES = {
    "FROM_DEVICE": FROM_DEVICE,
    "TO_DEVICE": TO_DEVICE,
    "FROM_CONSOLE": FROM_CONSOLE,
    "TO_CONSOLE": TO_CONSOLE,
    "BETWEEN_PEERS": BETWEEN_PEERS,
}
