"""The agent's core: the hub's wishes go to the desktop, what the desktop does goes to the hub."""

from __future__ import annotations

import asyncio
import logging
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

from endpoint.activity import Activity
from endpoint.enrolment import Enrolment
from endpoint.incidents import Incidents
from endpoint.link import Link
from endpoint.notice.scene import Lock, Scene, Status, Watcher
from endpoint.order_file import OrderFile
from endpoint.orders import Orders
from endpoint.plain_text import plain_text
from endpoint.platform.port import Desktop
from endpoint.ports import NoticePort
from endpoint.spool import Spool
from endpoint.viewing import Viewing
from endpoint.wall_clock import WallClock
from webrtc.media_port import Emit, MediaPort
from wire.messages import (
    EventReported,
    Message,
    OrderReport,
    OrderReported,
    OrdersChanged,
    PeerSignal,
    Picture,
    Rejected,
    StateAsked,
    ViewersChanged,
    ViewerSignal,
    Welcome,
)
from wire.session import DeviceSession

AGENT_NAME = "formroom-endpoint/0.1.0"
LEASE_TICK_S = 1.0
"""Seconds between looks at a lease that is held; a computer may sleep through a longer timer."""
LOOK_S = 10.0
"""Seconds between looks at the clock, the outbox and what goes on happening."""

_log = logging.getLogger(__name__)


def awake_clock() -> float:
    """Monotonic seconds that go on while the computer sleeps, where the system counts them."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class Agent:
    """One device.

    `open_media` makes whatever serves the screens; it is given what takes its messages. `epoch`
    names this run. `now_ms` is wall time, `clock` any monotonic one, in seconds.
    """

    def __init__(
        self,
        enrolment: Enrolment,
        desktop: Desktop,
        notice: NoticePort,
        open_media: Callable[[Emit], MediaPort],
        *,
        epoch: str,
        state_folder: Path,
        now_ms: Callable[[], int],
        clock: Callable[[], float] = awake_clock,
        away_after_s: float = 300.0,
    ) -> None:
        self._spool = Spool(state_folder, enrolment.identity)
        session = DeviceSession(
            enrolment.identity,
            epoch,
            enrolment.sign,
            agent=AGENT_NAME,
            platform=desktop.name,
            keep=self._spool.keep,
        )
        self.link = Link(
            session,
            enrolment.url,
            on_message=self._receive,
            on_welcome=self._welcome,
            tls=enrolment.tls(),
            clock=clock,
        )
        self._now_ms = now_ms
        self._clock = clock
        self._viewing = Viewing()
        self._orders = Orders()
        self._order_file = OrderFile(state_folder, enrolment.identity)
        self._notice = notice
        self._media = open_media(self._emit)
        self._activity = Activity(
            desktop, self.link.post, now_ms, away_after_s=away_after_s, clock=clock
        )
        self._incidents = Incidents(self.link.post, now_ms, clock, user=lambda: self._activity.user)
        self._wall_clock = WallClock(now_ms, clock)
        self._dropped = 0
        """Messages that the outbox dropped and the hub was told of."""
        self._leases = asyncio.Event()

    def stop(self) -> None:
        """Say goodbye to the hub, let every viewer go, and let `run` return."""
        self.link.stop()

    async def run(self) -> None:
        """Work until `stop`. Raises `OSError` (in a group) when the desktop is gone."""
        self.link.session.post_earlier(self._spool.read())
        self._incidents.report("agent_started", detail=AGENT_NAME)
        self._activity.begin()
        memory = self._order_file.read()
        if memory is not None:
            self._orders.recall(memory, self._clock(), self._now_ms())
            self._show()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(work)
                for work in (
                    self._activity.run(),
                    self._notice.run(self._confirm),
                    self._media.run(),
                    self._watch_leases(),
                    self._watch_incidents(),
                )
            ]
            try:
                await self.link.run()
            finally:
                await self._media.close()
                for task in tasks:
                    task.cancel()

    def _emit(self, message: Picture | PeerSignal | EventReported) -> None:
        if isinstance(message, EventReported):
            self._incidents.happen(message.kind, message.detail)
        else:
            self.link.post(message)

    def _welcome(self, welcome: Welcome) -> None:
        self._tell_dropped()
        self.link.post(self._activity.report(self._orders.reports))

    def _receive(self, message: Message) -> None:
        match message:
            case ViewersChanged():
                if self._viewing.change(message, self._clock()):
                    self._viewers_changed()
            case ViewerSignal():
                self._media.signal(message)
            case OrdersChanged():
                if message.orders or not self._orders.is_empty:
                    self._orders_changed(self._orders.change(message.orders, self._clock()))
            case StateAsked():
                self.link.post(self._activity.report(self._orders.reports))
            case Rejected():
                _log.warning("the hub refused message %s: %s", message.seq, message.detail)
        self._leases.set()

    def _viewers_changed(self) -> None:
        self._media.set_viewers(self._viewing.viewers)
        self._show()

    def _orders_changed(self, reports: list[OrderReport]) -> None:
        self._report(reports)
        self._order_file.write(self._orders.remember(self._clock(), self._now_ms()))
        self._show()

    def _confirm(self, status: Status) -> None:
        if status.ended:
            self._incidents.happen("notice_ended", status.detail)
        if not status.order:
            return
        if status.held:
            self._report(self._orders.confirm(status.order))
        else:
            self._report(self._orders.refuse(status.order, status.detail))

    def _report(self, reports: list[OrderReport]) -> None:
        for report in reports:
            user = self._activity.user
            reported = OrderReported(report.id, report.state, self._now_ms(), report.detail, user)
            self.link.post(reported)

    def _show(self) -> None:
        self._notice.show(self._scene())

    def _scene(self) -> Scene:
        order = self._orders.wanted
        lock = None
        if order is not None:
            lock = Lock(
                order=order.id,
                message=plain_text(order.message, 500),
                issued_by=plain_text(order.issued_by, 80),
                remaining_s=self._orders.remaining_s(self._clock()),
            )
        watchers = tuple(
            Watcher(plain_text(viewer.name, 80), plain_text(viewer.role, 40), viewer.mode)
            for viewer in self._viewing.viewers
        )
        return Scene(watchers=watchers, lock=lock)

    async def _watch_leases(self) -> None:
        while True:
            self._leases.clear()
            now_s = self._clock()
            if self._viewing.expire(now_s):
                self._viewers_changed()
            reports = self._orders.expire(now_s)
            if reports:
                self._orders_changed(reports)
            left_s = min(self._viewing.ends_at_s, self._orders.next_s) - self._clock()
            try:
                async with asyncio.timeout(
                    None if math.isinf(left_s) else max(0.0, min(left_s, LEASE_TICK_S))
                ):
                    await self._leases.wait()
            except TimeoutError:
                continue

    async def _watch_incidents(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self._incidents.look()
            self._tell_dropped()
            if jump_s := self._wall_clock.take_jump():
                self._incidents.report("clock_changed", count=jump_s)
                self.link.post(self._activity.report(self._orders.reports))

    def _tell_dropped(self) -> None:
        """Say how much the outbox dropped, once there is somebody to hear it."""
        dropped = self.link.session.dropped - self._dropped
        if dropped and self.link.is_welcomed:
            self._dropped += dropped
            self._incidents.report("outbox_dropped", count=dropped)
