"""The console's socket: who gets in, what teachers may do, and what a slow browser may cost."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from hub.sockets.rights import Asked, Rights
from hub.sockets.rights import look_up as look_up_now
from store.engine import Store, StoreUnavailable
from tests.hub.sockets.clients import Teacher, console, eventually, open_socket
from tests.hub.sockets.school import SITE, TRUST, principal, running_hub
from wire.messages import (
    ConsoleWelcome,
    LockAsked,
    Picture,
    Refused,
    ScreenPicture,
    SignalAsked,
    StateReported,
    SubscribeAsked,
    ViewersChanged,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("cookie", "origin"),
    [
        (False, "own"),
        (True, None),
        (True, "null"),
        (True, "http://127.0.0.1:1"),
        (True, "https://127.0.0.1"),
    ],
    ids=["no cookie", "no origin", "null", "another port", "another scheme"],
)
async def test_a_stranger_is_refused_before_the_connection_is_taken(
    database: Path, cookie: bool, origin: str | None
) -> None:
    async with running_hub(database) as hub:
        headers = {"Cookie": hub.cookie("khan")} if cookie else {}
        own = hub.settings.public_origins[0] if origin == "own" else origin
        with pytest.raises(InvalidStatus):
            await open_socket(f"{hub.url}/console", additional_headers=headers, origin=own)
        assert hub.board.consoles == 0


async def test_a_teacher_is_welcomed_by_name(database: Path) -> None:
    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        async with console(hub.url, hub.cookie("khan"), lesson) as teacher:
            assert isinstance(teacher.heard[0], ConsoleWelcome)
            assert teacher.heard[0].name == "Teacher khan"


async def test_a_lesson_of_others_is_not_followed_looked_at_or_locked(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        lesson = await hub.lesson("pc-1")
        async with console(hub.url, hub.cookie("bell"), lesson) as bell:
            for answer in (
                await bell.ask(SubscribeAsked(lesson)),
                await bell.ask(SubscribeAsked("no-such-lesson")),
                await bell.look("pc-1"),
                await bell.ask(LockAsked(lesson)),
            ):
                assert isinstance(answer, Refused)
            assert bell.devices == {}
        viewers = pc.last(ViewersChanged)
        assert viewers is None or viewers.viewers == ()


async def test_a_teacher_who_leaves_the_lesson_looks_no_more(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        lesson = await hub.lesson("pc-1")
        await hub.context.lesson_desk.join(principal("bell"), SITE, lesson)
        async with hub.teacher(lesson, "bell") as bell:
            await bell.look("pc-1")
            await eventually(lambda: (v := pc.last(ViewersChanged)) and v.viewers)
            await hub.context.lesson_desk.leave(principal("bell"), SITE, lesson)
            await eventually(lambda: (v := pc.last(ViewersChanged)) and not v.viewers)
            assert isinstance(await bell.look("pc-1"), Refused)


async def test_a_console_whose_session_is_over_is_closed(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.console.RIGHTS_S", 0.1)
    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        async with hub.teacher(lesson) as khan:
            hub.sign_out("khan")
            await eventually(lambda: khan.closed)
            assert khan.closed == (1008, "unauthenticated")


async def test_signing_out_ends_control_at_once_in_every_window(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.sockets.console.RIGHTS_S", 3600.0)
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        lesson = await hub.lesson("pc-1")
        async with hub.teacher(lesson) as khan:
            await khan.look("pc-1", mode="control")
            await eventually(lambda: (v := pc.last(ViewersChanged)) and v.viewers)
            async with httpx.AsyncClient(trust_env=False) as browser:
                answer = await browser.delete(
                    f"{hub.url.replace('ws', 'http', 1)}/api/session",
                    headers={"X-Formroom": "1", "Cookie": hub.cookie("khan")},
                )
            assert answer.status_code == 204
            await eventually(lambda: khan.closed)
            assert khan.closed == (1008, "unauthenticated")
            await eventually(lambda: (v := pc.last(ViewersChanged)) and not v.viewers)


async def test_a_console_that_goes_away_lets_go_of_its_screens(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        lesson = await hub.lesson("pc-1")
        async with hub.teacher(lesson) as khan:
            await khan.look("pc-1", mode="control")
            await eventually(lambda: (v := pc.last(ViewersChanged)) and v.viewers)
        await eventually(lambda: (v := pc.last(ViewersChanged)) and not v.viewers)


async def test_a_console_that_comes_back_with_its_cursor_sees_what_a_fresh_one_sees(
    database: Path,
) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1", "pc-2") as (one, _two):
        lesson = await hub.lesson("pc-1", "pc-2")
        async with hub.teacher(lesson) as before:
            await one.type_titles(["seen"])
            await eventually(lambda: before.shown("title").get("pc-1") == "seen")
        await one.type_titles(["missed", "missed too"])
        await one.acknowledged()
        async with (
            console(hub.url, hub.cookie("khan"), lesson) as back,
            hub.teacher(lesson) as fresh,
        ):
            back.devices, back.state = before.devices, before.state
            await back.follow(before.cursor)
            await back.must(LockAsked(lesson, ("pc-2",)))
            await eventually(lambda: fresh.shown("lock_state").get("pc-2") == "sent")
            await eventually(lambda: back.picture() == fresh.picture())
            assert back.snapshots == 0, "it was sent what it missed, and no more"
            assert back.shown("title")["pc-1"] == "missed too"


async def test_a_cursor_that_nobody_knows_gets_a_fresh_snapshot(database: Path) -> None:
    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        async with console(hub.url, hub.cookie("khan"), lesson) as teacher:
            await teacher.follow("pool-0=another-life:7")
            await eventually(lambda: teacher.snapshots == 1)


async def test_hostile_words_of_a_pupil_stay_plain_text(database: Path) -> None:
    nasty = "<img src=x onerror=alert(1)>\x00\u202etxt.exe\u200b\x1b[2J"
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        lesson = await hub.lesson("pc-1")
        async with hub.teacher(lesson) as teacher:
            await pc.say(StateReported(1, nasty, nasty, title=nasty))
            plain = "<img src=x onerror=alert(1)>  txt.exe  [2J"
            await eventually(lambda: teacher.shown("title").get("pc-1") == plain)
            assert teacher.shown("user") == {"pc-1": plain}


async def test_signals_for_a_screen_that_is_not_shown_go_nowhere(database: Path) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        lesson = await hub.lesson("pc-1")
        async with hub.teacher(lesson) as teacher:
            for device in ("pc-1", "pc-404"):
                await teacher.must(SignalAsked(lesson, device, 1, "offer", "sdp"))
            await teacher.look("pc-1")
            await teacher.must(SignalAsked(lesson, "pc-1", 2, "offer", "sdp"))
            await eventually(lambda: [m for m in pc.heard if getattr(m, "sdp", "")])
            assert [getattr(m, "connection", None) for m in pc.heard if hasattr(m, "sdp")] == [2]


async def test_a_browser_that_stops_reading_is_dropped_and_costs_nobody_else(
    database: Path,
) -> None:
    async with running_hub(database) as hub, hub.pcs("pc-1") as (pc,):
        lesson = await hub.lesson("pc-1")
        await hub.context.lesson_desk.join(principal("bell"), SITE, lesson)
        async with hub.teacher(lesson) as khan:
            with raw_console(hub.url, hub.cookie("bell")) as stuck:
                await khan.look("pc-1", pictures_ms=100)
                await eventually(lambda: hub.board.consoles == 2)
                bell = next(c for c in hub.board._consoles.values() if c.principal.person == "bell")
                began = asyncio.get_running_loop().time()
                number = 0
                while hub.board.consoles == 2:
                    number += 1
                    bell.show("pc-1", b"x" * 200_000)
                    await pc.say(Picture(0, 320, 180, b"j" * 20_000, number))
                    assert bell.outbound.size_bytes < 2 * 1024 * 1024
                    assert asyncio.get_running_loop().time() - began < 60
                    await asyncio.sleep(0.05)
                assert stuck.fileno() > 0
                last = number
                await pc.say(Picture(0, 320, 180, b"last", last + 1))
                await eventually(lambda: newest(khan) == last + 1)


def newest(teacher: Teacher) -> int:
    return max((m.at_ms for m in teacher.heard if isinstance(m, ScreenPicture)), default=0)


def raw_console(url: str, cookie: str) -> socket.socket:
    """A browser with a tiny window that asks for a console and never reads again."""
    port = int(url.rpartition(":")[2])
    browser = socket.socket()
    browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    browser.connect(("127.0.0.1", port))
    browser.sendall(
        f"GET /console HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nCookie: {cookie}\r\n"
        f"Origin: {url.replace('ws', 'http')}\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Protocol: formroom.1\r\n\r\n".encode()
    )
    return browser


async def test_a_console_outlives_a_database_that_is_away(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look_up(store: Store, questions: list[Asked], now_ms: int) -> list[Rights]:
        looks.append(len(questions))
        if len(looks) == 1:
            raise StoreUnavailable("the database is away")
        return look_up_now(store, questions, now_ms)

    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        monkeypatch.setattr("hub.sockets.rights.look_up", look_up)
        async with hub.teacher(lesson) as teacher:
            hub.board.rights_changed(TRUST, "khan")
            await eventually(lambda: looks)
            await teacher.follow()
            hub.sign_out("khan")
            hub.board.rights_changed(TRUST, "khan")
            await eventually(lambda: teacher.closed)
        assert len(looks) == 2
