"""One screen of a real PC: its pixels, and what is typed into its real applications."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect
from Xlib.display import Display as Connection

from endpoint.notice.scene import Watcher
from endpoint.notice.wording import watcher_lines
from hub.demo_school import SITE, TEACHER
from tests.browser.conftest import OTHER, Desk, OpenConsole, School
from tests.browser.console import Console
from tests.browser.pattern import COLOURS, centre_of_bit, centre_of_colour
from tests.browser.programs import hand_types, picture, program, until, visible, xdotool, xterm
from wire.messages import Mode

pytestmark = [pytest.mark.browser, pytest.mark.desktop, pytest.mark.cluster]

NOTICE = "Who can see this screen"
TEXT = "Ferns & 42 owls"
COLOUR_TOLERANCE = 40
"""Steps of 255 by which video may miss a plain colour; the nearest two are 200 apart."""


@pytest.fixture
async def lesson(desk: Desk, console: Console) -> AsyncIterator[str]:
    """A lesson with the real PC; its id."""
    async with desk.lesson(console) as lesson:
        yield lesson


@pytest.fixture
async def screen(desk: Desk, console: Console, lesson: str) -> Console:
    """The page of the real PC's screen, opened by its address."""
    await console.open_screen(SITE, lesson, desk.device)
    return console


async def pupil_sees(console: Console, mode: Mode) -> None:
    """See that the teacher is told the very words of the pupil's notice."""
    words = " ".join(watcher_lines([Watcher("Demo Teacher", "teacher", mode)]))
    said = console.page.get_by_test_id("pupil-sees")
    await expect(said).to_have_text(f"The pupil sees: {words}")


async def test_colours_and_a_text_are_read_from_the_video(desk: Desk, screen: Console) -> None:
    command = [sys.executable, "-m", "tests.browser.pattern", TEXT]
    colours = [centre_of_colour(index) for index in range(len(COLOURS))]
    bits = [centre_of_bit(place, bit) for place in range(len(TEXT)) for bit in range(8)]
    with program(command, desk.display.environment):

        async def read() -> str | None:
            video = await screen.video([*colours, *bits])
            seen = video["pixels"]
            for colour, pixel in zip(COLOURS, seen, strict=False):
                wanted = colour.to_bytes(3, "big")
                worst = max(abs(a - b) for a, b in zip(wanted, pixel, strict=True))
                if worst > COLOUR_TOLERANCE:
                    return None
            light = [sum(pixel) > 384 for pixel in seen[len(COLOURS) :]]
            found = [light[place : place + 8] for place in range(0, len(light), 8)]
            return "".join(chr(sum(bit << 7 - n for n, bit in enumerate(one))) for one in found)

        async def is_read() -> bool:
            return await read() == TEXT

        await screen.until(is_read, "the text in the video's pixels")
        assert (await screen.video())["width"] == desk.display.width


async def test_what_the_teacher_types_arrives_in_a_real_application(
    desk: Desk, screen: Console, file: Path
) -> None:
    with xterm(desk.display, file) as typed:
        await screen.take("Share input")
        await pupil_sees(screen, "share")
        await screen.point_on(300, 300)
        await screen.page.mouse.down()
        await screen.page.mouse.up()
        await screen.page.keyboard.type('Seen by "remote": 3*4=12, ')
        await screen.press_british_pound()
        await screen.page.keyboard.type("5 & Co?")
        await screen.page.keyboard.press("Enter")
        until(typed, "the line in the pupil's file")
        assert typed() == 'Seen by "remote": 3*4=12, £5 & Co?\n'


async def test_the_pupil_types_too_while_input_is_shared(
    desk: Desk, screen: Console, file: Path
) -> None:
    with xterm(desk.display, file) as typed:
        await screen.take("Share input")
        hand_types(desk.hand, "mine", typed)


