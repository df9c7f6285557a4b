"""A school's first day: the set-up code, the first class, and a hub that is lost and comes back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import LAPTOP, OpenConsole
from tests.browser.console import Console, new_console
from tests.browser.programs import WAIT_S, Agent, Hub, picture, program, until, visible
from tests.displays import Display, run_xvfb

pytestmark = [pytest.mark.browser, pytest.mark.desktop, pytest.mark.cluster]

USER, NAME, PASSWORD = "head", "Ifeoma Head", "four plain garden gnomes"
ORDER_LEASE_S = 6
LOCK = "This screen is locked for now"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub that nobody has used yet."""
    hub = Hub("serve", tmp_path_factory.mktemp("school"), FORMROOM_ORDER_LEASE_S=str(ORDER_LEASE_S))
    try:
        hub.start()
        yield hub
    finally:
        hub.stop()


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    """The first PC's display."""
    with run_xvfb() as display, program(["openbox"], display.environment):
        yield display


@pytest.fixture(scope="module")
async def head(hub: Hub, browser: Browser) -> AsyncIterator[Console]:
    """The person who set the school up, signed in by doing so."""
    context = await browser.new_context(viewport=LAPTOP)
    console = await new_console(context, hub.address)
    page = console.page
    await page.goto(hub.address)
    await page.wait_for_url("**/setup")
    for label, text in (
        ("Set-up code", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE-F"),
        ("Trust", "Westmoor Trust"),
        ("School", "Westmoor Academy"),
        ("Your name", NAME),
        ("User name", USER),
        ("Password", PASSWORD),
    ):
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_role("button", name="Set up and sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("code")
    assert "/setup" in page.url
    code = re.search(r"^ {4}([A-Z2-7-]+)$", hub.output, re.MULTILINE)
    assert code is not None
    await page.get_by_label("Set-up code", exact=True).fill(code[1].lower())
    await page.get_by_role("button", name="Set up and sign in").click()
    await expect(page.get_by_role("heading", name="Classes", exact=True)).to_be_visible()
    yield console
    await context.close()
    assert console.faults == []


@pytest.fixture(scope="module")
async def agent(
    hub: Hub, head: Console, display: Display, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Agent]:
    """The agent of the school's first PC."""
    folder = tmp_path_factory.mktemp("pc")
    agent = Agent(hub.enrol(folder, "First"), display, folder / "state", {})
    agent.start()
    yield agent
    agent.stop()


@pytest.fixture(scope="module")
async def wall(head: Console, agent: Agent) -> Console:
    """The wall of the first lesson of a class that was made on its page."""
    page = head.page
    await page.goto(f"{head.address}/classes/new")
    await page.get_by_label("Name of the class").fill("8C Art")
    devices = page.get_by_role("textbox", name="Fixed devices").or_(
        page.get_by_role("combobox", name="Fixed devices")
    )
    await devices.first.click()
    await page.get_by_role("option", name="First 1").click()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Save").click()
    await head.start_lesson("8C Art", "With the fixed devices (1)")
    await expect(head.tile("first-1")).to_have_attribute("data-state", "online")
    return head


async def test_the_printed_code_opens_the_school_once(
    head: Console, hub: Hub, open_console: OpenConsole
) -> None:
    await expect(head.page.get_by_text("Westmoor Trust · Westmoor Academy")).to_be_visible()
    late = await open_console(hub.address)
    await late.page.goto(f"{hub.address}/setup")
    await late.page.wait_for_url("**/sign-in")


async def test_a_wrong_password_is_said_to_be_wrong_and_signing_out_ends_the_session(
    head: Console, hub: Hub, open_console: OpenConsole
) -> None:
    console = await open_console(hub.address)
    page = console.page
    await page.goto(hub.address)
    await page.wait_for_url("**/sign-in**")
    await page.get_by_label("User name").fill(USER)
    await page.get_by_label("Password", exact=True).fill("three plain garden gnomes")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("User name or password is wrong")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Classes", exact=True)).to_be_visible()
    await page.get_by_role("button", name=NAME).click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await page.wait_for_url("**/sign-in**")
    await page.goto(f"{hub.address}/classes/new")
    await page.wait_for_url("**/sign-in**")


async def test_a_class_made_on_its_page_teaches_its_first_lesson(wall: Console) -> None:
    await expect(wall.tile("first-1")).to_have_attribute("data-picture", "live")
    await expect(wall.page.get_by_test_id("lesson-counts")).to_have_text("1 of 1 device connected")


async def test_a_lost_hub_is_said_plainly_and_the_page_comes_back_by_itself(
    wall: Console, hub: Hub, agent: Agent, display: Display
) -> None:
    await lock_all(wall, "Back soon")
    await expect(wall.tile("first-1")).to_have_attribute("data-lock", "applied")
    until(lambda: visible(display, LOCK), "the lock covers the pupil's screen")
    hub.kill()
    banner = wall.page.get_by_test_id("link-banner")
    await expect(banner).to_contain_text("The connection to the server is lost")
    until(
        lambda: not visible(display, LOCK),
        "the lock ends with its lease",
        limit_s=ORDER_LEASE_S + WAIT_S,
    )
    hub.start()
    await expect(banner).to_be_hidden(timeout=60_000)
    await expect(wall.tile("first-1")).to_have_attribute("data-picture", "live", timeout=60_000)
    # The lesson goes on, so what it wants is wanted still.
    await expect(wall.tile("first-1")).to_have_attribute("data-lock", "applied")
    until(lambda: visible(display, LOCK), "the screen is locked again")
    await wall.page.get_by_role("button", name="Unlock all").click()
    await expect(wall.tile("first-1")).to_have_attribute("data-lock", "none")
    until(lambda: not visible(display, LOCK), "the pupil has the screen again")


async def test_a_lock_outlives_the_agent_and_its_own_lease_while_it_is_renewed(
    wall: Console, agent: Agent, display: Display, tmp_path: Path
) -> None:
    await lock_all(wall, "Eyes to the front, please.")
    until(lambda: visible(display, LOCK), "the lock covers the pupil's screen")
    assert picture(display)[:40, :40].max() < 90, "the corner of the screen is not covered"
    agent.kill()
    until(lambda: not visible(display, LOCK), "the lock goes with the agent")
    await expect(wall.tile("first-1")).to_have_attribute("data-state", "lost")
    agent.start()
    until(lambda: visible(display, LOCK), "the lock is back with the agent")
    await expect(wall.tile("first-1")).to_have_attribute("data-state", "online")
    await expect(wall.tile("first-1")).to_have_attribute("data-lock", "applied")
    await wall.page.wait_for_timeout(1_500 * ORDER_LEASE_S)
    assert visible(display, LOCK), "a lock that is renewed does not run out"
    await expect(wall.tile("first-1")).to_have_attribute("data-lock", "applied")
    await wall.page.get_by_role("button", name="Unlock all").click()
    until(lambda: not visible(display, LOCK), "the pupil has the screen again")


async def lock_all(wall: Console, message: str) -> None:
    """Lock every screen, as a teacher does."""
    await wall.page.get_by_role("button", name="Lock all", exact=True).click()
    await wall.page.get_by_label("Message to the pupils").fill(message)
    await wall.page.get_by_role("button", name="Lock", exact=True).click()
    await expect(wall.page.get_by_role("dialog")).to_be_hidden()
