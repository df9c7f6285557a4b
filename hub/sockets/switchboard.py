"""Every socket of this hub, and who gets what the shards have to say."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace

from actors.keys import Key
from actors.ports import (
    Attach,
    Attached,
    Delivered,
    Detach,
    Item,
    PeerRestarted,
    Reading,
    Runtime,
    Screen,
    ShardPort,
    Watch,
    Watched,
)
from hub.sockets import attendance
from hub.sockets.dead_letters import keep
from hub.sockets.screens import granted, stamped
from hub.sockets.sessions import Console, DeviceSocket, SocketCounts
from hub.sockets.shard_link import ShardLink
from hub.sockets.subscriptions import Subscriptions
from safeguarding.permissions import Principal
from wire.codec import encode
from wire.errors import Fault, FrameError
from wire.messages import Acknowledged, Welcome

ACKNOWLEDGE_S = 6.0
"""How long an acknowledgement may wait, so that one serves several messages.

With one heartbeat's time it stays below the silence after which a device gives its hub up.
"""
ACKNOWLEDGE_STEP_S = 0.25
"""Acknowledgements that are due within this leave together."""
RENEW_S = 5.0
"""How often the screens that consoles show are asked for again."""

TIDY_S = 1.0


class Switchboard:
    """Holds the sockets of one hub, and no truth: all of it can be told again.

    Guarantees: a device's messages reach its shard in order; what is acknowledged has taken
    effect; when a shard begins a new life its devices are attached, its lessons followed and
    its screens asked for again, and nothing that was not acknowledged is lost.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        clock_s: Callable[[], float],
        heartbeat_s: float,
        silence_s: float,
        viewing_lease_s: float,
    ) -> None:
        self.hub = f"hub-{secrets.token_hex(6)}"
        self.subscriptions = Subscriptions(self.links_of)
        self.counts = SocketCounts()
        self._runtime = runtime
        self._clock_s = clock_s
        self._heartbeat_s = heartbeat_s
        self._silence_s = silence_s
        self._viewing_lease_s = viewing_lease_s
        self._links: dict[str, ShardLink] = {}
        self._devices: dict[int, DeviceSocket] = {}
        self._consoles: dict[str, Console] = {}
        self._left = asyncio.Event()
        # Random, so that no two hubs of a cluster have connections of one number.
        self._numbers = itertools.count(secrets.randbits(48) + 1)
        self._unacknowledged: dict[DeviceSocket, float] = {}
        """Since when, oldest first."""
        self._group: asyncio.TaskGroup | None = None

    @property
    def devices(self) -> int:
        """How many devices are connected here."""
        return len(self._devices)

    @property
    def consoles(self) -> int:
        """How many consoles are connected here."""
        return len(self._consoles)

    @property
    def waiting_items(self) -> int:
        """Items that wait for a shard."""
        return sum(self.queues.values())

    @property
    def queues(self) -> dict[str, int]:
        """Items that wait, by the shard that they are for."""
        return {name: link.lane.depth for name, link in self._links.items()}

    async def run(self, started: asyncio.Event) -> None:
        """Serve until cancelled; sets `started` once sockets may come."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            started.set()
            group.create_task(self._acknowledge())
            group.create_task(self._renew())
            group.create_task(self._tidy())
            group.create_task(attendance.watch(self._devices, self._silence_s))

    def now_ms(self) -> int:
        """The hub's wall clock."""
        return int(self._clock_s() * 1000)

    # --- devices ------------------------------------------------------------------------------

    def number(self) -> int:
        """A number for a new device connection."""
        return next(self._numbers)

    async def attach(self, device: DeviceSocket) -> None:
        """Take a device in: its shard learns of it, and it is welcomed."""
        self._devices[device.session] = device
        await self._welcome(device)

    def detach(self, device: DeviceSocket, *, orderly: bool) -> None:
        """A device's connection ended."""
        if self._devices.pop(device.session, None) is None:
            return
        self._left.set()
        self._unacknowledged.pop(device, None)
        command = Detach(device.key, self.hub, device.session, orderly)
        device.lane.tell(command)

    def take(
        self, device: DeviceSocket, name: str, seq: int, payload: bytes, *, urgent: bool
    ) -> bool:
        """Bring a device's frame to its shard; False when no more should come for now."""
        self.counts.frames_received += 1
        frame = (device.key_text, device.session, name, seq, payload)
        return device.lane.put(frame, urgent=urgent)

    async def _welcome(self, device: DeviceSocket) -> None:
        device.is_resuming = True
        command = Attach(device.key, device.name, self.hub, device.session, device.epoch)
        answer = await device.lane.ask(command)
        if not isinstance(answer, Attached):
            return device.close(Fault.UNAVAILABLE)
        device.acknowledged = max(device.acknowledged, answer.received)
        device.received = answer.received
        welcome = Welcome(
            received=device.acknowledged,
            heartbeat_s=self._heartbeat_s,
            silence_s=self._silence_s,
            now_ms=self.now_ms(),
            device_name=device.name,
        )
        device.welcome(encode(welcome))

    # --- consoles -----------------------------------------------------------------------------

    def add_console(self, console: Console) -> None:
        """Take a console in."""
        self._consoles[console.viewer] = console

    def rights_changed(self, trust: str, person: str) -> None:
        """Have the consoles of a person look up their rights now."""
        for console in self._consoles.values():
            if (console.principal.trust, console.principal.person) == (trust, person):
                console.rights_changed.set()

    def renew_rights(self, console: Console, principal: Principal) -> None:
        """The console's person has these rights now, and so has what it watches."""
        console.principal = principal
        if console.watch:
            console.watch = replace(console.watch, principal=principal)

    def remove_console(self, console: Console) -> None:
        """A console's connection ended: it follows and watches nothing any more."""
        self._consoles.pop(console.viewer, None)
        self.counts.consoles_dropped += console.outbound.was_too_slow
        self._left.set()
        self.subscriptions.drop(console)
        self._let_go(console)

    async def close_all(self, within_s: float) -> None:
        """Say goodbye to every socket; returns when they are gone, or after `within_s`."""
        for device in self._devices.values():
            device.close(Fault.GOING_AWAY)
        for console in self._consoles.values():
            console.close(Fault.GOING_AWAY)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self._devices or self._consoles:
                    self._left.clear()
                    await self._left.wait()

    def close_sites(self, sites: Collection[tuple[str, str]]) -> None:
        """Have the devices of these (trust, site) and their trusts' consoles come anew: the actors
        of these sites live in other shards now."""
        for device in list(self._devices.values()):
            if (device.key.trust, device.key.site) in sites:
                device.close(Fault.GOING_AWAY)
        trusts = {trust for trust, _ in sites}
        for console in list(self._consoles.values()):
            if console.principal.trust in trusts:
                console.close(Fault.GOING_AWAY)

    def tell_consoles(self, frame: bytes) -> None:
        """Send a frame to every console."""
        for console in self._consoles.values():
            console.put(frame)

    async def watch(
        self, console: Console, site: str, lesson: str, screens: tuple[Screen, ...]
    ) -> dict[str, str]:
        """A console shows these screens now; returns the refusals, by device id.

        What was refused is not asked for again with the renewals: nobody comes to control a
        screen later, without asking again.
        """
        if console.watch and console.watch.lesson != lesson:
            self._let_go(console)
        shown = console.watch.screens if console.watch else ()
        watch = self._watch(console, lesson, tuple(stamped(screens, shown, self.now_ms())))
        console.watch, console.watch_site = watch, site
        async with asyncio.TaskGroup() as group:
            asks = [group.create_task(link.lane.ask(watch)) for link in self._links_for(console)]
        refused: dict[str, str] = {}
        for ask in asks:
            if isinstance(answer := ask.result(), Watched):
                refused.update(answer.refused)
        if refused and console.watch is watch:
            console.watch = replace(watch, screens=tuple(granted(watch.screens, refused)))
        return refused

    def _let_go(self, console: Console) -> None:
        if console.watch is None:
            return
        nothing = self._watch(console, console.watch.lesson, ())
        for link in self._links_for(console):
            link.lane.tell(nothing)
        console.watch = None

    def _watch(self, console: Console, lesson: str, screens: tuple[Screen, ...]) -> Watch:
        return Watch(
            console.principal, console.viewer, self.hub, lesson, screens, self._viewing_lease_s
        )

    def _links_for(self, console: Console) -> list[ShardLink]:
        return self.links_of(console.principal.trust, console.watch_site)

    # --- shards -------------------------------------------------------------------------------

    def link_for(self, key: Key) -> ShardLink:
        """The link to the shard that houses an actor."""
        shard = self._runtime.shard_for(key)
        link = self._links.get(shard.name)
        if link is None:
            link = self._open(shard)
            assert self._group is not None
            self._group.create_task(self.subscriptions.link_added(link, key.trust, key.site))
        return link

    def links_of(self, trust: str, site: str) -> list[ShardLink]:
        """The links to every shard that may house an actor of a site."""
        links = []
        for shard in self._runtime.shards_of(trust, site):
            links.append(self._links.get(shard.name) or self._open(shard))
        return links

    def _open(self, shard: ShardPort) -> ShardLink:
        assert self._group is not None
        link = ShardLink(
            shard,
            self.hub,
            on_delivered=self._delivered,
            on_reading=self._reading,
            on_new_life=self._new_life,
            set_aside=self._set_aside,
        )
        self._links[link.shard.name] = link
        self._group.create_task(link.run(), name=f"link-{link.shard.name}")
        return link

    def _set_aside(self, item: Item) -> None:
        self.counts.messages_set_aside += 1
        assert self._group is not None
        self._group.create_task(keep(self._runtime, item, self.now_ms()))

    def _delivered(self, delivered: Delivered) -> None:
        now_s = asyncio.get_running_loop().time()
        for session, received in delivered.received.items():
            device = self._devices.get(session)
            if device:
                device.received = max(device.received, received)
                self._unacknowledged.setdefault(device, now_s)
        self.counts.frames_refused += len(delivered.faults)
        for fault in delivered.faults:
            device = self._devices.get(fault.session)
            if device:
                device.reject(FrameError(Fault(fault.fault), fault.detail, fault.seq))

    def _reading(self, link: ShardLink, reading: Reading) -> None:
        for session, frame in reading.devices:
            if device := self._devices.get(session):
                device.put(frame)
        for session, number in reading.stored:
            if device := self._devices.get(session):
                device.received = max(device.received, number)
                self.acknowledge(device)
        for session in reading.again:
            if device := self._devices.get(session):
                assert self._group is not None
                self._group.create_task(self._welcome(device))
        for session in reading.closed:
            if device := self._devices.get(session):
                device.close(Fault.REPLACED)
        for viewer, frame in reading.viewers:
            if console := self._consoles.get(viewer):
                console.put(frame)
        for viewer, picture_device, frame in reading.pictures:
            if console := self._consoles.get(viewer):
                self.counts.pictures_dropped += console.show(picture_device, frame)
        self.subscriptions.publish(link, reading.lessons)

    def _new_life(self, link: ShardLink) -> None:
        assert self._group is not None
        self._group.create_task(self._attach_again(link))
        for other in self._links.values():
            if other is not link:
                other.lane.tell(PeerRestarted(link.shard.name))
        self._group.create_task(self.subscriptions.follow_again(link))
        for console in self._consoles.values():
            if console.watch:
                link.lane.tell(console.watch)

    async def _attach_again(self, link: ShardLink) -> None:
        mine = [d for d in self._devices.values() if d.lane is link.lane]
        for start in range(0, len(mine), 100):
            async with asyncio.TaskGroup() as group:
                for device in mine[start : start + 100]:
                    group.create_task(self._welcome(device))

    # --- in the background --------------------------------------------------------------------

    async def _acknowledge(self) -> None:
        while True:
            await asyncio.sleep(ACKNOWLEDGE_STEP_S)
            due_s = asyncio.get_running_loop().time() - ACKNOWLEDGE_S
            # In steps: thousands at once would hold everybody else up.
            for device, since_s in list(self._unacknowledged.items()):
                if since_s > due_s:
                    break
                self.acknowledge(device)

    def acknowledge(self, device: DeviceSocket) -> None:
        """Tell a device what has taken effect."""
        self._unacknowledged.pop(device, None)
        if device.is_resuming:
            return
        device.acknowledged = max(device.acknowledged, device.received)
        device.put(encode(Acknowledged(device.acknowledged)))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            for console in self._consoles.values():
                if console.watch:
                    for link in self._links_for(console):
                        link.lane.tell(console.watch)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_S)
            await self.subscriptions.catch_up()
            for link in list(self._links.values()):
                await self.subscriptions.trim(link)
