"""The interface between the agent and an operating system.

The drivers are `linux_x11`, `windows`, `macos` and `synthetic`. The agent's core uses `Desktop`
and `Session`; the media process uses `ScreenSource` and `InputSink`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from webrtc.source import InputSink, MediaDrivers, ScreenSource
from wire.messages import IncompleteReason, Monitor

__all__ = [
    "Account",
    "Desktop",
    "InputSink",
    "MediaDrivers",
    "ScreenSource",
    "Window",
]


@dataclass(frozen=True)
class Window:
    """The window that has the keyboard."""

    application: str
    title: str


@dataclass(frozen=True)
class Account:
    """The account whose desktop this is; `user` empty when nobody is signed on."""

    user: str
    name: str


class Desktop(Protocol):
    """What the agent's core asks of the desktop, cheaply and without media libraries."""

    name: str
    """For `hello.platform`, as in "linux-x11"."""
    can_control: bool
    can_block_input: bool

    def active_window(self) -> Window:
        """The window that has the keyboard now."""
        ...

    def idle_s(self) -> float:
        """Seconds since the last key or pointer event of anybody."""
        ...

    def monitors(self) -> tuple[Monitor, ...]:
        """All monitors, the primary first."""
        ...

    def account(self) -> Account:
        """Who is signed on."""
        ...

    def incomplete(self) -> tuple[IncompleteReason, ...]:
        """Why a viewer does not see everything; empty: they do."""
        ...

    def fileno(self) -> int | None:
        """A descriptor that becomes readable when something may have changed; None: poll."""
        ...

    def drain(self) -> bool:
        """Read what made `fileno` readable; whether anything may have changed."""
        ...

    def close(self) -> None:
        """Let go of the desktop."""
        ...
