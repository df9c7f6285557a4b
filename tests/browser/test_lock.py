"""The lock on a real PC: what covers the screen, what the pupil's hand can do, and how it ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from hub.demo_school import SITE
from tests.browser.conftest import Desk
from tests.browser.console import Console
from tests.browser.programs import hand_types, picture, until, visible, xdotool, xterm

pytestmark = [pytest.mark.browser, pytest.mark.desktop, pytest.mark.cluster]

LOCK = "This screen is locked for now"
MESSAGE = "Eyes to the front, <b>please</b>."


async def test_a_lock_with_a_countdown_covers_the_screen_holds_the_keys_and_ends_by_itself(
    desk: Desk, console: Console, file: Path
) -> None:
    with xterm(desk.display, file) as typed:
        async with desk.lesson(console) as lesson:
            await console.open_wall(SITE, lesson)
            tile = console.tile(desk.device)
            await expect(tile).to_have_attribute("data-state", "online")
            hand_types(desk.hand, "before", typed)
            before = picture(desk.hand)
            await console.page.get_by_role("button", name="Lock all", exact=True).click()
            dialog = console.page.get_by_role("dialog")
            await dialog.get_by_label("Message to the pupils").fill(MESSAGE)
            await dialog.get_by_role("switch").check()
            await dialog.get_by_label("Minutes").fill("0.2")
            await dialog.get_by_role("button", name="Lock", exact=True).click()
            await expect(tile).to_have_attribute("data-lock", "applied")
            await expect(tile).to_contain_text("Locked")
            await expect(console.page.get_by_test_id("lesson-counts")).to_contain_text(
                "1 of 1 confirmed locked · unlock in"
            )
            until(lambda: visible(desk.display, LOCK), "the lock on the pupil's screen")
            covered = picture(desk.hand)
            corners = np.concatenate([covered[y : y + 30, x : x + 30] for y, x in CORNERS])
            assert corners.max() < 90, "the lock leaves a corner free"
            assert (covered != before).any(axis=2).mean() > 0.9
            xdotool(desk.hand, "mousemove", "300", "300", "click", "1", "type", "locked out\n")
            until(lambda: not visible(desk.display, LOCK), "the countdown ends the lock")
            await expect(tile).to_have_attribute("data-lock", "none")
            hand_types(desk.hand, "free", typed)
            assert "locked" not in typed()


CORNERS = [(0, 0), (0, 1250), (690, 0), (690, 1250)]


async def test_the_end_of_the_lesson_is_the_end_of_the_lock(desk: Desk, console: Console) -> None:
    async with desk.lesson(console) as lesson:
        await console.open_screen(SITE, lesson, desk.device)
        await console.page.get_by_role("button", name="Lock this screen").click()
        await console.page.get_by_role("button", name="Lock", exact=True).click()
        until(lambda: visible(desk.display, LOCK), "the lock on the pupil's screen")
        await expect(console.page.get_by_role("button", name="Unlock this screen")).to_be_visible()
    until(lambda: not visible(desk.display, LOCK), "the lock ends with the lesson")
