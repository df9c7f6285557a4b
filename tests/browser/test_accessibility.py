"""axe on every page and state, light and dark, and the whole way through by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from hub.demo_school import CLASS, SITE, TEACHER
from tests.browser.conftest import OpenConsole, School
from tests.browser.console import Console

pytestmark = [pytest.mark.browser, pytest.mark.cluster]

TABLET = {"width": 820, "height": 1180}


@pytest.mark.parametrize(("scheme", "viewport"), [("light", None), ("dark", TABLET)])
async def test_axe_finds_nothing_on_any_page_in_any_state(
    open_console: OpenConsole, school: School, scheme: str, viewport: dict[str, int] | None
) -> None:
    size = {"viewport": viewport} if viewport else {}
    console = await open_console(school.hub.address, color_scheme=scheme, **size)
    page = console.page
    found: list[str] = []

    async def check(state: str) -> None:
        found.extend(await console.violations(state))

    await page.route("**/api/setup", lambda route: route.fulfill(json={"needed": True}))
    await page.goto(f"{console.address}/setup")
    await page.get_by_role("button", name="Set up and sign in").click()
    await expect(page.get_by_text("Enter a user name.")).to_be_visible()
    await check("set-up with errors")
    await page.unroute_all()
    await page.goto(f"{console.address}/sign-in")
    await expect(page.get_by_label("User name")).to_be_visible()
    await check("sign-in")
    await page.get_by_label("User name").fill(TEACHER)
    await page.get_by_label("Password", exact=True).fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await check("sign-in refused")
    await school.enter(console)
    await console.end_lessons()
    await page.goto(console.address)
    await expect(page.get_by_test_id(f"class-{CLASS}")).to_be_visible()
    await check("classes")
    await page.get_by_role("button", name="Start lesson of 7B Computing").click()
    await expect(page.get_by_role("menuitem").first).to_be_visible()
    await check("start menu")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Demo Teacher").click()
    await expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    await check("person menu")
    await page.goto(f"{console.address}/classes/new")
    await expect(page.get_by_label("Name of the class")).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    await check("new class with errors")
    await page.goto(f"{console.address}/classes/{SITE}/{CLASS}/edit")
    await expect(page.get_by_label("Name of the class")).to_have_value("7B Computing")
    await check("class editor")
    await page.goto(f"{console.address}/nowhere")
    await check("no such page")
    lesson = await console.start_lesson("7B Computing", "With the fixed devices")
    await console.tiles_show("live", 12 if viewport is None else await seen(console))
    await check("wall")
    await in_dialogs(console, check)
    await page.goto(f"{console.address}/lessons/{SITE}/{lesson}/screens/pc-02")
    await console.see_video()
    await check("screen")
    await console.take("Share input")
    await check("screen with input shared")
    await console.take("Take over")
    await check("screen taken over")
    await console.rest("DELETE", f"/api/lessons/{SITE}/{lesson}")
    await expect(page.get_by_text(re.compile("over|ended"))).to_be_visible()
    await check("lesson over")
    assert found == []


async def seen(console: Console) -> int:
    """How many tiles are asked for on this screen."""
    await console.until(lambda: asked(console), "some tiles are asked for")
    return len(console.wanted.screens) if console.wanted else 0


async def asked(console: Console) -> bool:
    """Whether the hub was told which tiles are seen."""
    return bool(console.wanted and console.wanted.screens)


async def in_dialogs(console: Console, check: Callable[[str], Awaitable[None]]) -> None:
    """The states of the wall that lie behind a button."""
    page = console.page
    await page.get_by_role("button", name="View", exact=True).click()
    await expect(page.get_by_role("slider", name="Size of the tiles")).to_be_visible()
    await check("view settings")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("slider", name="Size of the tiles")).to_be_hidden()
    await page.get_by_role("button", name="Lock all", exact=True).click()
    await page.get_by_role("dialog").get_by_role("switch").check()
    await page.get_by_label("Minutes").fill("0")
    await check("lock dialog")
    await page.get_by_label("Minutes").fill("5")
    await page.get_by_role("button", name="Lock", exact=True).click()
    await expect(page.locator("[data-lock=applied]")).to_have_count(12)
    await check("locked wall")
    await page.get_by_role("button", name="Unlock all").click()
    await expect(page.locator("[data-lock=none]")).to_have_count(12)
    await page.get_by_role("button", name="End lesson").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await check("end dialog")
    await page.keyboard.press("Escape")


async def test_the_whole_way_by_keyboard_alone(
    console: Console, open_console: OpenConsole, school: School
) -> None:
    await console.end_lessons()
    console = await open_console(school.hub.address)
    page = console.page
    keys = page.keyboard

    async def tab_to(name: str, most: int = 30) -> None:
        for _ in range(most):
            await keys.press("Tab")
            focused = await page.evaluate(
                """() => {
                  const one = document.activeElement;
                  return `${one.labels?.[0]?.textContent ?? ""} ${one.ariaLabel ?? ""} `
                    + one.textContent;
                }"""
            )
            if name in focused:
                return
        raise AssertionError(f"the Tab key does not lead to {name!r}")

    await page.goto(console.address)
    await page.wait_for_url("**/sign-in**")
    await expect(page.get_by_label("User name")).to_be_visible()
    await tab_to("User name")
    await keys.type(TEACHER)
    await tab_to("Password")
    await keys.type(school.password)
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="Classes", exact=True)).to_be_visible()
    await expect(page.get_by_test_id(f"class-{CLASS}")).to_be_visible()
    await tab_to("Start lesson of 7B Computing")
    await keys.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_visible()
    for _ in range(20):  # the menu takes the focus once it has faded in
        await keys.press("ArrowDown")
        if "fixed devices" in await page.evaluate("document.activeElement.textContent"):
            break
        await page.wait_for_timeout(100)
    await keys.press("Enter")
    await page.wait_for_url("**/lessons/*/*")
    await expect(console.tile("pc-01")).to_be_visible()
    await tab_to("Open Amina")
    await keys.press("ArrowRight")
    await keys.press("Enter")
    await page.wait_for_url("**/screens/pc-02")
    await console.see_video()
    await keys.press("Escape")
    await page.wait_for_url(re.compile(r"/lessons/[^/]+/[^/]+$"))
    await tab_to("Open Ben")
    await tab_to("Skip to the content", 40)
    await tab_to("End lesson")
    await keys.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await tab_to("End the lesson", 4)
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="Classes", exact=True)).to_be_visible()
