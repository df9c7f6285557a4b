"""A real X display as the agent sees it, with and without a window manager."""

import os
import pwd
import select
from collections.abc import Callable, Iterator

import pytest
from Xlib import X

from endpoint.platform.port import Window
from endpoint.platform.x11_desktop import X11Desktop
from tests.displays import Display
from tests.endpoint.x_programs import (
    connect,
    eventually,
    run_openbox,
    run_program,
    show_window,
    xdo,
)

pytestmark = pytest.mark.desktop


@pytest.fixture
def screen(start_xvfb: Callable[..., Display]) -> Display:
    return start_xvfb()


@pytest.fixture
def desktop(screen: Display) -> Iterator[X11Desktop]:
    desktop = X11Desktop(screen.environment)
    yield desktop
    desktop.close()


def comes_to_be(desktop: X11Desktop, window: Window) -> None:
    """The window becomes the active one, and an event says that something changed."""
    while desktop.active_window() != window:
        assert _wait(desktop), f"no event; active is {desktop.active_window()}"


def _wait(desktop: X11Desktop) -> bool:
    """Whether an event that tells something came within a generous limit."""
    descriptor = desktop.fileno()
    while not desktop.drain():
        if not select.select([descriptor], [], [], 10)[0]:
            return False
    return True


def test_an_empty_display_has_no_active_window(desktop: X11Desktop) -> None:
    assert desktop.active_window() == Window("", "")
    assert desktop.name == "linux-x11"
    assert desktop.can_control
    assert desktop.can_block_input


def test_without_a_window_manager_the_keyboard_is_followed_by_events(
    screen: Display, desktop: X11Desktop
) -> None:
    desktop.active_window()
    with connect(screen) as connection:
        xdo(screen, "mousemove", "100", "100")
        first = show_window(connection, "first", "Paint")
        comes_to_be(desktop, Window("Paint", "first"))
        second = show_window(connection, "second", "Writer", 500, 300)
        desktop.active_window()
        xdo(screen, "mousemove", "600", "400")
        comes_to_be(desktop, Window("Writer", "second"))
        first.set_input_focus(X.RevertToParent, X.CurrentTime)
        connection.sync()
        comes_to_be(desktop, Window("Paint", "first"))
        first.set_wm_name("renamed")
        connection.sync()
        comes_to_be(desktop, Window("Paint", "renamed"))
        second.destroy()
        first.destroy()
        connection.sync()
        comes_to_be(desktop, Window("", ""))


def test_with_a_window_manager_its_word_is_followed_by_events(
    screen: Display, desktop: X11Desktop
) -> None:
    with run_openbox(screen), connect(screen) as connection:
        window = show_window(connection, "first", "Paint")
        comes_to_be(desktop, Window("Paint", "first"))
        name = connection.intern_atom("_NET_WM_NAME")
        window.change_property(
            name, connection.intern_atom("UTF8_STRING"), 8, "Zażółć – 図形".encode()
        )
        connection.sync()
        comes_to_be(desktop, Window("Paint", "Zażółć – 図形"))
        with run_program(screen, "xterm", "-T", "shell"):
            comes_to_be(desktop, Window("XTerm", "shell"))
        comes_to_be(desktop, Window("Paint", "Zażółć – 図形"))


def test_a_window_without_class_is_named_after_its_program(
    screen: Display, desktop: X11Desktop
) -> None:
    with connect(screen) as connection:
        xdo(screen, "mousemove", "100", "100")
        window = show_window(connection, "mine", "Temporary")
        window.delete_property(connection.intern_atom("WM_CLASS"))
        pid = connection.intern_atom("_NET_WM_PID")
        window.change_property(pid, connection.intern_atom("CARDINAL"), 32, [os.getpid()])
        connection.sync()
        program = os.path.basename(os.readlink("/proc/self/exe"))
        comes_to_be(desktop, Window(program, "mine"))


def test_hostile_titles_are_cut_and_never_fail(screen: Display, desktop: X11Desktop) -> None:
    with connect(screen) as connection:
        xdo(screen, "mousemove", "100", "100")
        window = show_window(connection, "first", "Paint")
        utf8 = connection.intern_atom("UTF8_STRING")
        name = connection.intern_atom("_NET_WM_NAME")
        for value in (b"\xff\xfe\x00\x80", "é".encode() * 60_000, b"x" + "é".encode() * 60_000):
            window.change_property(name, utf8, 8, value)
            connection.sync()
            assert 0 < len(desktop.active_window().title) <= 2048
        window.change_property(name, connection.intern_atom("CARDINAL"), 32, [1, 2, 3])
        connection.sync()
        assert desktop.active_window().title == "first"


def test_idle_time_grows_and_starts_anew_with_a_key(screen: Display, desktop: X11Desktop) -> None:
    eventually(lambda: desktop.idle_s() > 0.3)
    xdo(screen, "key", "a")
    eventually(lambda: desktop.idle_s() < 0.3)


def test_a_monitor_that_comes_is_announced(screen: Display, desktop: X11Desktop) -> None:
    (only,) = desktop.monitors()
    assert (only.id, only.width, only.height, only.primary) == (0, 1280, 720, True)
    for name, place, output in (
        ("left", "640/170x720/190+0+0", "screen"),
        ("right", "640/170x720/190+640+0", "none"),
    ):
        with run_program(screen, "xrandr", "--setmonitor", name, place, output) as program:
            program.wait(30)
    while len(desktop.monitors()) != 2:
        assert _wait(desktop)
    first, second = desktop.monitors()
    assert (first.id, first.name, first.primary) == (0, "left", True)
    assert (second.id, second.name, second.x, second.width) == (1, "right", 640, 640)


def test_the_account_is_the_one_that_runs(desktop: X11Desktop) -> None:
    assert desktop.account().user == pwd.getpwuid(os.getuid()).pw_name


def test_windows_on_other_desktops_make_the_view_incomplete(
    screen: Display, desktop: X11Desktop
) -> None:
    with run_openbox(screen), connect(screen) as connection:
        xdo(screen, "set_num_desktops", "2")
        show_window(connection, "hidden game", "Game")
        comes_to_be(desktop, Window("Game", "hidden game"))
        assert desktop.incomplete() == ()
        xdo(screen, "set_desktop", "1")
        while desktop.incomplete() != ("virtual_desktops",):
            assert _wait(desktop)
        xdo(screen, "set_desktop", "0")
        while desktop.incomplete() != ():
            assert _wait(desktop)


def test_wayland_is_said_to_be_incomplete(screen: Display) -> None:
    for variable, value in (("WAYLAND_DISPLAY", "wayland-0"), ("XDG_SESSION_TYPE", "wayland")):
        desktop = X11Desktop(screen.environment | {variable: value})
        assert "wayland" in desktop.incomplete()
        desktop.close()


def test_a_quiet_desktop_says_nothing(screen: Display, desktop: X11Desktop) -> None:
    with connect(screen) as connection:
        xdo(screen, "mousemove", "100", "100")
        show_window(connection, "first", "Paint")
        comes_to_be(desktop, Window("Paint", "first"))
        desktop.idle_s()
        desktop.drain()
        assert not select.select([desktop.fileno()], [], [], 0.5)[0]


# python-xlib leaves its socket open when it cannot connect
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_display_that_ends_is_an_error_of_the_system(screen: Display) -> None:
    desktop = X11Desktop(screen.environment)
    os.kill(screen.pid, 9)

    def is_gone() -> bool:
        try:
            desktop.active_window()
        except OSError:
            return True
        return False

    eventually(is_gone)
    with pytest.raises(OSError, match="gone"):
        X11Desktop(screen.environment)
