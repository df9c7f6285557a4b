"""What a device's message changes of the state that consoles see."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from safeguarding.plain_text import plain
from wire.messages import (
    Message,
    Monitor,
    PresenceChanged,
    StateReported,
    UserChanged,
    ViewChanged,
    WindowChanged,
)

NAME_LIMIT = 256
SKEW_S = 120
"""Clocks that differ by less than this agree well enough."""


def changes_of(message: Message) -> dict[str, Any]:
    """The fields of `wire.messages.DeviceState` with their new values; every text is plain."""
    match message:
        case WindowChanged():
            return {
                "application": plain(message.application, NAME_LIMIT),
                "title": plain(message.title),
            }
        case PresenceChanged():
            return {"presence": message.presence}
        case UserChanged():
            return {
                "user": plain(message.user, NAME_LIMIT),
                "user_name": plain(message.user_name, NAME_LIMIT),
            }
        case ViewChanged():
            return {
                "monitors": _plain_monitors(message.monitors),
                "incomplete": message.incomplete,
            }
        case StateReported():
            return {
                "user": plain(message.user, NAME_LIMIT),
                "user_name": plain(message.user_name, NAME_LIMIT),
                "presence": message.presence,
                "application": plain(message.application, NAME_LIMIT),
                "title": plain(message.title),
                "monitors": _plain_monitors(message.monitors),
                "incomplete": message.incomplete,
                "can_control": message.can_control,
                "can_block_input": message.can_block_input,
            }
    return {}


def clock_skew_s(at_ms: int, now_ms: int) -> int:
    """Seconds by which a device's clock is ahead of the server's; 0: less than `SKEW_S`."""
    skew_s = (at_ms - now_ms) // 1000
    return skew_s if abs(skew_s) >= SKEW_S else 0


def _plain_monitors(monitors: tuple[Monitor, ...]) -> tuple[Monitor, ...]:
    return tuple(replace(monitor, name=plain(monitor.name, NAME_LIMIT)) for monitor in monitors)
