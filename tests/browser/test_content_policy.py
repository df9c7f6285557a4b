"""The built console under the policy that the hub sends, with hostile names in every list."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page

from hub.passwords import Passwords
from hub.settings import Settings
from safeguarding.permissions import Grant, Role
from store.classes import ClassMember, save_class
from store.engine import open_store
from store.people import add_person, set_password, set_roles
from tests.hub.school import CHEAP, NOW_MS, PASSWORD, School, fill

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"window.ran='yes'\"><script>window.ran='yes'</script>"
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(
  `${e.effectiveDirective} ${e.blockedURI} ${e.sample}`));
"""


@dataclass
class Visit:
    """A page of a browser, and what went wrong in it."""

    page: Page
    origin: str
    errors: list[str] = field(default_factory=list)

    async def open(self, path: str) -> str:
        """Load a page; its visible text once its heading is there."""
        await self.page.goto(self.origin + path)
        await self.page.get_by_role("heading").first.wait_for()
        return await self.page.inner_text("body")

    async def violations(self) -> list[str]:
        """What the policy stopped on this page."""
        found: list[str] = await self.page.evaluate("window.violations")
        return found


@pytest.fixture
async def visit(tmp_path: Path, browser: Browser) -> AsyncIterator[Visit]:
    """A browser before a hub without sockets, whose people and classes have hostile names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(data_dir=tmp_path, port=port)
    store = open_store(settings.database_url)
    passwords = Passwords(CHEAP)
    fill(store, passwords)
    with store.writing() as session:
        add_person(session, "oak", "eve", "eve", HOSTILE, NOW_MS)
        set_roles(session, "oak", "eve", [Grant(Role.TEACHER, "hill")])
        set_password(session, "oak", "eve", passwords.hash_now(PASSWORD), NOW_MS)
    pupils = [ClassMember(HOSTILE, HOSTILE)]
    save_class(store, "oak", "hill", "7b", HOSTILE, ["oak-pc1"], pupils, NOW_MS)
    school = School.open(store, settings)
    server = uvicorn.Server(
        uvicorn.Config(school.app(), port=port, log_config=None, lifespan="off", ws="none")
    )
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        page = await browser.new_page()
        await page.add_init_script(WATCH)
        visit = Visit(page, settings.public_origins[0])
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        yield visit
        await page.close()
        server.should_exit = True
        await serving
    school.context.passwords.close()
    passwords.close()
    store.close()


async def test_no_page_breaks_its_policy_or_runs_what_a_name_holds(visit: Visit) -> None:
    await visit.open("/sign-in")
    assert await visit.violations() == []
    await visit.page.get_by_label("User name").fill("eve")
    await visit.page.get_by_label("Password").first.fill(PASSWORD)
    await visit.page.get_by_role("button", name="Sign in").click()
    await visit.page.get_by_role("heading", name="Classes").wait_for()
    assert await visit.violations() == []
    for path in ("/", "/classes/new", "/classes/hill/7b/edit"):
        text = await visit.open(path)
        assert HOSTILE in text, path
        assert await visit.violations() == []
        assert await visit.page.evaluate("window.ran") is None
    assert visit.errors == []


async def test_the_policy_stops_what_it_is_meant_to_stop(visit: Visit) -> None:
    await visit.open("/sign-in")
    await visit.page.evaluate(
        """() => {
            const style = document.createElement('style');
            style.textContent = 'body { display: none }';
            document.head.append(style);
            try { document.body.innerHTML = '<img src=x onerror="window.ran=1">'; } catch {}
        }"""
    )
    await visit.page.wait_for_function("window.violations.length >= 1")
    found = await visit.violations()
    assert any(entry.startswith("style-src") for entry in found)
    assert await visit.page.evaluate("window.ran") is None
    assert await visit.page.locator("body").is_visible()
