"""Holding and blocking input on Windows. Not yet tested on Windows."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from endpoint.platform.windows_user32 import user32


class WindowsGrab:
    """An `InputGrab` by BlockInput: elevated processes only, and Ctrl+Alt+Del still works.

    Windows gives the input back when the thread that blocked it ends.
    """

    def __init__(self) -> None:
        self._held = False

    def hold(self) -> str:
        """Block keyboard and mouse, once."""
        if not self._held:
            self._held = bool(user32.BlockInput(True))
        return "" if self._held else "Windows lets only an administrator's program hold them"

    def release(self) -> None:
        """Give them back."""
        user32.BlockInput(False)
        self._held = False

    def fileno(self) -> int | None:
        """Nothing to watch."""
        return None

    def drain(self) -> None:
        """Windows keeps nothing."""
