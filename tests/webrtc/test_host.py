"""A real host and real aiortc viewers over loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.webrtc.screens import PaintedDrivers
from tests.webrtc.viewers import Hub, TestViewer, drain, until
from webrtc.host import ScreenHost
from webrtc.ice_settings import IceSettings
from webrtc.rung_video import RungVideo
from wire.messages import (
    KeyChanged,
    Mode,
    Monitor,
    PointerButton,
    PointerMoved,
    Viewer,
    ViewerSignal,
)

pytestmark = pytest.mark.media

MONITORS = (
    Monitor(0, "left", 0, 0, 640, 360, True),
    Monitor(1, "right", 640, 0, 800, 600),
)


def viewer(name: str, mode: Mode, monitor: int = 0, pictures_ms: int = 0) -> Viewer:
    return Viewer(name, "Ms Gray", "teacher", mode, monitor, pictures_ms)


@asynccontextmanager
async def running(drivers: PaintedDrivers) -> AsyncIterator[tuple[ScreenHost, Hub]]:
    hub = Hub()
    host = ScreenHost(drivers, hub.emit, now_ms=lambda: 7, ice=IceSettings(loopback_media=True))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(host.run())
        await asyncio.sleep(0)
        try:
            yield host, hub
        finally:
            await host.close()


async def test_nothing_is_captured_while_nobody_looks() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        await asyncio.sleep(0.2)
        assert not drivers.opened
        host.set_viewers((viewer("a", "wall", pictures_ms=50),))
        await until(lambda: hub.pictures)
        host.set_viewers(())
        await until(lambda: drivers.painted[0].closed)


async def test_the_first_picture_comes_at_once_and_the_next_ones_with_changes() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "wall", pictures_ms=100),))
        await until(lambda: len(hub.pictures) == 1)
        await asyncio.sleep(0.5)
        assert len(hub.pictures) == 1
        drivers.painted[0].paint(0, 0, 50, 50, (0, 0, 255))
        await until(lambda: len(hub.pictures) == 2)
        picture = hub.pictures[-1]
        assert picture.jpeg.startswith(b"\xff\xd8")
        assert (picture.width, picture.height, picture.at_ms) == (320, 180, 7)


async def test_a_further_viewer_gets_a_picture_of_a_still_screen() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        first, second = (viewer(name, "wall", pictures_ms=60_000) for name in "ab")
        host.set_viewers((first,))
        await until(lambda: len(hub.pictures) == 1)
        host.set_viewers((first, second))
        await until(lambda: len(hub.pictures) == 2)


async def test_eight_viewers_cost_one_encoding_of_each_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded: list[int] = []
    encode = RungVideo.encode

    def counted(self: RungVideo, *arguments: object) -> object:
        frame = encode(self, *arguments)  # type: ignore[arg-type]
        encoded.append(id(self))
        return frame

    monkeypatch.setattr(RungVideo, "encode", counted)
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        names = [f"viewer-{number}" for number in range(8)]
        host.set_viewers(tuple(viewer(name, "view") for name in names))
        viewers = [TestViewer(name, host, hub) for name in names]
        for one in viewers:
            await one.connect()
        await asyncio.gather(*(one.frame() for one in viewers))
        sinks = [await drain(one) for one in viewers]
        await asyncio.sleep(0.6)  # keyframes for those who came last
        encoded.clear()
        for step in range(10):
            drivers.painted[0].paint(step * 20, 0, 20, 20, (0, 0, 0))
            await asyncio.sleep(0.1)
        assert len(set(encoded)) == 1
        assert 5 <= len(encoded) <= 14
        for sink, one in zip(sinks, viewers, strict=True):
            await sink.stop()
            await one.close()


async def test_a_viewer_changes_rung_on_the_same_connection() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "wall"),))
        one = TestViewer("a", host, hub)
        await one.connect()
        assert await one.frame() == (320, 180)
        host.set_viewers((viewer("a", "view"),))
        await one.frame_of_width(640)
        host.set_viewers((viewer("a", "wall"),))
        await one.frame_of_width(320)
        assert [signal.kind for signal in hub.signals] == ["answer"]
        await one.close()


async def test_a_viewer_who_is_removed_loses_the_connection_at_once() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "view"), viewer("b", "view")))
        gone, staying = TestViewer("a", host, hub), TestViewer("b", host, hub)
        await gone.connect()
        await staying.connect()
        host.set_viewers((viewer("b", "view"),))
        bye = await hub.signal("a", 1, "bye")
        assert bye.detail
        await until(lambda: gone.peer.connectionState in ("closed", "failed"), 10)
        assert staying.peer.connectionState == "connected"
        await gone.close()
        await staying.close()


async def test_a_stranger_gets_no_answer() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "view"),))
        stranger = TestViewer("mallory", host, hub)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await stranger.connect()
        assert not hub.signals
        await stranger.close()


async def test_a_newer_connection_replaces_the_older_and_a_late_one_is_ignored() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "view"),))
        first, second = TestViewer("a", host, hub), TestViewer("a", host, hub)
        await first.connect(4)
        await second.connect(5)
        assert (await hub.signal("a", 4, "bye")).detail
        host.signal(ViewerSignal("a", 3, "offer", sdp=second.peer.localDescription.sdp))
        await asyncio.sleep(0.3)
        assert second.peer.connectionState == "connected"
        assert all(signal.connection != 3 for signal in hub.signals)
        await first.close()
        await second.close()


@pytest.mark.parametrize("sdp", ["", "v=0", "nonsense\r\n" * 50, "v=0\r\nm=video 9 X 96\r\n"])
async def test_an_offer_that_cannot_be_read_is_refused_with_bye(sdp: str) -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "view"),))
        host.signal(ViewerSignal("a", 1, "offer", sdp=sdp))
        assert (await hub.signal("a", 1, "bye")).detail
        good = TestViewer("a", host, hub)
        await good.connect(2)
        await good.close()


async def test_only_share_and_control_move_anything() -> None:
    drivers = PaintedDrivers(MONITORS)
    hands = drivers.hands
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "view", 1),))
        one = TestViewer("a", host, hub)
        await one.connect()
        sink = await drain(one)
        one.send(KeyChanged("KeyA", "a", True))
        await asyncio.sleep(0.3)
        assert not hands.done
        assert not drivers.hands_opened
        host.set_viewers((viewer("a", "share", 1),))
        one.send(KeyChanged("KeyB", "b", True))
        one.send(PointerButton(0.5, 0.5, 1, True))
        await until(lambda: ("button", 1, True) in hands.done)
        assert hands.done[:2] == [("key", "KeyB", "b", True), ("move", 640 + 400, 300)]
        assert not hands.blocked
        host.set_viewers((viewer("a", "control", 1),))
        await until(lambda: hands.blocked)
        host.set_viewers((viewer("a", "view", 1),))
        await until(lambda: hands.closed)
        assert not hands.held
        assert not hands.blocked
        await sink.stop()
        await one.close()


async def test_hands_let_go_when_the_channel_closes() -> None:
    drivers = PaintedDrivers()
    hands = drivers.hands
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "control"),))
        one = TestViewer("a", host, hub)
        await one.connect()
        sink = await drain(one)
        one.send(KeyChanged("ShiftLeft", "Shift", True))
        await until(lambda: hands.held == {"ShiftLeft"} and hands.blocked)
        await one.close()
        await until(lambda: not hands.held and not hands.blocked)
        await sink.stop()


@pytest.mark.parametrize(
    "frame", [b"", b"\xc1", b"\x93\xa3abc\x00\x80", b"x" * 5000, "text"], ids=repr
)
async def test_a_hostile_message_ends_its_own_connection_only(frame: bytes | str) -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "control"), viewer("b", "view")))
        hostile, other = TestViewer("a", host, hub), TestViewer("b", host, hub)
        await hostile.connect()
        await other.connect()
        hostile.keys.send(frame)
        assert (await hub.signal("a", 1, "bye")).detail in (
            "malformed",
            "too_large",
            "unknown_type",
        )
        assert not drivers.hands.done or drivers.hands.done == [("release_all",)]
        assert other.peer.connectionState == "connected"
        await hostile.close()
        await other.close()


async def test_moves_past_the_rate_are_dropped_and_the_viewer_stays() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "share"),))
        one = TestViewer("a", host, hub)
        await one.connect()
        sink = await drain(one)
        from wire.codec import encode

        began = time.monotonic()
        for number in range(2000):
            one.moves.send(encode(PointerMoved(number / 2000, 0.5)))
        one.send(KeyChanged("KeyZ", "z", True))
        await until(lambda: ("key", "KeyZ", "z", True) in drivers.hands.done)
        moves = [done for done in drivers.hands.done if done[0] == "move"]
        assert 0 < len(moves) <= 500 * (1 + time.monotonic() - began)
        assert one.peer.connectionState == "connected"
        await sink.stop()
        await one.close()


async def test_a_screen_that_fails_is_tried_again() -> None:
    drivers = PaintedDrivers()
    drivers.painted[0].broken = True
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "wall", pictures_ms=100),))
        await until(lambda: drivers.opened)
        await asyncio.sleep(0.1)
        assert not hub.pictures
        await until(lambda: hub.events)
        assert hub.events[0].kind == "capture_failed"
        drivers.painted[0].broken = False
        await until(lambda: hub.pictures)


async def test_close_lets_everything_go() -> None:
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "control"),))
        one = TestViewer("a", host, hub)
        await one.connect()
        await until(lambda: drivers.hands.blocked)
        await host.close()
        assert drivers.painted[0].closed
        assert not drivers.hands.blocked
        await one.close()
