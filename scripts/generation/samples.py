"""One or more messages of every type, for the golden vectors: the least and the most that each
can say, and the values at which encodings change."""

from __future__ import annotations

from scripts.generation.console_samples import (
    BETWEEN_PEERS,
    CANDIDATE,
    FROM_CONSOLE,
    JPEG,
    LEFT,
    NOW_MS,
    RIGHT,
    SDP,
    TO_CONSOLE,
    Sample,
)
from wire.codec import encode
from wire.messages import (
    Acknowledged,
    Challenge,
    EarlierReported,
    EventReported,
    Heartbeat,
    Hello,
    Order,
    OrderReport,
    OrderReported,
    OrdersChanged,
    PeerSignal,
    Picture,
    PresenceChanged,
    Rejected,
    Resumed,
    StateAsked,
    StateReported,
    UserChanged,
    ViewChanged,
    Viewer,
    ViewersChanged,
    ViewerSignal,
    Welcome,
    WindowChanged,
)

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

SAMPLES = {
    "FROM_DEVICE": FROM_DEVICE,
    "TO_DEVICE": TO_DEVICE,
    "FROM_CONSOLE": FROM_CONSOLE,
    "TO_CONSOLE": TO_CONSOLE,
    "BETWEEN_PEERS": BETWEEN_PEERS,
}
