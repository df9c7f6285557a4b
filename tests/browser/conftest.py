"""One demonstration school, one real PC in it, and teachers' browsers, for all browser tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Playwright, ViewportSize, async_playwright, expect

from hub.demo_school import SITE, TEACHER, TRUST
from tests.browser.console import Console, new_console
from tests.browser.programs import WAIT_S, Agent, Hub, program, run_xephyr
from tests.displays import Display, run_xvfb

OTHER = ("other.teacher", "Oluwaseun Other", "a walrus plays the organ")
"""User, name and password of the second teacher."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-loopback-in-peer-connection",
]
NO_PATH = """
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(options) {
    super({ ...options, iceTransportPolicy: "relay" });
  }
};
"""
"""Makes a page whose video may come through relays only, of which there is none."""
LAPTOP = ViewportSize(width=1366, height=768)

OpenConsole = Callable[..., Coroutine[Any, Any, Console]]

expect.set_options(timeout=WAIT_S * 1000)


@dataclass(frozen=True)
class School:
    """The running demonstration, and who may sign in to it."""

    hub: Hub
    password: str
    sessions: dict[str, list[Any]]
    """Cookies of those who are signed in: hashing a password takes its time, so once is enough."""

    async def enter(self, console: Console, user: str = TEACHER) -> None:
        """Have the demonstration's teacher, or another one, signed in."""
        context = console.page.context
        if user in self.sessions:
            await context.add_cookies(self.sessions[user])
            await console.page.goto(console.address)
        else:
            await console.sign_in(user, self.password if user == TEACHER else OTHER[2])
            self.sessions[user] = await context.cookies()


@dataclass(frozen=True)
class Desk:
    """A real PC: the agent on `display`; whatever happens on `hand` is the pupil's own doing."""

    device: str
    display: Display
    hand: Display
    agent: Agent
    school: School

    @asynccontextmanager
    async def lesson(self, console: Console) -> AsyncIterator[str]:
        """A lesson with this PC alone, started by this person; its id. It ends with the block."""
        name = f"Lesson at {self.device}"
        classes = (await console.rest("GET", "/api/classes"))["classes"]
        ids = [one["id"] for one in classes if one["name"] == name]
        if not ids:
            body = {"site": SITE, "name": name, "devices": [self.device], "pupils": []}
            ids = [(await console.rest("POST", "/api/classes", body))["class"]["id"]]
        body = {"site": SITE, "class_id": ids[0], "members": "devices"}
        lesson = (await console.rest("POST", "/api/lessons", body))["lesson"]["id"]
        try:
            yield lesson
        finally:
            running = [
                one["lesson"]["id"]
                for one in (await console.rest("GET", "/api/classes"))["classes"]
                if one["lesson"]
            ]
            if lesson in running:
                await console.rest("DELETE", f"/api/lessons/{SITE}/{lesson}")


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """The demonstration: a hub on real Ray, and twelve simulated pupils."""
    hub = Hub("demo", tmp_path_factory.mktemp("demo"))
    try:
        hub.start()
        password = hub.output.split("password", 1)[1].split()[0]
        hub.add_teacher(TRUST, SITE, *OTHER)
        yield School(hub, password, {})
    finally:
        hub.stop()


@pytest.fixture(scope="session")
def desk(school: School, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The agent on a display within a display, with a window manager."""
    folder = tmp_path_factory.mktemp("desk")
    enrolment = school.hub.enrol(folder, "Desk")
    with (
        run_xvfb() as hand,
        run_xephyr(hand) as display,
        program(["openbox"], display.environment),
    ):
        agent = Agent(enrolment, display, folder / "state", {})
        agent.start()
        try:
            yield Desk(enrolment.stem, display, hand, agent, school)
        finally:
            agent.stop()


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture(scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """Debian's Chromium, without its own sandbox because the tests may run as root."""
    running = await playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=FLAGS, headless=True
    )
    yield running
    await running.close()


@pytest.fixture
async def open_console(browser: Browser) -> AsyncIterator[OpenConsole]:
    """Opens a browser for another person: `await open_console(address, **context options)`.

    After every test: no page had an error, a dialog or a breach of its policy, and none asked
    any other host for anything.
    """
    consoles: list[Console] = []
    async with AsyncExitStack() as stack:

        async def open_(address: str, **options: Any) -> Console:
            context = await browser.new_context(**{"viewport": LAPTOP, "locale": "en-GB"} | options)
            stack.push_async_callback(context.close)
            consoles.append(await new_console(context, address))
            return consoles[-1]

        yield open_
    for console in consoles:
        assert console.faults == []
        assert {f"http://{host}" for host in console.hosts} <= {console.address}


@pytest.fixture
async def console(open_console: OpenConsole, school: School) -> Console:
    """The demonstration's teacher, signed in."""
    console = await open_console(school.hub.address)
    await school.enter(console)
    return console


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is not there yet."""
    return tmp_path / "typed.txt"
