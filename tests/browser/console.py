"""A teacher's browser: the steps that a person takes in it, and what it shows."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Locator, Page, WebSocket, expect

from tests.browser.programs import ROOT, WAIT_S
from wire.codec import CONTROL_LIMIT, Catalogue
from wire.messages import FROM_CONSOLE, ScreensWanted

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""What WCAG 2.2 AA asks, as far as a program can see it."""

_READ_VIDEO = """
([selector, points]) => {
  const video = document.querySelector(selector);
  if (!video || !video.videoWidth || video.dataset.hidden === "true") return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = points.map(([x, y]) => {
    const at = 4 * (y * canvas.width + x);
    return [data[at], data[at + 1], data[at + 2]];
  });
  return { width: canvas.width, height: canvas.height, pixels };
}
"""
_TILES = """
tiles => Object.fromEntries(tiles.map(tile => [tile.dataset.device, {...tile.dataset}]))
"""

_SETTLE = """
async () => {
  const wait = () => new Promise(requestAnimationFrame);
  const passing = one => Number.isFinite(one.effect?.getComputedTiming().endTime);
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await wait();
    const running = document.getAnimations().filter(passing);
    if (running.length > 0) quiet = 0;
    await Promise.allSettled(running.map(one => one.finished));
  }
}
"""

T = TypeVar("T")


