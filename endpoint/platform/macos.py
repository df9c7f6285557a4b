"""The desktop of a Mac. Written to the documented calls; not yet tested on macOS.

Window titles and capture need the permission "Screen Recording", input needs "Accessibility";
without them titles are empty, and the system shows the desktop without its windows.
"""

from __future__ import annotations

import getpass
import sys

from endpoint.platform.port import Account, Window
from wire.messages import IncompleteReason, Monitor

assert sys.platform == "darwin"

import AppKit
import Quartz


def read_monitors() -> tuple[Monitor, ...]:
    """All displays in points of the global desktop, the main one first."""
    _, displays, count = Quartz.CGGetActiveDisplayList(16, None, None)
    main = Quartz.CGMainDisplayID()
    ordered = sorted(displays[:count], key=lambda display: display != main)
    monitors = []
    for id, display in enumerate(ordered):
        box = Quartz.CGDisplayBounds(display)
        monitors.append(
            Monitor(
                id=id,
                name=f"Display {Quartz.CGDisplayUnitNumber(display)}",
                x=int(box.origin.x),
                y=int(box.origin.y),
                width=int(box.size.width),
                height=int(box.size.height),
                primary=display == main,
            )
        )
    return tuple(monitors)


class MacDesktop:
    """The desktop of this session. Has no events: the core looks once a second."""

    name = "macos"
    can_block_input = False
    """macOS lets no program take the keyboard from its user for good."""

    def __init__(self) -> None:
        self.can_control = bool(Quartz.CGPreflightPostEventAccess())

    def active_window(self) -> Window:
        """The frontmost application, and the title of its foremost window."""
        application = AppKit.NSWorkspace.sharedWorkspace().frontmostApplication()
        if application is None:
            return Window("", "")
        name, process = str(application.localizedName() or ""), application.processIdentifier()
        windows = Quartz.CGWindowListCopyWindowInfo(
            Quartz.kCGWindowListOptionOnScreenOnly | Quartz.kCGWindowListExcludeDesktopElements,
            Quartz.kCGNullWindowID,
        )
        for window in windows or ():
            is_own = window.get(Quartz.kCGWindowOwnerPID) == process
            if is_own and window.get(Quartz.kCGWindowLayer) == 0:
                return Window(name, str(window.get(Quartz.kCGWindowName) or ""))
        return Window(name, "")

    def idle_s(self) -> float:
        """Seconds since the last input of this session."""
        return float(
            Quartz.CGEventSourceSecondsSinceLastEventType(
                Quartz.kCGEventSourceStateCombinedSessionState, Quartz.kCGAnyInputEventType
            )
        )

    def monitors(self) -> tuple[Monitor, ...]:
        """All monitors, the main one first."""
        return read_monitors()

    def account(self) -> Account:
        """The account of this session."""
        return Account(getpass.getuser(), str(AppKit.NSFullUserName() or ""))

    def incomplete(self) -> tuple[IncompleteReason, ...]:
        """Whether the permission to record the screen is missing."""
        return () if Quartz.CGPreflightScreenCaptureAccess() else ("capture_blocked",)

    def fileno(self) -> int | None:
        """Nothing to wait for."""
        return None

    def drain(self) -> bool:
        """Nothing to read."""
        return False

    def close(self) -> None:
        """Nothing is held."""
