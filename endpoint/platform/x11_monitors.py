"""The monitors of an X display, by RandR."""

from __future__ import annotations

from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import randr

from wire.messages import Monitor

MOST = 16
"""Monitors that the protocol can name."""


def read_monitors(display: Display) -> tuple[Monitor, ...]:
    """All monitors, the primary first; `id` is the place in this order.

    A display without RandR 1.5 is one monitor. Raises `Xlib.error.ConnectionClosedError`.
    """
    screen = display.screen()
    found = _by_randr(display) if hasattr(screen.root, "xrandr_get_monitors") else []
    if not found:
        return (_whole(screen.width_in_pixels, screen.height_in_pixels),)
    if not any(monitor.primary for monitor in found):
        found[0] = _as_primary(found[0])
    ordered = sorted(found, key=lambda monitor: (not monitor.primary, monitor.x, monitor.y))[:MOST]
    return tuple(
        Monitor(id, one.name, one.x, one.y, one.width, one.height, one.primary)
        for id, one in enumerate(ordered)
    )


def select_monitor_events(display: Display) -> None:
    """Have the display say when its monitors change (`is_monitor_event`)."""
    root = display.screen().root
    if hasattr(root, "xrandr_get_monitors"):
        root.xrandr_select_input(
            randr.RRScreenChangeNotifyMask
            | randr.RRCrtcChangeNotifyMask
            | randr.RROutputChangeNotifyMask
        )


def is_monitor_event(display: Display, event_type: int) -> bool:
    """Whether an event of RandR says that the monitors changed.

    A monitor that is only defined anew is told otherwise: by a ConfigureNotify of the root window.
    """
    if not hasattr(display.screen().root, "xrandr_get_monitors"):
        return False
    names = display.extension_event
    return event_type in (names.ScreenChangeNotify, names.CrtcChangeNotify[0])


def _by_randr(display: Display) -> list[Monitor]:
    root = display.screen().root
    try:
        monitors = root.xrandr_get_monitors().monitors
    except XError:
        return []
    return [
        Monitor(
            id=0,
            name=_name(display, monitor.name),
            x=monitor.x,
            y=monitor.y,
            width=monitor.width_in_pixels,
            height=monitor.height_in_pixels,
            primary=bool(monitor.primary),
        )
        for monitor in monitors
        if monitor.width_in_pixels and monitor.height_in_pixels
    ]


def _name(display: Display, atom: int) -> str:
    try:
        return str(display.get_atom_name(atom))[:256] if atom else ""
    except XError:
        return ""


def _as_primary(one: Monitor) -> Monitor:
    return Monitor(one.id, one.name, one.x, one.y, one.width, one.height, True)


def _whole(width: int, height: int) -> Monitor:
    return Monitor(0, "", 0, 0, width, height, True)