class Console:
    """One page of one person.

    Keeps what may never happen in any test: `faults` (errors of the page, dialogs, breaches of the
    content security policy) and `hosts` (every host and port that was asked for anything).
    """

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        self.hosts: set[str] = set()
        self.wanted: ScreensWanted | None = None
        self._catalogue = Catalogue(FROM_CONSOLE)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", lambda said: self._hear(said.text))
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", self._follow)

        async def refuse(dialog: Any) -> None:
            self.faults.append(f"dialog: {dialog.message}")
            await dialog.dismiss()

        page.on("dialog", refuse)

    # --- steps --------------------------------------------------------------------------------

    async def sign_in(self, user: str, password: str) -> None:
        """Sign in, and see the classes."""
        await self.page.goto(f"{self.address}/sign-in")
        await self.page.get_by_label("User name").fill(user)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_role("heading", name="Classes", exact=True)).to_be_visible()

    async def start_lesson(self, class_name: str, members: str) -> str:
        """Start a lesson by the class's menu: `members` is how its item begins. Returns its id."""
        await self.page.goto(self.address)
        await self.page.get_by_role("button", name=f"Start lesson of {class_name}").click()
        await self.page.get_by_role("menuitem", name=members).click()
        await self.page.wait_for_url("**/lessons/*/*")
        await expect(self.page.get_by_test_id("wall")).to_be_visible()
        return self.page.url.rsplit("/", 1)[1]

    async def end_lessons(self) -> None:
        """End every lesson of this person, also those that another test left."""
        for one in (await self.rest("GET", "/api/classes"))["classes"]:
            if one["lesson"] and one["lesson"]["mine"]:
                await self.rest("DELETE", f"/api/lessons/{one['site']}/{one['lesson']['id']}")

    async def open_wall(self, site: str, lesson: str) -> None:
        """Go to a lesson's wall by its address."""
        await self.page.goto(f"{self.address}/lessons/{site}/{lesson}")
        await expect(self.page.get_by_test_id("wall")).to_be_visible()

    async def open_screen(self, site: str, lesson: str, device: str) -> None:
        """Go to one screen by its address, and wait for its video in full."""
        await self.page.goto(f"{self.address}/lessons/{site}/{lesson}/screens/{device}")
        await self.see_video()

    async def see_video(self) -> None:
        """Wait until the opened screen's video flows in its full size."""
        await expect(self.stage).to_have_attribute("data-picture", "live")
        await self.until(lambda: self._is_full(), "the full rung")

    async def choose(self, mode: str) -> None:
        """Choose how the opened screen is used, by the word on the switch."""
        await self.page.get_by_text(mode, exact=True).click()

    async def take(self, mode: str) -> None:
        """Choose a mode that controls, and wait until it is granted."""
        await self.choose(mode)
        await expect(self.stage).to_have_attribute("data-control", "granted")

    async def rest(self, method: str, path: str, body: object = None) -> Any:
        """Ask the hub as this person, beside the pages."""
        answer = await self.page.context.request.fetch(
            self.address + path, method=method, headers={"X-Formroom": "1"}, data=body
        )
        assert answer.ok, f"{method} {path}: {answer.status} {await answer.text()}"
        return None if answer.status == 204 else await answer.json()

    # --- what is shown ------------------------------------------------------------------------

    @property
    def stage(self) -> Locator:
        """The opened screen."""
        return self.page.get_by_test_id("screen-stage")

    def tile(self, device: str) -> Locator:
        """A device's tile on the wall."""
        return self.page.get_by_test_id(f"tile-{device}")

    async def tiles(self) -> dict[str, dict[str, str]]:
        """What the tiles say of themselves, by device, in the order in which they stand."""
        tiles: dict[str, dict[str, str]] = await self.page.eval_on_selector_all(
            "[data-testid^=tile-]", _TILES
        )
        return tiles

    async def tiles_show(self, picture: str, count: int) -> None:
        """Wait until so many tiles show `pictures` or are `live`."""
        shown = self.page.locator(f"[data-testid^=tile-][data-picture={picture}]")
        await expect(shown).to_have_count(count)

    async def press_british_pound(self) -> None:
        """Press the key that a British keyboard has for it; Playwright knows an American one."""
        session = await self.page.context.new_cdp_session(self.page)
        key = {"key": "£", "code": "Digit3", "modifiers": 8}
        await self.page.keyboard.down("Shift")
        await session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "£", **key})
        await session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        await self.page.keyboard.up("Shift")
        await session.detach()

    async def point_on(self, x: int, y: int) -> None:
        """Move the mouse where the opened screen shows this pixel of the device."""
        place = await self.page.evaluate(
            """([x, y]) => {
              const video = document.querySelector("[data-testid=screen-video]");
              const box = video.getBoundingClientRect();
              const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight);
              return [
                box.x + (box.width - scale * video.videoWidth) / 2 + scale * (x + 0.5),
                box.y + (box.height - scale * video.videoHeight) / 2 + scale * (y + 0.5),
              ];
            }""",
            [x, y],
        )
        await self.page.mouse.move(*place)

    async def video(
        self,
        points: Sequence[tuple[int, int]] = (),
        selector: str = "[data-testid=screen-video]",
    ) -> Any:
        """Size and pixels of a video as the browser has decoded it; None while there is none."""
        return await self.page.evaluate(_READ_VIDEO, [selector, points])

    async def violations(self, state: str) -> list[str]:
        """What axe finds wrong with the page as it is now, a line each."""
        await self.page.evaluate(_SETTLE)  # A text that is still fading in has no contrast yet.
        # Run from outside the page, so the page's policy stays in force and is still not asked.
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate(
            """tags => axe.run(document, {runOnly: tags}).then(({violations}) => violations)""",
            AXE_TAGS,
        )
        return [
            f"{state}: {one['id']} ({one['impact']}): {node['html'][:200]}"
            f" {[check['message'] for check in node['any'] + node['all'] + node['none']]}"
            for one in found
            for node in one["nodes"]
        ]

    async def until(
        self, look: Callable[[], Awaitable[T]], what: str, *, limit_s: float = WAIT_S
    ) -> T:
        """The first true answer of `look`; fails with `what` when there is none in time."""
        deadline = time.monotonic() + limit_s
        while not (answer := await look()):
            assert time.monotonic() < deadline, f"{what}: not within {limit_s:g} s"
            await asyncio.sleep(0.05)
        return answer

    async def screenshot(self, file: Path) -> None:
        """Save what the page looks like; the pointer is moved out of the way first."""
        await self.page.mouse.move(1, 1)
        await self.page.screenshot(path=file)

    # --- inside -------------------------------------------------------------------------------

    async def _is_full(self) -> bool:
        video = await self.video()
        return video is not None and video["height"] >= 720

    def _hear(self, text: str) -> None:
        if re.search("Content Security Policy|TrustedHTML|Trusted Type", text):
            self.faults.append(f"policy: {text}")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob"):
            self.hosts.add(parts.netloc)

    def _follow(self, socket: WebSocket) -> None:
        self._asked(socket.url)

        def sent(frame: str | bytes) -> None:
            if isinstance(frame, bytes):
                message = self._catalogue.decode(frame, CONTROL_LIMIT)[1]
                if isinstance(message, ScreensWanted):
                    self.wanted = message

        socket.on("framesent", sent)


async def new_console(context: BrowserContext, address: str) -> Console:
    """A new page of this browser context."""
    context.set_default_timeout(WAIT_S * 1000)
    return Console(await context.new_page(), address)
