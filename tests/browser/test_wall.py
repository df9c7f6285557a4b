"""The wall of the demonstration's class: twelve pupils, live."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from hub.demo_school import PUPILS, SITE
from tests.browser.conftest import NO_PATH, OpenConsole, School
from tests.browser.console import Console

pytestmark = [pytest.mark.browser, pytest.mark.cluster]

VIDEO = "[data-testid=tile-pc-03] video"
POINTS = [(x, y) for x in range(4, 320, 8) for y in range(4, 180, 8)]


@pytest.fixture(scope="module")
async def lesson(browser: Browser, school: School) -> AsyncIterator[str]:
    """A lesson of the whole class; its id."""
    context = await browser.new_context()
    console = Console(await context.new_page(), school.hub.address)
    await school.enter(console)
    await console.end_lessons()
    yield await console.start_lesson("7B Computing", "With the fixed devices")
    await context.close()


async def end_lesson_by_pages(console: Console) -> None:
    """End the lesson of the wall that is open, as a teacher does."""
    await console.page.get_by_role("button", name="End lesson").click()
    dialog = console.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="End the lesson").click()
    await console.page.wait_for_url(re.compile(r"/$"))


@pytest.fixture
async def wall(console: Console, lesson: str) -> Console:
    """A fresh page with the wall."""
    await console.open_wall(SITE, lesson)
    return console


async def test_every_pupil_has_a_tile_that_becomes_live(wall: Console) -> None:
    await wall.tiles_show("live", len(PUPILS))
    tiles = await wall.tiles()
    assert {tile["state"] for tile in tiles.values()} <= {"online", "away"}
    first = wall.tile("pc-01")
    await expect(first).to_contain_text("Amina Y")
    await expect(first).to_contain_text("PC 01")
    await expect(first).to_contain_text("Live")
    await expect(wall.page.get_by_test_id("lesson-counts")).to_have_text(
        "12 of 12 devices connected"
    )


async def test_the_video_of_a_tile_moves(wall: Console) -> None:
    await wall.tiles_show("live", len(PUPILS))
    before = await wall.video(POINTS, VIDEO)
    assert (before["width"], before["height"]) == (320, 180)

    async def changed() -> bool:
        now = await wall.video(POINTS, VIDEO)
        return now is not None and now["pixels"] != before["pixels"]

    await wall.until(changed, "another picture in the video")


async def test_the_video_of_a_tile_follows_what_changes_within_a_window(wall: Console) -> None:
    await wall.tiles_show("live", len(PUPILS))
    await wall.tile("pc-03").get_by_role("checkbox").check()
    await wall.page.get_by_role("button", name="Lock selected (1)", exact=True).click()
    await wall.page.get_by_role("switch", name="Unlock by itself").check()
    await wall.page.get_by_role("button", name="Lock", exact=True).click()
    await expect(wall.tile("pc-03")).to_have_attribute("data-lock", "applied")

    async def dark() -> bool:
        now = await wall.video(POINTS, VIDEO)
        return now is not None and max(now["pixels"][0]) < 90

    await wall.until(dark, "the lock screen in the video")
    digits = [(x, y) for x in range(130, 200) for y in range(115, 140)]
    seen: list[object] = []

    async def counts_down() -> bool:
        now = (await wall.video(digits, VIDEO))["pixels"]
        if now not in seen:
            seen.append(now)
        return len(seen) >= 4

    await wall.until(counts_down, "three seconds of a countdown")
    await wall.page.get_by_role("button", name="Unlock selected (1)").click()
    await expect(wall.tile("pc-03")).to_have_attribute("data-lock", "none")


async def test_arrow_keys_lead_from_tile_to_tile(wall: Console) -> None:
    order = list(await wall.tiles())
    columns = await wall.page.get_by_test_id("wall").evaluate(
        "wall => getComputedStyle(wall).gridTemplateColumns.split(' ').length"
    )
    await wall.tile(order[0]).locator("[data-opens]").focus()
    for key, index in (
        ("ArrowRight", 1),
        ("ArrowDown", 1 + columns),
        ("ArrowLeft", columns),
        ("ArrowUp", 0),
        ("End", len(order) - 1),
        ("Home", 0),
    ):
        await wall.page.keyboard.press(key)
        await expect(wall.tile(order[index]).locator("[data-opens]")).to_be_focused()


async def test_space_selects_and_escape_lets_go(wall: Console) -> None:
    opener = wall.tile("pc-02").locator("[data-opens]")
    await opener.focus()
    await wall.page.keyboard.press("Space")
    await expect(wall.tile("pc-02")).to_have_attribute("data-selected", "true")
    await expect(
        wall.page.get_by_role("button", name="Lock selected (1)", exact=True)
    ).to_be_visible()
    # The first one may close the zoom, if the pointer rests on a tile.
    await wall.page.keyboard.press("Escape")
    await wall.page.keyboard.press("Escape")
    await expect(wall.tile("pc-02")).to_have_attribute("data-selected", "false")


async def test_tiles_stand_in_the_order_asked_for(wall: Console) -> None:
    assert list(await wall.tiles()) == [f"pc-{n:02}" for n in range(1, 13)]
    await wall.page.get_by_label("Sort by").select_option("application")

    async def applications() -> list[str]:
        found: list[str] = await wall.page.eval_on_selector_all(
            "[data-testid^=tile-] b", "all => all.map(one => one.textContent)"
        )
        return found

    async def is_sorted() -> bool:
        found = await applications()
        return len(found) == len(PUPILS) and found == sorted(found, key=str.casefold)

    await wall.until(is_sorted, "the tiles by application")
    await wall.page.get_by_label("Sort by").select_option("name")


async def test_a_search_leaves_the_tiles_that_match(wall: Console) -> None:
    search = wall.page.get_by_role("searchbox")
    await search.fill("grace")
    await expect(wall.page.locator("[data-testid^=tile-]")).to_have_count(1)
    await expect(wall.tile("pc-07")).to_be_visible()
    await search.fill("nobody at all")
    await expect(wall.page.get_by_text("No pupil, device or application matches")).to_be_visible()
    await search.fill("")
    await expect(wall.page.locator("[data-testid^=tile-]")).to_have_count(12)


async def test_the_slider_changes_the_size_of_the_tiles_and_it_is_kept(wall: Console) -> None:
    async def width() -> float:
        box = await wall.tile("pc-01").bounding_box()
        assert box is not None
        return box["width"]

    before = await width()
    await wall.page.get_by_role("button", name="View", exact=True).click()
    slider = wall.page.get_by_role("slider", name="Size of the tiles")
    await slider.press("End")
    await wall.page.keyboard.press("Escape")

    async def is_wider() -> bool:
        return await width() >= 500 > before

    await wall.until(is_wider, "wide tiles")
    await wall.page.reload()
    await expect(wall.tile("pc-01")).to_be_visible()
    await wall.until(is_wider, "wide tiles after the page was loaded again")


async def test_only_tiles_on_the_teachers_screen_are_asked_for(
    open_console: OpenConsole, school: School, lesson: str
) -> None:
    wall = await open_console(school.hub.address, viewport={"width": 620, "height": 480})
    await school.enter(wall)
    await wall.open_wall(SITE, lesson)

    async def asked() -> set[str]:
        return {screen.device for screen in wall.wanted.screens} if wall.wanted else set()

    async def only_the_first() -> bool:
        devices = await asked()
        return "pc-01" in devices and "pc-12" not in devices

    await wall.until(only_the_first, "the hub asked for what is seen")
    await wall.tile("pc-12").scroll_into_view_if_needed()

    async def only_the_last() -> bool:
        devices = await asked()
        return "pc-12" in devices and "pc-01" not in devices

    await wall.until(only_the_last, "the hub asked for what is seen after scrolling")
    await expect(wall.tile("pc-12")).to_have_attribute("data-picture", "live")
    await expect(wall.tile("pc-01")).to_have_attribute("data-picture", "none")


async def test_without_a_peer_to_peer_path_tiles_stay_on_pictures_and_say_so(
    open_console: OpenConsole, school: School, lesson: str
) -> None:
    console = await open_console(school.hub.address)
    await console.page.add_init_script(NO_PATH)
    await school.enter(console)
    await console.open_wall(SITE, lesson)
    await console.tiles_show("pictures", 12)
    await expect(console.tile("pc-01")).to_contain_text("Pictures every 5 s")
    drawn = (
        await console.tile("pc-01")
        .locator("canvas")
        .evaluate(
            """canvas => new Set(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data).size"""
        )
    )
    assert drawn > 8, "the tile shows no picture"
    await console.page.get_by_role("button", name="View", exact=True).click()
    await console.page.get_by_label("Pictures where there is no video").select_option("1000")
    await console.page.keyboard.press("Escape")
    await expect(console.tile("pc-01")).to_contain_text("Pictures every 1 s")

    async def is_asked() -> bool:
        assert console.wanted is not None
        return {screen.pictures_ms for screen in console.wanted.screens} == {1000}

    await console.until(is_asked, "the hub is asked for a picture every second")


async def test_a_lesson_with_the_pupils_finds_them_where_they_sign_on(console: Console) -> None:
    await console.end_lessons()
    pupils = [{"user": user, "name": name} for user, name in PUPILS[:4]]
    body = {"site": SITE, "name": "7B, anywhere", "devices": [], "pupils": pupils}
    await console.rest("POST", "/api/classes", body)
    await console.start_lesson("7B, anywhere", "With the pupils")
    await console.tiles_show("live", 4)
    await expect(console.tile("pc-02")).to_contain_text("Ben C")
    await end_lesson_by_pages(console)
