"""What goes on at the desktop, told to the hub: window, presence, account and view.

Driven by the desktop's events where it has any; else it looks once a second. At most one look in
`GAP_S`, so that a title that changes all the time costs two messages a second, the newest winning.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from endpoint.plain_text import plain_text
from endpoint.platform.port import Account, Desktop, Window
from wire.messages import (
    IncompleteReason,
    Message,
    Monitor,
    OrderReport,
    PresenceChanged,
    PresenceState,
    StateReported,
    UserChanged,
    ViewChanged,
    WindowChanged,
)

GAP_S = 0.5
POLL_S = 1.0
"""Seconds between looks at a desktop that has no events."""
AWAY_POLL_S = 2.0
"""Seconds between looks while the pupil is away: how late their return may be told."""
SLOW_POLL_S = 30.0
"""Seconds between looks at what no event announces: account, other sessions."""
NAME_LIMIT = 256
TITLE_LIMIT = 512


@dataclass(frozen=True, slots=True)
class _Sight:
    """Everything that one look saw."""

    window: Window
    presence: PresenceState
    account: Account
    monitors: tuple[Monitor, ...]
    incomplete: tuple[IncompleteReason, ...]


class Activity:
    """Watches one desktop and posts what changed.

    Every text that is posted is plain (see `plain_text`) and short. What the desktop raises
    (`OSError`: it is gone) ends `run`.
    """

    def __init__(
        self,
        desktop: Desktop,
        post: Callable[[Message], object],
        now_ms: Callable[[], int],
        *,
        away_after_s: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desktop = desktop
        self._post = post
        self._now_ms = now_ms
        self._away_after_s = away_after_s
        self._clock = clock
        self._idle_s = 0.0
        self._sight = self._see()

    @property
    def user(self) -> str:
        """The account that is signed on, as the last look saw it; "": nobody."""
        return self._sight.account.user

    def begin(self) -> None:
        """Say who is signed on, if anybody is: the first of what this run says."""
        account = self._sight.account
        if account.user:
            self._post(UserChanged(account.user, self._now_ms(), account.name))

    def report(self, orders: tuple[OrderReport, ...]) -> StateReported:
        """The whole present state, with what is known of the orders; another account than at the
        last look is posted before it."""
        before, self._sight = self._sight, self._see()
        self._tell_account(before.account)
        sight = self._sight
        return StateReported(
            at_ms=self._now_ms(),
            user=sight.account.user,
            user_name=sight.account.name,
            presence=sight.presence,
            application=sight.window.application,
            title=sight.window.title,
            monitors=sight.monitors,
            incomplete=sight.incomplete,
            orders=orders,
            can_control=self._desktop.can_control,
            can_block_input=self._desktop.can_block_input,
        )

    def look(self) -> None:
        """See what is there now and post what differs from the last time."""
        before, self._sight = self._sight, self._see()
        sight, at_ms = self._sight, self._now_ms()
        self._tell_account(before.account)
        if (sight.monitors, sight.incomplete) != (before.monitors, before.incomplete):
            self._post(ViewChanged(sight.monitors, at_ms, sight.incomplete))
        if sight.presence != before.presence:
            self._post(PresenceChanged(sight.presence, at_ms))
        if sight.window != before.window:
            self._post(WindowChanged(sight.window.application, sight.window.title, at_ms))

    def _tell_account(self, before: Account) -> None:
        account = self._sight.account
        if account != before:
            changed = UserChanged(account.user, self._now_ms(), account.name, before.user)
            self._post(changed)

    async def run(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        descriptor = self._desktop.fileno()

        def drain() -> None:
            try:
                if self._desktop.drain():
                    changed.set()
            except OSError:
                changed.set()  # the next look meets the same error, where it ends `run`

        if descriptor is not None:
            loop.add_reader(descriptor, drain)
        try:
            while True:
                await self._wait(changed, POLL_S if descriptor is None else self._longest_wait_s())
                changed.clear()
                self.look()
                drain()  # what arrived during the look does not make the descriptor readable
                await asyncio.sleep(GAP_S)
        finally:
            if descriptor is not None:
                loop.remove_reader(descriptor)

    async def _wait(self, changed: asyncio.Event, longest_s: float) -> None:
        try:
            async with asyncio.timeout(longest_s):
                await changed.wait()
        except TimeoutError:
            return

    def _longest_wait_s(self) -> float:
        """Idle time has no event: look when the pupil may have gone away or come back."""
        if self._sight.presence == "away":
            return AWAY_POLL_S
        return max(GAP_S, min(SLOW_POLL_S, self._away_after_s - self._idle_s))

    def _see(self) -> _Sight:
        desktop = self._desktop
        self._idle_s = desktop.idle_s()
        window, account = desktop.active_window(), desktop.account()
        return _Sight(
            window=Window(
                plain_text(window.application, NAME_LIMIT), plain_text(window.title, TITLE_LIMIT)
            ),
            presence="away" if self._idle_s >= self._away_after_s else "online",
            account=Account(
                plain_text(account.user, NAME_LIMIT), plain_text(account.name, NAME_LIMIT)
            ),
            monitors=desktop.monitors()[:16],
            incomplete=desktop.incomplete()[:8],
        )
