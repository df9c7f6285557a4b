"""Consoles that follow lessons: snapshots, patches by cursor, and a way back after a gap."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from actors.keys import lesson_topic
from actors.ports import LessonEntry, LessonView, ShardUnavailable
from hub.sockets.shard_link import ShardLink
from wire.codec import encode_payload
from wire.errors import Fault

if TYPE_CHECKING:
    from hub.sockets.sessions import Console

FRAME_BYTES = 64 * 1024
"""Bytes of patches after which a further `changed` frame is begun."""
PENDING_BYTES = 1024 * 1024
"""Bytes of patches that may wait for one console; past that it takes a fresh snapshot."""
RETRY_S = 0.2
RETRIES = 150
"""After half a minute without the lesson a console is sent away, to come back by itself."""

Position = tuple[str, int]
"""(a shard's epoch, a position in its log)."""

_patch = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw])


class Subscription:
    """One console following one lesson, at a position in the log of each shard.

    Guarantees: what a console was sent, applied in order, equals the lesson at the cursor.
    """

    def __init__(self, trust: str, site: str, lesson: str, touch: Callable[[], None]) -> None:
        self.trust = trust
        self.site = site
        self.lesson = lesson
        self.topic = lesson_topic(trust, site, lesson)
        self.positions: dict[str, Position] = {}
        self.is_behind = False
        self.starting = asyncio.Lock()
        """Held while a snapshot is on its way: of two, the older must not come last."""
        self._touch = touch
        self._bytes = 0
        self._ready_bytes = 0
        self._devices: list[msgspec.Raw] = []
        self._removed: list[msgspec.Raw] = []
        self._lesson_state: msgspec.Raw | None = None
        self._ready: deque[bytes] = deque()
        self._early: dict[str, list[LessonEntry]] | None = {}

    @property
    def cursor(self) -> str:
        """Where this subscription is, for a console that comes back."""
        return ",".join(f"{name}={e}:{p}" for name, (e, p) in sorted(self.positions.items()))

    def start(
        self, positions: dict[str, Position], missed: dict[str, list[LessonEntry]] | None = None
    ) -> None:
        """The console has what there was at these positions, and missed that."""
        self.positions = positions
        early, self._early = self._early, None
        for entries_of in (missed or {}, early or {}):
            for shard, entries in entries_of.items():
                self.take(shard, entries)

    def restart(self) -> None:
        """Forget what waits; hold further patches back until `start`."""
        self._devices, self._removed, self._lesson_state = [], [], None
        self._ready.clear()
        self._bytes = self._ready_bytes = 0
        self.is_behind = False
        self._early = {}

    def take(self, shard: str, entries: Iterable[LessonEntry]) -> None:
        """Patches of a shard; those at or before the position are known already."""
        if self._early is not None:
            self._early.setdefault(shard, []).extend(entries)
            return
        if self.is_behind:
            return
        epoch, position = self.positions.get(shard, ("", 0))
        for at, _, payload in entries:
            if at <= position:
                continue
            kind, body = _patch.decode(payload)
            if self._bytes > FRAME_BYTES or (kind == "removed" and self._devices):
                self._finish()
            if kind == "device":
                self._devices.append(body)
            elif kind == "removed":
                self._removed.append(body)
            else:
                self._lesson_state = body
            self._bytes += len(payload)
            position = at
            self.positions[shard] = (epoch, position)
        if self._ready_bytes + self._bytes > PENDING_BYTES:
            self.is_behind = True
        self._touch()

    def take_changes(self) -> bytes | None:
        """A `changed` frame with all that waits; None: nothing does."""
        if self._early is not None or self.is_behind:
            return None
        if self._ready:
            frame = self._ready.popleft()
            self._ready_bytes -= len(frame)
            return frame
        if self._devices or self._removed or self._lesson_state:
            return self._changed()
        return None

    def snapshot(self, views: list[LessonView]) -> bytes | None:
        """A `snapshot` frame of these views; None when no shard knows the lesson."""
        state = next((view.lesson for view in views if view.lesson), None)
        if state is None:
            return None
        devices = [msgspec.Raw(device) for view in views for device in view.devices]
        fields = {
            "lesson": self.lesson,
            "cursor": self.cursor,
            "state": msgspec.Raw(state),
            "devices": devices,
        }
        return encode_payload(("snapshot", 0, fields))

    def _finish(self) -> None:
        frame = self._changed()
        self._ready.append(frame)
        self._ready_bytes += len(frame)

    def _changed(self) -> bytes:
        fields: dict[str, object] = {"lesson": self.lesson, "cursor": self.cursor}
        if self._devices:
            fields["devices"] = self._devices
        if self._removed:
            fields["removed"] = self._removed
        if self._lesson_state:
            fields["lesson_state"] = self._lesson_state
        self._devices, self._removed, self._lesson_state = [], [], None
        self._bytes = 0
        return encode_payload(("changed", 0, fields))


