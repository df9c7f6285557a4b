"""The link, against a real WebSocket server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from endpoint.link import Link, is_loopback
from tests.endpoint.small_hub import SmallHub, run_hub, until
from wire.errors import CLOSE_CODES, Fault
from wire.messages import (
    Heartbeat,
    Message,
    Picture,
    Rejected,
    StateAsked,
    Welcome,
    WindowChanged,
)
from wire.session import Backoff, DeviceSession

pytestmark = pytest.mark.slow


class Device:
    """A link whose messages are kept."""

    def __init__(
        self, hub: SmallHub, *, send_deadline_s: float = 10.0, replaced_wait_s: float = 30.0
    ) -> None:
        self.messages: list[Message] = []
        self.welcomes: list[Welcome] = []
        enrolment = hub.enrolment()
        self.session = DeviceSession(enrolment.identity, "epoch1", enrolment.sign)
        self.link = Link(
            self.session,
            enrolment.url,
            on_message=self.messages.append,
            on_welcome=self.welcomes.append,
            backoff=Backoff(first_s=0.02, most_s=0.2),
            send_deadline_s=send_deadline_s,
            replaced_wait_s=replaced_wait_s,
        )

    def type_title(self, title: str) -> int:
        return self.link.post(WindowChanged("Editor", title, 1))


@asynccontextmanager
async def running(device: Device) -> AsyncIterator[Device]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(device.link.run())
        try:
            yield device
        finally:
            task.cancel()


def titles(hub: SmallHub) -> list[str]:
    return [message.title for _, message in hub.heard if isinstance(message, WindowChanged)]


async def test_hello_proves_the_key_and_welcome_reaches_the_owner() -> None:
    async with run_hub() as hub, running(Device(hub)) as device:
        await until(lambda: device.welcomes)
        assert hub.last.hello is not None
        assert hub.last.hello.device == "pc1"
        assert device.link.is_welcomed


async def test_messages_posted_before_the_connection_arrive_in_order() -> None:
    async with run_hub() as hub:
        device = Device(hub)
        for number in range(50):
            device.type_title(str(number))
        async with running(device):
            await until(lambda: device.session.unacknowledged == 0)
        assert titles(hub) == [str(number) for number in range(50)]


async def test_a_break_in_the_middle_loses_nothing_and_keeps_the_order() -> None:
    async with run_hub() as hub, running(Device(hub)) as device:
        await until(lambda: device.welcomes)
        hub.acknowledges = False
        for number in range(20):
            device.type_title(str(number))
        await until(lambda: len(titles(hub)) == 20)
        hub.acknowledges, hub.received = True, 5
        hub.last.socket.transport.abort()
        device.type_title("at the break")
        await until(lambda: device.session.unacknowledged == 0)
        again = [seq for seq, _ in hub.last.heard if seq]
        assert again == list(range(6, 22))
        assert device.link.connections == 2


async def test_the_link_keeps_trying_until_there_is_a_hub() -> None:
    async with run_hub() as hub:
        device = Device(hub)
    async with running(device):
        await asyncio.sleep(0.3)
        assert not device.welcomes
        async with run_hub(hub):
            await until(lambda: device.welcomes)


async def test_a_device_that_was_replaced_waits_before_it_comes_again() -> None:
    async with run_hub() as hub, running(Device(hub, replaced_wait_s=1.0)) as device:
        await until(lambda: len(device.welcomes) == 1)
        closed_at = asyncio.get_running_loop().time()
        await hub.last.socket.close(CLOSE_CODES[Fault.REPLACED], Fault.REPLACED.value)
        await until(lambda: len(device.welcomes) == 2)
        assert asyncio.get_running_loop().time() - closed_at >= 1.0


async def test_a_silent_hub_is_left_and_called_again() -> None:
    hub = SmallHub(heartbeat_s=0.1, silence_s=0.4, acknowledges=False)
    async with run_hub(hub), running(Device(hub)) as device:
        await until(lambda: len(device.welcomes) > 1)
        first = hub.conversations[0]
        assert (first.close_code, first.close_reason) == (4002, Fault.SILENT.value)
        assert len(first.messages(Heartbeat)) >= 2


async def test_heartbeats_keep_a_quiet_connection() -> None:
    hub = SmallHub(heartbeat_s=0.1, silence_s=1.0)
    async with run_hub(hub), running(Device(hub)):
        await until(lambda: hub.conversations and len(hub.last.messages(Heartbeat)) >= 15)
        assert len(hub.conversations) == 1


async def test_a_rejected_message_is_not_sent_again() -> None:
    async with run_hub() as hub, running(Device(hub)) as device:
        await until(lambda: device.welcomes)
        hub.acknowledges = False
        for title in ("one", "bad", "three"):
            device.type_title(title)
        await until(lambda: len(titles(hub)) == 3)
        await hub.last.say(Rejected(2, "invalid", "no"))
        await hub.last.socket.close(1007, "invalid")
        hub.acknowledges = True
        await until(lambda: device.session.unacknowledged == 0)
        assert [seq for seq, _ in hub.last.heard if seq] == [1, 3]
        assert device.messages == [Rejected(2, "invalid", "no")]


async def test_stop_sends_what_waits_and_closes_in_an_orderly_way() -> None:
    async with run_hub() as hub:
        device = Device(hub)
        async with asyncio.TaskGroup() as group:
            group.create_task(device.link.run())
            await until(lambda: device.welcomes)
            device.type_title("last words")
            device.link.stop()
        await until(lambda: hub.last.close_code)
        assert titles(hub) == ["last words"]
        assert hub.last.close_code == 1000


async def test_stop_ends_a_link_that_waits_for_its_next_attempt() -> None:
    async with run_hub() as hub:
        device = Device(hub)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(device.link.run())
        await asyncio.sleep(0.1)
        device.link.stop()


async def test_a_server_of_another_protocol_hears_nothing() -> None:
    heard: list[object] = []

    async def record(socket: ServerConnection) -> None:
        async for frame in socket:
            heard.append(frame)

    hub = SmallHub()
    async with serve(record, "127.0.0.1", 0) as server:
        hub.port = next(iter(server.sockets)).getsockname()[1]
        async with running(Device(hub)) as device:
            await asyncio.sleep(0.3)
            assert not device.welcomes
    assert heard == []


@pytest.mark.parametrize(
    ("frame", "code"), [("text", 1007), (b"\xc1", 1007), (b"\x93\xa7unknown\x00\x80", 1007)]
)
async def test_what_is_no_frame_closes_the_connection_with_its_code(
    frame: str | bytes, code: int
) -> None:
    async with run_hub() as hub, running(Device(hub)) as device:
        await until(lambda: device.welcomes)
        first = hub.last
        await first.socket.send(frame)
        await until(lambda: first.close_code)
        assert first.close_code == code
        await until(lambda: len(device.welcomes) == 2)


async def test_a_network_that_takes_nothing_is_given_up() -> None:
    hub = SmallHub(reads=False)
    async with run_hub(hub):
        device = Device(hub, send_deadline_s=0.3)
        async with running(device):
            await until(lambda: device.welcomes)
            while len(device.welcomes) < 2:
                for monitor in range(16):
                    device.link.post(_picture(monitor, 200 * 1024))
                await asyncio.sleep(0.01)


async def test_of_pictures_only_the_newest_of_a_monitor_waits() -> None:
    async with run_hub() as hub, running(Device(hub)) as device:
        await until(lambda: device.welcomes)
        for size in range(10, 30):
            device.link.post(_picture(0, size))
            device.link.post(_picture(1, size))
        device.type_title("before pictures")
        await until(lambda: len(hub.heard) >= 3)
        kinds = [type(message) for _, message in hub.heard]
        assert kinds == [WindowChanged, Picture, Picture]
        assert [len(m.jpeg) for _, m in hub.heard if isinstance(m, Picture)] == [29, 29]


async def test_messages_of_the_hub_reach_the_owner() -> None:
    async with run_hub() as hub, running(Device(hub)) as device:
        await until(lambda: device.welcomes)
        await hub.last.say(StateAsked())
        await until(lambda: device.messages)
        assert device.messages == [StateAsked()]


async def test_what_the_owner_raises_ends_the_link() -> None:
    async with run_hub() as hub:
        device = Device(hub)

        def fail(welcome: Welcome) -> None:
            raise KeyError("a defect")

        enrolment = hub.enrolment()
        link = Link(device.session, enrolment.url, on_message=print, on_welcome=fail)
        with pytest.raises(ExceptionGroup) as caught:
            await link.run()
        assert caught.group_contains(KeyError)


def test_only_this_machine_is_loopback() -> None:
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1"))
    hosts = ("school.example", "127.0.0.1.school.example", "127.evil.example", "10.0.0.1", "")
    assert not any(is_loopback(host) for host in hosts)


def _picture(monitor: int, size: int) -> Picture:
    return Picture(monitor, 320, 180, b"\xff" * size, 1)
