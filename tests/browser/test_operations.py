"""The pages for those who run the schools: the trust, events, the audit record, the server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.browser.trust_hub import EVENTS, HOSTILE, SITES, TrustHub, run_trust_hub
from tests.hub.school import PASSWORD

pytestmark = pytest.mark.browser

TABLET = {"width": 820, "height": 1180}
PAGES = {
    "/trust": "Schools",
    "/sites/hill/events": "Events of Hill of oak",
    "/audit": "Audit record",
    "/status": "Server",
    "/uptime": "Uptime of this server",
}


async def enter(open_console: OpenConsole, hub: TrustHub, user: str, **options: Any) -> Console:
    console = await open_console(hub.address, **options)
    await console.sign_in(user, PASSWORD)
    return console


def rows(page: Page) -> Locator:
    return page.locator("tbody tr")


async def test_axe_finds_nothing_on_the_pages_of_admins(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    found: list[str] = []
    async with run_trust_hub(tmp_path) as hub:
        for scheme, size in (("light", None), ("dark", TABLET)):
            more = {"viewport": size} if size else {}
            console = await enter(open_console, hub, "una.oak", color_scheme=scheme, **more)
            for path, title in PAGES.items():
                await console.page.goto(console.address + path)
                heading = console.page.get_by_role("heading", name=title, level=1)
                await expect(heading).to_be_visible()
                await expect(rows(console.page).first).to_be_visible()
                if path == "/audit":
                    await console.page.get_by_role("button", name="Check the whole").click()
                    await expect(
                        console.page.get_by_text("Every entry fits the one before it")
                    ).to_be_visible()
                found += await console.violations(f"{title}, {scheme}")
                wide = "document.documentElement.scrollWidth > innerWidth"
                assert not await console.page.evaluate(wide), f"{title} is wider than the screen"
    assert found == []


async def test_an_admin_finds_a_school_and_what_its_devices_reported(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    async with run_trust_hub(tmp_path) as hub:
        console = await enter(open_console, hub, "una.oak")
        page = console.page
        await page.get_by_role("link", name="Schools").click()
        await expect(rows(page)).to_have_count(25)
        await expect(page.get_by_role("status")).to_contain_text(f"{SITES + 2} schools")
        await page.get_by_role("button", name="Page 3").click()
        last = page.get_by_test_id(f"site-s{SITES - 1:02}")
        await expect(last).to_contain_text("Figures of now unknown")
        await page.get_by_role("button", name="Events, 28 days").press("Enter")
        await page.get_by_role("button", name="Page 1").click()
        await expect(rows(page).first).to_contain_text("Hill of oak")
        line = rows(page).first.get_by_role("img")
        await expect(line).to_have_accessible_name(re.compile(f"^{EVENTS} events in 28 days"))
        await page.get_by_label("Find a school").fill("HILL")
        await expect(rows(page)).to_have_count(1)
        await page.get_by_role("link", name="Hill of oak").click()
        await expect(rows(page)).to_have_count(200)
        await expect(rows(page).first).to_contain_text(HOSTILE)
        await page.get_by_role("button", name="Show older ones").click()
        await expect(rows(page)).to_have_count(400)
        await page.get_by_label("Device").fill("oak-pc1")
        await page.get_by_role("combobox", name="What").click()
        await page.get_by_role("option", name="Agent started").click()
        await expect(page.get_by_role("status")).to_contain_text("75 events shown, all")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Download as CSV").click()
        file = await (await download.value).path()
        assert len(file.read_bytes().splitlines()) == 76
        await expect(rows(page)).to_have_count(75)


async def test_a_changed_audit_record_is_called_that(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    async with run_trust_hub(tmp_path) as hub:
        with hub.school.context.store.writing() as session:
            session.connection().exec_driver_sql(
                "UPDATE audit_entries SET pupil = 'ali' WHERE number = 140"
            )
        console = await enter(open_console, hub, "una.oak")
        page = console.page
        await page.get_by_role("link", name="Audit").click()
        await expect(rows(page)).to_have_count(100)
        await expect(rows(page).first).to_contain_text("150")
        await page.get_by_role("button", name="Show older ones").click()
        await expect(rows(page)).to_have_count(150)
        await page.get_by_role("button", name="Check the whole").click()
        await expect(page.get_by_role("alert")).to_contain_text("Entry 140 does not fit")


async def test_everybody_is_led_to_the_pages_that_are_for_them(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    links = {
        "una.oak": ["Classes", "Schools", "Events", "Audit", "Server"],
        "ian.oak": ["Classes", "Events", "Server"],
        "ada.oak": [],
    }
    async with run_trust_hub(tmp_path) as hub:
        for user, names in links.items():
            console = await enter(open_console, hub, user)
            page = console.page
            shown = page.get_by_role("navigation", name="Pages").get_by_role("link")
            assert await shown.all_inner_texts() == names
            if user == "ian.oak":
                await page.get_by_role("link", name="Server").click()
                pool = page.get_by_role("row", name=re.compile("pool-1"))
                await expect(pool).to_contain_text("Does not answer")
                await expect(page.get_by_text("Its process 20 ended")).to_be_visible()
                await expect(page.get_by_text("Silent for 45 s")).to_be_visible()
            if user == "ada.oak":
                await page.goto(f"{console.address}/status")
                await expect(page.get_by_role("alert")).to_contain_text("You may not do this.")


async def test_a_stranger_reads_how_well_the_server_served(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    async with run_trust_hub(tmp_path) as hub:
        page = (await open_console(hub.address)).page
        await page.goto(f"{hub.address}/uptime")
        row = page.get_by_role("row", name=re.compile("January 2027"))
        await expect(row).to_contain_text("99.163 % up")
        await expect(row).to_contain_text("down for 60 s")
        await expect(page.get_by_text("Down (probe-1)")).to_be_visible()
        assert "oak" not in await page.content()
