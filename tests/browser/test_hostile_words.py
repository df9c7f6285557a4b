"""What pupils' computers call themselves is shown as words, whatever the words are."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from endpoint.enrolment import read_enrolment
from endpoint.link import Link
from hub.demo_school import SITE
from tests.browser.conftest import Desk, School
from tests.browser.console import Console
from tests.browser.programs import program, until, windows
from wire.messages import StateReported
from wire.session import DeviceSession

pytestmark = [pytest.mark.browser, pytest.mark.desktop, pytest.mark.cluster]

IMAGE = "<img src=x onerror=\"alert(1);document.title='owned'\">"
SCRIPT = "\"'><script>alert(2)</script>"
MADE = "img[src=x], [onerror], script:not([src])"
"""What there would be if any of the words had been taken for markup."""
REVERSED = "\u202egnp.exe\u202c {{7*7}} ${7*7}"


@asynccontextmanager
async def run_liar(school: School, folder: Path) -> AsyncIterator[str]:
    """A device that speaks the protocol and lies: its id. No agent has tidied its words."""
    enrolment = read_enrolment(school.hub.enrol(folder, "Liar", "--room", IMAGE))
    session = DeviceSession(
        enrolment.identity,
        secrets.token_hex(8),
        enrolment.sign,
        agent=SCRIPT[:64],
        platform="x11",
    )
    state = StateReported(
        at_ms=1,
        user=IMAGE,
        user_name=f"{IMAGE}{REVERSED}",
        application=f"{SCRIPT}{REVERSED}",
        title=(IMAGE + SCRIPT + REVERSED + "long " * 500)[:2048],
    )
    link = Link(
        session,
        enrolment.url,
        on_message=lambda message: None,
        on_welcome=lambda welcome: ignore(link.post(state)),
        tls=enrolment.tls(),
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(link.run())
        try:
            yield enrolment.identity.device
        finally:
            link.stop()


def ignore(_: object) -> None:
    """Drop what nobody needs."""


async def test_names_and_titles_are_text_on_the_wall_and_on_the_screens_page(
    console: Console, school: School, tmp_path: Path
) -> None:
    async with run_liar(school, tmp_path) as liar:
        await look_at(console, liar)


async def look_at(console: Console, liar: str) -> None:
    """Go through every page that shows a word of the device or of the class."""
    name = f"{IMAGE}{secrets.token_hex(2)}"
    pupils = [{"user": "x", "name": SCRIPT}]
    body = {"site": SITE, "name": name, "devices": [liar], "pupils": pupils}
    made = (await console.rest("POST", "/api/classes", body))["class"]["id"]
    await console.page.goto(console.address)
    await expect(console.page.get_by_role("heading", name=name)).to_be_visible()
    lesson = await console.start_lesson(name, "With the fixed devices")
    tile = console.tile(liar)
    await expect(tile).to_contain_text(IMAGE)
    await expect(tile).to_contain_text("<script>alert(2)</script>")
    assert "\u202e" not in await tile.inner_text()
    box = await tile.bounding_box()
    assert box is not None
    assert box["height"] < 500, "a long title breaks the tile"
    assert await console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await console.page.goto(f"{console.address}/lessons/{SITE}/{lesson}/screens/{liar}")
    await expect(console.page.get_by_role("heading", level=1)).to_contain_text(IMAGE)
    assert await console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await console.page.locator(MADE).count() == 0
    await console.rest("DELETE", f"/api/lessons/{SITE}/{lesson}")
    await console.page.goto(f"{console.address}/classes/{SITE}/{made}/edit")
    await expect(console.page.get_by_label("Name of the class")).to_have_value(name)
    assert await console.page.title() != "owned"


async def test_a_real_window_with_a_hostile_title_is_shown_by_its_title(
    desk: Desk, console: Console
) -> None:
    title = f"{IMAGE} {SCRIPT}"
    command = ["xterm", "-T", title, "-geometry", "80x24+100+120"]
    async with desk.lesson(console) as lesson:
        with program(command, desk.display.environment):
            until(lambda: "onerror" in windows(desk.display), "the window is there")
            await console.open_wall(SITE, lesson)
            await expect(console.tile(desk.device)).to_contain_text(title)
    assert await console.page.locator(MADE).count() == 0