async def test_taking_over_stops_the_pupils_own_keys_and_giving_back_returns_them(
    desk: Desk, screen: Console, file: Path
) -> None:
    with xterm(desk.display, file) as typed:
        hand_types(desk.hand, "before", typed)
        before = typed()
        await screen.take("Take over")
        await pupil_sees(screen, "control")
        xdotool(desk.hand, "mousemove", "300", "300", "click", "1", "type", "blocked\n")
        await screen.point_on(300, 300)
        await screen.page.mouse.down()
        await screen.page.mouse.up()
        await screen.page.keyboard.type("teacher")
        await screen.page.keyboard.press("Enter")
        until(lambda: "teacher" in typed(), "the teacher's line")
        assert typed() == f"{before}teacher\n"
        await screen.choose("View")
        await expect(screen.stage).to_have_attribute("data-control", "none")
        hand_types(desk.hand, "back", typed)


async def test_three_keys_together_give_back_what_was_taken_over(screen: Console) -> None:
    await screen.take("Take over")
    for key in ("Control", "Alt", "Shift"):
        await screen.page.keyboard.down(key)
    for key in ("Shift", "Alt", "Control"):
        await screen.page.keyboard.up(key)
    await expect(screen.stage).to_have_attribute("data-control", "none")
    await expect(screen.stage).to_have_attribute("data-picture", "live")


async def test_the_pupil_reads_who_looks_for_as_long_as_somebody_looks(
    desk: Desk, screen: Console
) -> None:
    until(lambda: visible(desk.display, NOTICE), "the notice on the pupil's screen")
    band = (slice(0, 80), slice(200, 1080))
    with_notice = picture(desk.hand)[band]
    assert (abs(with_notice.astype(int) - (0x17, 0x32, 0x4D)).max(axis=2) < 8).sum() > 5_000
    assert desk.agent.children("media")
    await screen.page.close()
    until(lambda: not visible(desk.display, NOTICE), "the notice goes")
    assert (abs(picture(desk.hand)[band].astype(int) - with_notice).max(axis=2) > 30).any()
    until(lambda: not desk.agent.children("media"), "the media process ends", limit_s=60)


async def test_control_ends_and_held_keys_are_released_when_the_lesson_ends(
    desk: Desk, screen: Console, lesson: str, file: Path
) -> None:
    with xterm(desk.display, file) as typed:
        await screen.take("Take over")
        await screen.point_on(300, 300)
        await screen.page.mouse.down()
        await screen.page.mouse.up()
        await screen.page.keyboard.down("h")
        until(lambda: is_key_down(desk), "the key is held on the PC")
        await screen.rest("DELETE", f"/api/lessons/{SITE}/{lesson}")
        until(lambda: not is_key_down(desk), "the key is released", limit_s=10)
        hand_types(desk.hand, "free", typed)
    await expect(screen.page.get_by_text("has ended")).to_be_visible()


def is_key_down(desk: Desk) -> bool:
    """Whether any key is down on the PC."""
    display = Connection(desk.display.name)
    try:
        return any(display.query_keymap())
    finally:
        display.close()


async def test_only_one_teacher_controls_and_the_other_is_told_who(
    desk: Desk, screen: Console, lesson: str, open_console: OpenConsole, school: School
) -> None:
    other = await open_console(school.hub.address)
    await school.enter(other, OTHER[0])
    await other.page.goto(f"{other.address}/lessons/{SITE}/{lesson}/screens/{desk.device}")
    await other.page.get_by_role("button", name="Join the lesson").click()
    await other.see_video()
    await screen.take("Take over")
    await expect(other.page.get_by_test_id("control-note")).to_contain_text(
        "Demo Teacher controls this screen now"
    )
    await expect(other.page.get_by_label("Share input")).to_be_disabled()
    await expect(other.page.get_by_label("Take over")).to_be_disabled()
    await expect(other.stage).to_have_attribute("data-picture", "live")
    await screen.choose("View")
    await other.take("Share input")
    await expect(screen.page.get_by_test_id("control-note")).to_contain_text(OTHER[1])
    assert TEACHER in school.sessions
    await other.page.get_by_role("button", name="Back to the wall").click()
    await other.page.get_by_role("button", name="Leave lesson").click()
    await expect(other.page.get_by_role("heading", name="Classes", exact=True)).to_be_visible()
    await expect(screen.stage).to_have_attribute("data-picture", "live")
    await screen.take("Share input")
