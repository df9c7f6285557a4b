"""Keyboard and pointer of an X display, grabbed on a connection of their own.

The server gives them back when the connection ends, however the process ends.
"""

from __future__ import annotations

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError

_BUSY = "another program is holding them"
_GONE = "the display does not answer"


class X11Grab:
    """An `InputGrab` for one X display; raises `OSError` when there is none."""

    def __init__(self, name: str | None) -> None:
        try:
            self._display = Display(name)
        except (DisplayError, ConnectionClosedError) as error:
            raise OSError(f"no X display: {error}") from None
        self._root = self._display.screen().root
        self._keyboard = False
        self._pointer = False

    def hold(self) -> str:
        """Take what is not yet taken."""
        try:
            self._keyboard = self._keyboard or self._grab_keyboard()
            self._pointer = self._pointer or self._grab_pointer()
        except (XError, ConnectionClosedError):
            return _GONE
        return "" if self._keyboard and self._pointer else _BUSY

    def release(self) -> None:
        """Give keyboard and pointer back, by ending the connection."""
        self._display.close()

    def fileno(self) -> int | None:
        """The connection, on which the grabbed keys arrive."""
        return int(self._display.fileno())

    def drain(self) -> None:
        """Read the keys and forget them."""
        while self._display.pending_events():
            self._display.next_event()

    def _grab_keyboard(self) -> bool:
        status = self._root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        return bool(status == X.GrabSuccess)

    def _grab_pointer(self) -> bool:
        status = self._root.grab_pointer(
            False, 0, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, X.CurrentTime
        )
        return bool(status == X.GrabSuccess)
