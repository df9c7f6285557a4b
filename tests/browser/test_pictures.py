"""The README's pictures, made from the demonstration.

`scripts/pictures` runs this with PICTURES_FOLDER set to docs/pictures; else they go into a
temporary folder, and the test shows that they can be made.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from hub.demo_school import SITE
from tests.browser.conftest import LAPTOP
from tests.browser.console import Console

pytestmark = [pytest.mark.browser, pytest.mark.cluster]

SHOWN = "pc-02"


async def test_wall_and_screen_look_as_the_readme_shows_them(
    console: Console, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("PICTURES_FOLDER", tmp_path))
    await console.end_lessons()
    lesson = await console.start_lesson("7B Computing", "With the fixed devices")
    await console.page.evaluate("document.activeElement?.blur()")
    await expect(console.page.get_by_test_id("wall").locator("[data-picture=live]")).to_have_count(
        12
    )
    await settle(console)
    await console.screenshot(folder / "wall.png")
    await console.open_screen(SITE, lesson, SHOWN)
    await settle(console)
    await console.screenshot(folder / "screen.png")
    await console.rest("DELETE", f"/api/lessons/{SITE}/{lesson}")
    for name in ("wall.png", "screen.png"):
        with Image.open(folder / name) as picture:
            assert picture.size == (LAPTOP["width"], LAPTOP["height"])
            colours = picture.convert("RGB").getcolors(maxcolors=1 << 24)
            assert colours is not None
            assert len(colours) > 2_000, "nothing of the pupils' screens is in the picture"


async def settle(console: Console) -> None:
    """Let keyframes become sharp: a video is at its plainest just after it was opened."""
    await console.page.mouse.move(1, 1)
    await console.page.wait_for_timeout(3_000)
