"""The agent's core against a real hub socket, with children that write down what they are told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from endpoint.agent import AGENT_NAME, Agent, awake_clock
from endpoint.notice.scene import Lock, Scene, Status, Watcher
from endpoint.platform.port import Window
from endpoint.spool import Spool
from tests.endpoint.small_hub import SmallHub, run_hub, until
from tests.endpoint.test_activity import MovedDesktop
from webrtc.media_port import Emit
from wire.codec import encode, split
from wire.messages import (
    EarlierReported,
    EventReported,
    Order,
    OrderReport,
    OrderReported,
    OrdersChanged,
    PeerSignal,
    StateAsked,
    StateReported,
    UserChanged,
    Viewer,
    ViewersChanged,
    ViewerSignal,
    WindowChanged,
)

pytestmark = pytest.mark.slow

KHAN = Viewer("v1", "Ms \u202eKhan", "teacher", "control")
LOCK = Order("a", "lock", 1, 90.0, "Eyes up", None, "Ms Khan")


class RecordingNotice:
    def __init__(self) -> None:
        self.scenes: list[Scene] = []
        self.say: Callable[[Status], None] = lambda status: None

    def show(self, scene: Scene) -> None:
        self.scenes.append(scene)

    async def run(self, on_status: Callable[[Status], None]) -> None:
        self.say = on_status
        await asyncio.Event().wait()


class RecordingMedia:
    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.viewers: list[tuple[Viewer, ...]] = []
        self.signals: list[ViewerSignal] = []
        self._closing = asyncio.Event()
        self.closed = False

    async def run(self) -> None:
        await self._closing.wait()

    def set_viewers(self, viewers: tuple[Viewer, ...]) -> None:
        self.viewers.append(viewers)

    def signal(self, signal: ViewerSignal) -> None:
        self.signals.append(signal)

    async def close(self) -> None:
        self.closed = True
        self._closing.set()


class Pc:
    """An agent with everything around it."""

    def __init__(self, hub: SmallHub, folder: Path, epoch: str = "e1") -> None:
        self.desktop = MovedDesktop(events=False)
        self.notice = RecordingNotice()
        self.medias: list[RecordingMedia] = []
        self.wall_ms = 1_000_000
        self.agent = Agent(
            hub.enrolment(),
            self.desktop,
            self.notice,
            self._open_media,
            epoch=epoch,
            state_folder=folder,
            now_ms=lambda: self.wall_ms,
        )

    @property
    def media(self) -> RecordingMedia:
        return self.medias[0]

    def _open_media(self, emit: Emit) -> RecordingMedia:
        self.medias.append(RecordingMedia(emit))
        return self.medias[-1]


@asynccontextmanager
async def running(pc: Pc) -> AsyncIterator[Pc]:
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(pc.agent.run())
        try:
            yield pc
        finally:
            pc.agent.stop()


def states(hub: SmallHub) -> list[StateReported]:
    return [message for _, message in hub.heard if isinstance(message, StateReported)]


def reports(hub: SmallHub) -> list[tuple[str, str]]:
    return [(m.id, m.state) for _, m in hub.heard if isinstance(m, OrderReported)]


async def test_the_whole_state_follows_every_welcome_and_every_question(tmp_path: Path) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)):
        await until(lambda: len(states(hub)) == 1)
        assert states(hub)[0].title == "essay"
        await hub.last.say(StateAsked())
        await until(lambda: len(states(hub)) == 2)
        hub.last.socket.transport.abort()
        await until(lambda: len(states(hub)) >= 3 and len(hub.conversations) == 2)
    assert hub.last.close_code == 1000


def events(hub: SmallHub) -> list[tuple[str, int, str, str]]:
    found = [message for _, message in hub.heard if isinstance(message, EventReported)]
    return [(one.kind, one.count, one.detail, one.user) for one in found]


async def test_a_run_begins_with_its_start_and_the_account_before_any_state(tmp_path: Path) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)):
        await until(lambda: states(hub))
    first, second, third = hub.heard[:3]
    assert first == (1, EventReported("agent_started", 1_000_000, 0, AGENT_NAME, "amy"))
    assert second == (2, UserChanged("amy", 1_000_000, "Amy Lee"))
    assert third[0] == 3
    assert isinstance(third[1], StateReported)


async def test_what_ends_the_notice_or_the_capture_is_reported_once_a_minute(
    tmp_path: Path,
) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)) as pc:
        await until(lambda: states(hub))
        for _ in range(3):
            pc.notice.say(Status(detail="by signal 9", ended=True))
            pc.media.emit(EventReported("capture_failed", 1, detail="no display"))
        pc.desktop.window = Window("Browser", "maps")
        await until(lambda: any(isinstance(m, WindowChanged) for _, m in hub.heard))
        assert events(hub)[1:] == [
            ("notice_ended", 0, "by signal 9", "amy"),
            ("capture_failed", 0, "no display", "amy"),
        ]


async def test_a_clock_that_was_set_and_messages_that_were_dropped_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("endpoint.agent.LOOK_S", 0.05)
    async with run_hub() as hub:
        pc = Pc(hub, tmp_path)
        async with running(pc):
            await until(lambda: states(hub))
            pc.wall_ms += 3_600_000
            await until(lambda: len(states(hub)) == 2)
            assert states(hub)[1].at_ms == 1_000_000 + 3_600_000
            pc.agent.link.session.dropped += 5
            await until(lambda: len(events(hub)) == 3)
    assert events(hub)[1:] == [
        ("clock_changed", 3600, "", "amy"),
        ("outbox_dropped", 5, "", "amy"),
    ]


async def test_what_a_crash_left_unacknowledged_is_delivered_by_the_next_run_as_it_was_numbered(
    tmp_path: Path,
) -> None:
    first = SmallHub(acknowledges=False)
    async with run_hub(first) as hub:
        pc = Pc(hub, tmp_path)
        pc.desktop.window = Window("Browser", "canary")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await pc.agent.run()
        said = [(n, m) for n, m in hub.heard if isinstance(m, EventReported | UserChanged)]
        assert [number for number, _ in said] == [1, 2]
    spool = Spool(tmp_path, hub.enrolment().identity)
    kept = [message.frame for message in spool.read()]
    assert [split(frame)[0] for frame in kept] == ["event_reported", "user_changed"]
    assert not any(b"canary" in frame for frame in kept), "what is not durable is not kept"
    frames = [EarlierReported("e1", encode(message, number)) for number, message in said]
    second = SmallHub(key=first.key)
    async with run_hub(second) as hub, running(Pc(hub, tmp_path, "e2")):
        await until(lambda: states(hub))
        assert hub.heard[:2] == [(1, frames[0]), (2, frames[1])]
        assert isinstance(hub.heard[2][1], EventReported)
        await until(lambda: not spool.read())


async def test_activity_reaches_the_hub(tmp_path: Path) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)) as pc:
        await until(lambda: states(hub))
        pc.desktop.window = Window("Browser", "maps")
        await until(lambda: any(isinstance(m, WindowChanged) for _, m in hub.heard))


async def test_viewers_reach_media_and_pupil_and_go_when_their_lease_ends(tmp_path: Path) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)) as pc:
        await until(lambda: states(hub))
        await hub.last.say(ViewersChanged((KHAN,), 0.5))
        await until(lambda: pc.media.viewers == [(KHAN,)])
        assert pc.notice.scenes == [Scene((Watcher("Ms Khan", "teacher", "control"),))]
        await until(lambda: pc.media.viewers == [(KHAN,), ()])
        assert pc.notice.scenes[-1].is_empty


async def test_a_renewed_list_is_not_told_again(tmp_path: Path) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)) as pc:
        await until(lambda: states(hub))
        for _ in range(3):
            await hub.last.say(ViewersChanged((KHAN,), 15))
        await hub.last.say(StateAsked())
        await until(lambda: len(states(hub)) == 2)
        assert pc.media.viewers == [(KHAN,)]
        assert len(pc.notice.scenes) == 1


async def test_signalling_passes_in_both_directions(tmp_path: Path) -> None:
    offer = ViewerSignal("v1", 3, "offer", "sdp")
    answer = PeerSignal("v1", 3, "answer", "sdp")
    async with run_hub() as hub, running(Pc(hub, tmp_path)) as pc:
        await until(lambda: states(hub))
        await hub.last.say(offer)
        await until(lambda: pc.media.signals == [offer])
        pc.media.emit(answer)
        await until(lambda: (0, answer) in hub.heard)


async def test_a_lock_is_reported_only_when_the_notice_holds_it(tmp_path: Path) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)) as pc:
        await until(lambda: states(hub))
        await hub.last.say(OrdersChanged((LOCK,)))
        await until(lambda: pc.notice.scenes)
        assert pc.notice.scenes[-1].lock == Lock("a", "Eyes up", "Ms Khan", None)
        pc.notice.say(Status("a", held=False, detail="busy"))
        pc.notice.say(Status("other", held=True))
        pc.notice.say(Status("a", held=True))
        await until(lambda: reports(hub) == [("a", "refused"), ("a", "applied")])
        await hub.last.say(StateAsked())
        await until(lambda: len(states(hub)) == 2)
        assert states(hub)[1].orders == (OrderReport("a", "applied"),)
        await hub.last.say(OrdersChanged(()))
        await until(lambda: reports(hub)[-1] == ("a", "released"))
        assert pc.notice.scenes[-1].is_empty


async def test_the_device_unlocks_alone_when_the_hub_is_gone(tmp_path: Path) -> None:
    async with run_hub() as hub:
        pc = Pc(hub, tmp_path)
        async with running(pc):
            await until(lambda: states(hub))
            await hub.last.say(OrdersChanged((Order("a", "lock", 1, 1.0),)))
            await until(lambda: pc.notice.scenes)
            pc.notice.say(Status("a", held=True))
            hub.last.socket.transport.abort()
            await until(lambda: pc.notice.scenes[-1].is_empty)
            await until(lambda: reports(hub)[-1:] == [("a", "expired")])


async def test_a_lock_comes_back_after_a_restart_without_the_hub(tmp_path: Path) -> None:
    async with run_hub() as hub, running(Pc(hub, tmp_path)) as pc:
        await until(lambda: states(hub))
        await hub.last.say(OrdersChanged((LOCK,)))
        await until(lambda: pc.notice.scenes)
    again = Pc(hub, tmp_path, "e2")
    again.wall_ms += 10_000
    async with running(again):
        await until(lambda: again.notice.scenes)
        assert again.notice.scenes[0].lock == Lock("a", "Eyes up", "Ms Khan", None)
    late = Pc(hub, tmp_path, "e3")
    late.wall_ms += 200_000
    async with running(late):
        await asyncio.sleep(0.1)
        assert all(scene.is_empty for scene in late.notice.scenes)


async def test_stopping_lets_media_go_and_says_goodbye(tmp_path: Path) -> None:
    async with run_hub() as hub:
        async with running(Pc(hub, tmp_path)) as pc:
            await until(lambda: states(hub))
        assert pc.media.closed
        await until(lambda: hub.last.close_code == 1000)


async def test_a_desktop_that_ends_ends_the_agent(tmp_path: Path) -> None:
    async with run_hub() as hub:
        pc = Pc(hub, tmp_path)

        async def end_the_desktop() -> None:
            async with running(pc):
                await until(lambda: states(hub))
                pc.desktop.gone = True
                await asyncio.sleep(60)

        with pytest.raises(ExceptionGroup) as caught:
            await end_the_desktop()
        assert caught.group_contains(OSError, match="the display is gone")
        assert pc.media.closed


def test_the_clock_goes_forward() -> None:
    assert awake_clock() <= awake_clock()