def parse_cursor(text: str) -> dict[str, Position]:
    """The positions of a cursor; what cannot be read is left out."""
    positions: dict[str, Position] = {}
    for part in text.split(","):
        name, _, rest = part.partition("=")
        epoch, _, position = rest.rpartition(":")
        if name and epoch and position.isascii() and position.isdigit() and len(position) < 16:
            positions[name] = (epoch, int(position))
    return positions


class Subscriptions:
    """All the subscriptions of this hub, by topic."""

    def __init__(self, links_of: Callable[[str, str], list[ShardLink]]) -> None:
        self._links_of = links_of
        self._followers: dict[str, dict[Subscription, Console]] = {}

    async def add(self, console: Console, site: str, lesson: str, cursor: str) -> bool:
        """Have a console follow a lesson; False when no shard knows the lesson."""
        subscription = Subscription(console.principal.trust, site, lesson, console.outbound.touch)
        self.remove(console, lesson)
        self._followers.setdefault(subscription.topic, {})[subscription] = console
        console.subscriptions[lesson] = subscription
        is_following = False
        try:
            for link in self._links_of(subscription.trust, site):
                if subscription.topic not in link.topics:
                    await link.follow(link.topics | {subscription.topic})
            async with subscription.starting:
                is_following = await self._resume(
                    subscription, parse_cursor(cursor)
                ) or await self._start(console, subscription)
        finally:
            if not is_following:
                self.remove(console, lesson)
        return is_following

    def remove(self, console: Console, lesson: str) -> None:
        """Have a console follow a lesson no longer."""
        subscription = console.subscriptions.pop(lesson, None)
        if subscription is None:
            return
        followers = self._followers.get(subscription.topic, {})
        followers.pop(subscription, None)
        if not followers:
            self._followers.pop(subscription.topic, None)

    def drop(self, console: Console) -> None:
        """A console is gone."""
        for lesson in list(console.subscriptions):
            self.remove(console, lesson)

    def publish(self, link: ShardLink, entries: list[LessonEntry]) -> None:
        """Give patches to whoever follows their topic."""
        by_topic: dict[str, list[LessonEntry]] = {}
        for entry in entries:
            by_topic.setdefault(entry[1], []).append(entry)
        for topic, some in by_topic.items():
            for subscription in self._followers.get(topic, ()):
                subscription.take(link.shard.name, some)

    async def catch_up(self) -> None:
        """Bring back with a snapshot whoever fell too far behind and has room again."""
        await self._start_all(
            (console, subscription)
            for followers in list(self._followers.values())
            for subscription, console in followers.items()
            if subscription.is_behind and not console.outbound.size_bytes
        )

    async def trim(self, link: ShardLink) -> None:
        """Read no topic that nobody follows any more."""
        followed = link.topics & self._followers.keys()
        if followed != link.topics:
            await link.follow(followed)

    async def link_added(self, link: ShardLink, trust: str, site: str) -> None:
        """A further shard of a site came: its topics are followed there too."""
        prefix = lesson_topic(trust, site, "")
        await link.follow(frozenset(t for t in self._followers if t.startswith(prefix)))
        await self._start_all_of(link)

    async def follow_again(self, link: ShardLink) -> None:
        """A shard began a new life: its followers take a fresh snapshot of everything."""
        await link.follow(link.topics)
        await self._start_all_of(link)

    async def _start_all_of(self, link: ShardLink) -> None:
        await self._start_all(
            (console, subscription)
            for topic in link.topics
            for subscription, console in self._followers.get(topic, {}).items()
        )

    async def _start_all(self, pairs: Iterable[tuple[Console, Subscription]]) -> None:
        async with asyncio.TaskGroup() as group:
            for console, subscription in list(pairs):
                group.create_task(self._start_again(console, subscription))

    async def _start_again(self, console: Console, subscription: Subscription) -> None:
        async with subscription.starting:
            subscription.restart()
            for _ in range(RETRIES):
                if console.subscriptions.get(subscription.lesson) is not subscription:
                    return
                if await self._start(console, subscription):
                    return
                await asyncio.sleep(RETRY_S)
        self.remove(console, subscription.lesson)
        console.outbound.close(Fault.UNAVAILABLE)

    async def _start(self, console: Console, subscription: Subscription) -> bool:
        try:
            links = self._links_of(subscription.trust, subscription.site)
            views = [await link.shard.view(subscription.topic) for link in links]
        except ShardUnavailable:
            return False
        positions = {
            link.shard.name: (view.epoch, view.cursor)
            for link, view in zip(links, views, strict=True)
        }
        subscription.positions = positions
        frame = subscription.snapshot(views)
        if frame is None:
            return False
        console.put(frame)
        subscription.start(positions)
        return True

    async def _resume(self, subscription: Subscription, positions: dict[str, Position]) -> bool:
        links = self._links_of(subscription.trust, subscription.site)
        if not positions or {link.shard.name for link in links} != positions.keys():
            return False
        missed: dict[str, list[LessonEntry]] = {}
        for link in links:
            epoch, position = positions[link.shard.name]
            try:
                entries = await link.shard.since(subscription.topic, epoch, position)
            except ShardUnavailable:
                return False
            if entries is None:
                return False
            missed[link.shard.name] = entries
        subscription.start(positions, missed)
        return True
