"""The notice on a real display: what is seen, what is held, and how it ends."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
from Xlib import X
from Xlib.error import BadDrawable, BadWindow

from endpoint.notice.scene import Lock, Scene, Status, Watcher
from endpoint.notice_process import NoticeProcess
from tests.displays import Display
from tests.endpoint.small_hub import until
from tests.endpoint.x_programs import (
    can_grab,
    connect,
    eventually,
    pixel,
    run_openbox,
    run_typewriter,
    xdo,
)

pytestmark = pytest.mark.desktop

LOCK = Scene((Watcher("Ms Khan", "teacher", "wall"),), Lock("a", "Eyes up", "Ms Khan", 300.0))
WATCHED = Scene((Watcher("Ms Khan", "teacher", "view"),))

CORE = """
import asyncio
from endpoint.notice.scene import Lock, Scene
from endpoint.notice_process import NoticeProcess

async def main():
    notice = NoticeProcess()
    notice.show(Scene(lock=Lock("a")))
    await notice.run(lambda status: print(notice.pid if status.held else "", flush=True))

asyncio.run(main())
"""


class Shown:
    def __init__(self, notice: NoticeProcess) -> None:
        self.notice = notice
        self.statuses: list[Status] = []

    @property
    def is_held(self) -> bool:
        return bool(self.statuses) and self.statuses[-1].order == "a" and self.statuses[-1].held

    async def show(self, scene: Scene) -> None:
        """Show it and wait until it is on the screen; a lock: held."""
        seen = len(self.statuses)
        self.notice.show(scene)
        await until(lambda: len(self.statuses) > seen and (not scene.lock or self.is_held))


@pytest.fixture
def screen(start_xvfb: Callable[..., Display], monkeypatch: pytest.MonkeyPatch) -> Display:
    display = start_xvfb()
    monkeypatch.setenv("DISPLAY", display.name)
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return display


@asynccontextmanager
async def notice() -> AsyncIterator[Shown]:
    shown = Shown(NoticeProcess())
    async with asyncio.TaskGroup() as group:
        task = group.create_task(shown.notice.run(shown.statuses.append))
        try:
            yield shown
        finally:
            task.cancel()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_dark(display: Display, *places: tuple[int, int]) -> bool:
    return all(max(pixel(display, x, y)) < 90 for x, y in places)


@pytest.mark.parametrize("managed", [False, True])
async def test_keys_reach_nobody_during_a_lock_and_arrive_again_afterwards(
    screen: Display, tmp_path: Path, managed: bool
) -> None:
    with (
        run_openbox(screen) if managed else nullcontext(),
        run_typewriter(screen, tmp_path / "text") as typewriter,
    ):
        async with notice() as shown:
            await shown.show(LOCK)
            typewriter.type("during")
            await asyncio.sleep(0.3)
            assert "during" not in typewriter.lines
            await shown.show(Scene())
            typewriter.type("after")
            await until(lambda: "after" in typewriter.lines)
            assert "during" not in typewriter.lines


async def test_the_lock_covers_everything_and_goes_again(screen: Display, tmp_path: Path) -> None:
    places = (5, 5), (200, 150), (1275, 715)
    with run_typewriter(screen, tmp_path / "text"):
        assert pixel(screen, 200, 150) == (255, 255, 255)
        async with notice() as shown:
            await shown.show(LOCK)
            eventually(lambda: is_dark(screen, *places))
            await shown.show(Scene())
            eventually(lambda: pixel(screen, 200, 150) == (255, 255, 255))


async def test_a_window_that_opens_during_a_lock_does_not_stay_above(screen: Display) -> None:
    async with notice() as shown:
        await shown.show(LOCK)
        with connect(screen) as connection:
            root = connection.screen()
            window = root.root.create_window(
                0, 0, 200, 200, 0, root.root_depth,
                background_pixel=root.white_pixel, override_redirect=True,
            )  # fmt: skip
            window.map()
            connection.sync()
            eventually(lambda: is_dark(screen, (50, 50)))


async def test_every_monitor_is_covered_also_one_that_comes_later(screen: Display) -> None:
    def split() -> None:
        for name, place, output in (("left", "640/170x720/190+0+0", "screen"),
                                    ("right", "640/170x720/190+640+0", "none")):  # fmt: skip
            subprocess.run(
                ["xrandr", "--setmonitor", name, place, output],
                env=screen.environment,
                check=True,
                timeout=30,
            )

    async with notice() as shown:
        await shown.show(LOCK)
        split()
        with connect(screen) as connection:

            def covers() -> list[tuple[int, int]]:
                sizes = []
                for window in connection.screen().root.query_tree().children:
                    with contextlib.suppress(BadWindow, BadDrawable):  # it went meanwhile
                        if window.get_attributes().map_state == X.IsViewable:
                            box = window.get_geometry()
                            sizes.append((box.x, box.width))
                return sorted(sizes)

            eventually(lambda: covers() == [(0, 640), (640, 640)])
        await until(lambda: shown.is_held)


async def test_a_lock_that_cannot_hold_the_input_says_so_and_goes_on_trying(
    screen: Display,
) -> None:
    with connect(screen) as connection:
        root = connection.screen().root
        root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        async with notice() as shown:
            shown.notice.show(LOCK)
            await until(lambda: shown.statuses)
            expected = Status("a", False, "another program is holding them", 1)
            assert shown.statuses[-1] == expected
            connection.ungrab_keyboard(X.CurrentTime)
            connection.sync()
            await until(lambda: shown.is_held)


async def test_a_lock_comes_back_when_its_process_is_killed(screen: Display) -> None:
    async with notice() as shown:
        await shown.show(LOCK)
        assert shown.notice.pid
        shown.statuses.clear()
        os.kill(shown.notice.pid, signal.SIGKILL)
        await until(lambda: shown.is_held)
        assert not can_grab(screen)


def test_everything_is_released_when_the_core_is_killed(screen: Display) -> None:
    with subprocess.Popen([sys.executable, "-c", CORE], stdout=subprocess.PIPE) as core:
        assert core.stdout
        held = int(core.stdout.readline())
        assert not can_grab(screen)
        core.kill()
        eventually(lambda: can_grab(screen))
        eventually(lambda: not is_alive(held))
        assert pixel(screen, 640, 30) == (0, 0, 0)


async def test_the_banner_is_there_and_leaves_keyboard_and_pointer_alone(
    screen: Display, tmp_path: Path
) -> None:
    with run_typewriter(screen, tmp_path / "text") as typewriter:
        async with notice() as shown:
            await shown.show(WATCHED)
            eventually(lambda: pixel(screen, 640, 14) == (0x17, 0x32, 0x4D))
            typewriter.type("meanwhile")
            await until(lambda: "meanwhile" in typewriter.lines)
            await shown.show(Scene())
            eventually(lambda: pixel(screen, 640, 14) == (0, 0, 0))


async def test_the_banner_can_be_moved_but_stays_on_the_screen(screen: Display) -> None:
    async with notice() as shown:
        await shown.show(WATCHED)
        eventually(lambda: max(pixel(screen, 640, 14)) > 0)
        for step in (("mousemove", "640", "28"), ("mousedown", "1"), ("mousemove", "300", "400"),
                     ("mousemove", "2", "700"), ("mouseup", "1")):  # fmt: skip
            xdo(screen, *step)
        with connect(screen) as connection:

            def places() -> list[tuple[int, int]]:
                boxes = [
                    window.get_geometry()
                    for window in connection.screen().root.query_tree().children
                    if window.get_attributes().map_state == X.IsViewable
                ]
                return [(box.x, box.y + box.height) for box in boxes]

            eventually(lambda: len(places()) == 1 and places()[0][0] == 0)
            assert places()[0][1] <= 720


def test_calls_of_the_window_library_lose_no_references(screen: Display) -> None:
    """One release lost a reference to None at each call, which ends a process after a while."""
    code = (
        "import os, sys\n"
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "application, window = QApplication([]), QWidget()\n"
        "before = sys.getrefcount(None)\n"
        "for _ in range(1000): window.raise_()\n"
        "print(before - sys.getrefcount(None), flush=True)\n"
        "os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert abs(int(done.stdout)) < 100
