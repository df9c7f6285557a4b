"""Input into a real application: an xterm that writes down what is typed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from Xlib import X
from Xlib.display import Display as Connection

from endpoint.platform.x11_input import X11Input
from tests.displays import Display

pytestmark = pytest.mark.desktop


def wait_for(condition: Callable[[], bool], limit_s: float = 15) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Terminal:
    """An xterm whose lines are written to a file."""

    def __init__(self, display: Display, folder: Path) -> None:
        self.file = folder / "typed"
        self.file.touch()
        self._started = folder / "started"
        environment = display.environment | {"LC_ALL": "C.UTF-8"}
        self._program = subprocess.Popen(
            ["xterm", "-u8", "-geometry", "80x24+0+0", "-e", "sh", "-c",
             f"touch {self._started}; cat > {self.file}"],
            env=environment, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self._started.exists)
        found = subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--class", "xterm"],
            env=environment, capture_output=True, check=True, timeout=20,
        )  # fmt: skip
        subprocess.run(
            ["xdotool", "windowfocus", "--sync", found.stdout.split()[0]],
            env=environment, check=True, timeout=20,
        )  # fmt: skip

    def text(self) -> str:
        return self.file.read_text()

    def close(self) -> None:
        self._program.kill()
        self._program.wait(10)


@pytest.fixture
def display(start_xvfb: Callable[..., Display]) -> Display:
    return start_xvfb(800, 600)


@pytest.fixture
def hands(display: Display) -> Iterator[X11Input]:
    hands = X11Input(display.name)
    yield hands
    hands.close()


@pytest.fixture
def terminal(display: Display, tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(display, tmp_path)
    yield terminal
    terminal.close()


def press(hands: X11Input, code: str, key: str) -> None:
    hands.key(code, key, True)
    hands.key(code, key, False)


def pointer(display: Display) -> tuple[int, int, int]:
    connection = Connection(display.name)
    answer = connection.screen().root.query_pointer()
    connection.close()
    return answer.root_x, answer.root_y, answer.mask


def test_characters_arrive_as_typed_whatever_the_layout_has(
    hands: X11Input, terminal: Terminal
) -> None:
    text = "aZ09 @#~{}|é€ßñ漢ЖΩ"
    for character in text:
        press(hands, "KeyX", character)
    press(hands, "Enter", "Enter")
    wait_for(lambda: terminal.text() == text + "\n")


def test_a_viewer_with_another_layout_types_what_it_sees(
    hands: X11Input, terminal: Terminal
) -> None:
    hands.key("ShiftLeft", "Shift", True)
    press(hands, "Digit2", '"')  # as on a British keyboard
    press(hands, "Digit7", "/")  # as on a German one: no Shift here
    press(hands, "KeyA", "A")
    hands.key("ShiftLeft", "Shift", False)
    press(hands, "KeyA", "a")
    press(hands, "Enter", "Enter")
    wait_for(lambda: terminal.text() == '"/Aa\n')


def test_a_shortcut_reaches_the_application(hands: X11Input, terminal: Terminal) -> None:
    press(hands, "KeyA", "a")
    press(hands, "Enter", "Enter")
    wait_for(lambda: terminal.text() == "a\n")
    hands.key("ControlLeft", "Control", True)
    press(hands, "KeyD", "d")  # the end of input: cat and with it the xterm end
    hands.key("ControlLeft", "Control", False)
    wait_for(lambda: terminal._program.poll() is not None)


def test_the_pointer_moves_clicks_and_lets_go(hands: X11Input, display: Display) -> None:
    hands.move(123, 456)
    hands.button(1, True)
    wait_for(lambda: pointer(display) == (123, 456, X.Button1Mask))
    hands.release_all()
    wait_for(lambda: pointer(display) == (123, 456, 0))


def test_keys_that_are_held_are_let_go_at_the_end(display: Display) -> None:
    hands = X11Input(display.name)
    hands.key("ShiftLeft", "Shift", True)
    wait_for(lambda: bool(pointer(display)[2] & X.ShiftMask))
    hands.close()
    wait_for(lambda: pointer(display)[2] == 0)


def test_lent_keys_are_taken_back(display: Display) -> None:
    connection = Connection(display.name)
    before = connection.get_keyboard_mapping(8, 248)
    hands = X11Input(display.name)
    press(hands, "KeyX", "漢")
    assert [list(row) for row in connection.get_keyboard_mapping(8, 248)] != [
        list(row) for row in before
    ]
    hands.close()
    after = connection.get_keyboard_mapping(8, 248)
    connection.close()
    assert [[k for k in row if k] for row in after] == [[k for k in row if k] for row in before]


# python-xlib leaves its socket to the garbage collector when no server answers.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_display_is_an_os_error() -> None:
    with pytest.raises(OSError, match="injected"):
        X11Input(":987")
