"""Other sessions of the same account, found by real files and sockets."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from endpoint.platform.linux_sessions import has_second_session

UID = os.getuid() or 1000
"""An account that is not root: servers of root are the system's own."""


class Computer:
    """A folder of logind session files and one of X sockets."""

    def __init__(self, folder: Path) -> None:
        self.sessions = folder / "sessions"
        self.sockets = folder / "X11"
        self.sessions.mkdir()
        self.sockets.mkdir()
        self._open: list[socket.socket] = []

    def add_session(self, name: str, **facts: str) -> None:
        values = {"UID": "1000", "TYPE": "x11", "CLASS": "user", "STATE": "online"} | facts
        text = "# comment\n" + "".join(f"{key}={value}\n" for key, value in values.items())
        (self.sessions / name).write_text(text)

    def add_server(self, number: int) -> None:
        server = socket.socket(socket.AF_UNIX)
        path = self.sockets / f"X{number}"
        server.bind(str(path))
        os.chown(path, UID, -1)
        server.listen()
        self._open.append(server)

    def close(self) -> None:
        for server in self._open:
            server.close()

    def asks(self, uid: int = 1000, **environment: str) -> bool:
        return has_second_session(uid, environment, sessions=self.sessions, sockets=self.sockets)


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    computer = Computer(tmp_path)
    yield computer
    computer.close()


def test_one_session_is_the_own_one(computer: Computer) -> None:
    computer.add_session("2")
    assert not computer.asks(XDG_SESSION_ID="2", DISPLAY=":0")


def test_another_graphical_session_of_the_account_is_found(computer: Computer) -> None:
    computer.add_session("2")
    computer.add_session("5", TYPE="wayland")
    assert computer.asks(XDG_SESSION_ID="2", DISPLAY=":0")


@pytest.mark.parametrize(
    "facts",
    [{"UID": "1001"}, {"TYPE": "tty"}, {"CLASS": "greeter"}, {"STATE": "closing"}],
)
def test_what_is_no_desktop_of_this_account_does_not_count(
    computer: Computer, facts: dict[str, str]
) -> None:
    computer.add_session("2")
    computer.add_session("5", **facts)
    computer.add_session("5.ref")
    assert not computer.asks(XDG_SESSION_ID="2", DISPLAY=":0")


def test_without_a_session_id_the_own_display_tells(computer: Computer) -> None:
    computer.add_session("2", DISPLAY=":0")
    assert not computer.asks(DISPLAY=":0.0")
    assert computer.asks(DISPLAY=":3")


def test_a_second_server_of_the_account_is_found(computer: Computer) -> None:
    computer.add_server(0)
    assert not computer.asks(UID, DISPLAY=":0")
    computer.add_server(7)
    assert computer.asks(UID, DISPLAY=":0")
    computer.close()
    assert not computer.asks(UID, DISPLAY=":0")


def test_a_computer_without_logind_and_servers_has_one_session(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert not has_second_session(1000, {}, sessions=nowhere, sockets=nowhere)
