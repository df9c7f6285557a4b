"""Activity, on a desktop that the test moves."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from endpoint.activity import Activity
from endpoint.platform.port import Account, Window
from tests.endpoint.small_hub import until
from wire.messages import (
    IncompleteReason,
    Message,
    Monitor,
    OrderReport,
    PresenceChanged,
    UserChanged,
    ViewChanged,
    WindowChanged,
)

pytestmark = pytest.mark.slow

SCREEN = Monitor(0, "A", 0, 0, 1280, 720, True)


class MovedDesktop:
    """A desktop whose state the test sets; `poke` makes its descriptor readable."""

    name = "moved"
    can_control = True
    can_block_input = False

    def __init__(self, *, events: bool = True) -> None:
        self.window = Window("Editor", "essay")
        self.idle = 0.0
        self.screens: tuple[Monitor, ...] = (SCREEN,)
        self.who = Account("amy", "Amy Lee")
        self.hidden: tuple[IncompleteReason, ...] = ()
        self.gone = False
        self.looks = 0
        self._pipe = os.pipe() if events else None

    def active_window(self) -> Window:
        self.looks += 1
        if self.gone:
            raise OSError("the display is gone")
        return self.window

    def idle_s(self) -> float:
        return self.idle

    def monitors(self) -> tuple[Monitor, ...]:
        return self.screens

    def account(self) -> Account:
        return self.who

    def incomplete(self) -> tuple[IncompleteReason, ...]:
        return self.hidden

    def fileno(self) -> int | None:
        return self._pipe[0] if self._pipe else None

    def drain(self) -> bool:
        if self._pipe is None:
            return False
        os.set_blocking(self._pipe[0], False)
        try:
            return bool(os.read(self._pipe[0], 1024))
        except BlockingIOError:
            return False

    def poke(self) -> None:
        assert self._pipe
        os.write(self._pipe[1], b"!")

    def close(self) -> None:
        for descriptor in self._pipe or ():
            os.close(descriptor)


class Watched:
    def __init__(self, *, events: bool = True, away_after_s: float = 300) -> None:
        self.desktop = MovedDesktop(events=events)
        self.posted: list[Message] = []
        self.activity = Activity(
            self.desktop, self.posted.append, lambda: 1000, away_after_s=away_after_s
        )


@asynccontextmanager
async def running(watched: Watched) -> AsyncIterator[Watched]:
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(watched.activity.run())
            try:
                yield watched
            finally:
                task.cancel()
    finally:
        watched.desktop.close()


def test_nothing_is_posted_while_nothing_changes() -> None:
    watched = Watched()
    watched.activity.look()
    assert watched.posted == []


def test_each_change_is_told_by_its_own_message() -> None:
    watched = Watched()
    second = Monitor(1, "B", 1280, 0, 1280, 720)
    watched.desktop.window = Window("Browser", "maps")
    watched.desktop.idle = 300
    watched.desktop.who = Account("ben", "Ben Ray")
    watched.desktop.screens = (SCREEN, second)
    watched.desktop.hidden = ("virtual_desktops",)
    watched.activity.look()
    assert watched.posted == [
        UserChanged("ben", 1000, "Ben Ray", "amy"),
        ViewChanged((SCREEN, second), 1000, ("virtual_desktops",)),
        PresenceChanged("away", 1000),
        WindowChanged("Browser", "maps", 1000),
    ]


def test_titles_and_names_are_plain_and_short() -> None:
    watched = Watched()
    watched.desktop.window = Window("Edi\x00tor", "\u202e" + "x" * 100_000)
    watched.activity.look()
    assert watched.posted == [WindowChanged("Editor", "x" * 512, 1000)]


def test_whoever_is_signed_on_at_the_beginning_is_told_and_nobody_is_not() -> None:
    watched = Watched()
    assert watched.activity.user == "amy"
    watched.activity.begin()
    assert watched.posted == [UserChanged("amy", 1000, "Amy Lee")]
    watched.desktop.who = Account("", "")
    watched.activity.look()
    assert watched.posted[1:] == [UserChanged("", 1000, "", "amy")]
    watched.activity.begin()
    assert len(watched.posted) == 2


def test_another_account_is_told_before_a_report_that_was_the_first_to_see_it() -> None:
    watched = Watched()
    watched.desktop.who = Account("ben", "Ben Ray")
    assert watched.activity.report(()).user == "ben"
    assert watched.posted == [UserChanged("ben", 1000, "Ben Ray", "amy")]


def test_the_report_holds_the_whole_present_state() -> None:
    watched = Watched()
    watched.desktop.window = Window("Browser", "maps")
    report = watched.activity.report((OrderReport("a", "applied"),))
    assert (report.user, report.user_name) == ("amy", "Amy Lee")
    assert (report.application, report.title, report.presence) == ("Browser", "maps", "online")
    assert report.monitors == (SCREEN,)
    assert report.orders == (OrderReport("a", "applied"),)
    assert (report.can_control, report.can_block_input) == (True, False)
    watched.activity.look()
    assert watched.posted == []


async def test_an_event_is_told_at_once() -> None:
    async with running(Watched()) as watched:
        await asyncio.sleep(0.05)
        watched.desktop.window = Window("Browser", "maps")
        watched.desktop.poke()
        async with asyncio.timeout(5):
            while not watched.posted:
                await asyncio.sleep(0.01)
        assert watched.posted == [WindowChanged("Browser", "maps", 1000)]


async def test_a_title_that_never_rests_costs_two_messages_a_second_and_the_newest_wins() -> None:
    async with running(Watched()) as watched:
        for number in range(60):
            watched.desktop.window = Window("Player", str(number))
            watched.desktop.poke()
            await asyncio.sleep(0.02)
        await until(lambda: watched.posted[-1:] == [WindowChanged("Player", "59", 1000)])
        assert len(watched.posted) <= 6


async def test_a_desktop_without_events_is_looked_at_by_itself() -> None:
    async with running(Watched(events=False)) as watched:
        watched.desktop.window = Window("Browser", "maps")
        await until(lambda: watched.posted)


async def test_a_quiet_desktop_is_left_alone_until_the_pupil_may_be_away() -> None:
    async with running(Watched(away_after_s=1.0)) as watched:
        watched.desktop.idle = 5.0
        looks = watched.desktop.looks
        await until(lambda: watched.posted == [PresenceChanged("away", 1000)])
        assert watched.desktop.looks - looks <= 2
        watched.desktop.idle = 0.0
        await until(lambda: watched.posted[-1] == PresenceChanged("online", 1000))


async def test_a_desktop_that_is_gone_ends_the_watch() -> None:
    watched = Watched()
    watched.desktop.gone = True
    watched.desktop.poke()
    with pytest.raises(OSError, match="gone"):
        await asyncio.wait_for(watched.activity.run(), 10)
    watched.desktop.close()
