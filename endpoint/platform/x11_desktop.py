"""The desktop of a Linux computer under X11, by events and without polling."""

from __future__ import annotations

import os
import pwd
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError

from endpoint.platform.linux_sessions import has_second_session
from endpoint.platform.port import Account, Window
from endpoint.platform.x11_monitors import is_monitor_event, read_monitors, select_monitor_events
from endpoint.platform.x11_windows import X11Windows
from wire.messages import IncompleteReason, Monitor

SESSIONS_S = 25.0
"""Seconds for which an answer about other sessions is taken as still true."""


@contextmanager
def _display_errors() -> Iterator[None]:
    try:
        yield
    except (ConnectionClosedError, DisplayError) as error:
        raise OSError(f"the X display is gone: {error}") from None


class X11Desktop:
    """One X display. Every method raises `OSError` when the display is gone."""

    name = "linux-x11"

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environment = environment
        self._clock = clock
        with _display_errors():
            self._display = Display(environment.get("DISPLAY"))
            self._display.set_error_handler(_ignore)
            self.can_control = bool(self._display.has_extension("XTEST"))
            self.can_block_input = bool(self._display.has_extension("XInputExtension"))
            self._idle = bool(self._display.has_extension("MIT-SCREEN-SAVER"))
            self._root = self._display.screen().root
            self._windows = X11Windows(self._display)
            select_monitor_events(self._display)
            self._monitors = read_monitors(self._display)
            self._windows.active()  # from here on there are events
        self._hidden: bool | None = None
        self._second_session = False
        self._sessions_due_s = 0.0

    def active_window(self) -> Window:
        """The window that has the keyboard now."""
        with _display_errors():
            return self._windows.active()

    def idle_s(self) -> float:
        """Seconds since the last input, remote control's included; 0 where X cannot tell."""
        if not self._idle:
            return 0.0
        with _display_errors():
            return float(self._root.screensaver_query_info().idle) / 1000

    def monitors(self) -> tuple[Monitor, ...]:
        """All monitors, the primary first."""
        return self._monitors

    def account(self) -> Account:
        """The account that this program runs under, which is whose desktop it is."""
        try:
            entry = pwd.getpwuid(os.getuid())
        except KeyError:
            return Account(str(os.getuid()), "")
        return Account(entry.pw_name, entry.pw_gecos.split(",")[0])

    def incomplete(self) -> tuple[IncompleteReason, ...]:
        """Why a viewer does not see everything."""
        reasons: list[IncompleteReason] = []
        if self._environment.get("WAYLAND_DISPLAY") or (
            self._environment.get("XDG_SESSION_TYPE") == "wayland"
        ):
            reasons.append("wayland")
        if self._hidden is None:
            with _display_errors():
                self._hidden = self._windows.has_hidden()
        if self._hidden:
            reasons.append("virtual_desktops")
        if self._clock() >= self._sessions_due_s:
            self._second_session = has_second_session(os.getuid(), self._environment)
            self._sessions_due_s = self._clock() + SESSIONS_S
        if self._second_session:
            reasons.append("second_session")
        return tuple(reasons)

    def fileno(self) -> int | None:
        """The socket of the display."""
        return int(self._display.fileno())

    def drain(self) -> bool:
        """Read the display's events; whether any of them may have changed an answer."""
        telling = False
        with _display_errors():
            while self._display.pending_events():
                event = self._display.next_event()
                if is_monitor_event(self._display, event.type) or (
                    event.type == X.ConfigureNotify and event.window == self._root
                ):
                    self._monitors = read_monitors(self._display)
                    telling = True
                elif self._windows.is_telling(event):
                    self._hidden = None
                    telling = True
        return telling

    def close(self) -> None:
        """Let go of the display."""
        self._display.close()


def _ignore(error: object, request: object) -> None:
    """Windows come and go while we ask about them."""
