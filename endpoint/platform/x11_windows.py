"""Windows of an X display: which one has the keyboard, what it is called, and what is hidden.

With a window manager that speaks EWMH its properties on the root window tell everything. Without
one the keyboard's focus does, and the windows below the root are watched themselves.
"""

from __future__ import annotations

import os
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import XError

from endpoint.platform.port import Window

_TEXT_WORDS = 512
"""Length at which a text property is cut, in units of four bytes."""
_DEPTH = 8
"""Windows nested deeper than this are not looked into."""
_EVERY_DESKTOP = 0xFFFFFFFF
_ROOT_TELLS = (
    "_NET_SUPPORTING_WM_CHECK",
    "_NET_ACTIVE_WINDOW",
    "_NET_CLIENT_LIST",
    "_NET_CURRENT_DESKTOP",
    "_NET_NUMBER_OF_DESKTOPS",
)
_WINDOW_TELLS = ("_NET_WM_NAME", "WM_NAME", "WM_CLASS", "_NET_WM_DESKTOP")


class X11Windows:
    """Reads and watches the windows of one display.

    Windows come and go while one looks: what has gone reads as nothing. Raises
    `Xlib.error.ConnectionClosedError` when the display is gone.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root
        self._atoms = {
            name: display.intern_atom(name)
            for name in (*_ROOT_TELLS, *_WINDOW_TELLS, "_NET_WM_PID")
        }
        self._telling = {self._atoms[name] for name in (*_ROOT_TELLS, *_WINDOW_TELLS)}
        self._watched: set[int] = set()
        self._managed: bool | None = None

    def is_telling(self, event: Any) -> bool:
        """Whether an event may change the answer of `active` or `has_hidden`."""
        if event.type == X.PropertyNotify:
            return event.atom in self._telling
        if event.type == X.DestroyNotify:
            self._watched.discard(event.window.id)
        return event.type in (
            X.FocusIn,
            X.FocusOut,
            X.EnterNotify,
            X.CreateNotify,
            X.DestroyNotify,
            X.MapNotify,
            X.UnmapNotify,
        )

    def active(self) -> Window:
        """The window that has the keyboard, and from now on events about it."""
        managed = self._is_managed()
        if managed != self._managed:
            self._managed = managed
            self._watched.clear()
            self._root.change_attributes(
                event_mask=X.PropertyChangeMask
                | X.StructureNotifyMask
                | (0 if managed else X.SubstructureNotifyMask)
            )
        window = self._managed_window() if managed else self._focused_window()
        if window is None:
            return Window("", "")
        return Window(self._application(window), self._title(window))

    def has_hidden(self) -> bool:
        """Whether windows lie on virtual desktops that are not shown now."""
        count = self._numbers(self._root, "_NET_NUMBER_OF_DESKTOPS")
        shown = self._numbers(self._root, "_NET_CURRENT_DESKTOP")
        if not count or not shown or count[0] < 2:
            return False
        for id in self._numbers(self._root, "_NET_CLIENT_LIST", 256):
            place = self._numbers(self._window(id), "_NET_WM_DESKTOP")
            if place and place[0] not in (shown[0], _EVERY_DESKTOP):
                return True
        return False

    def _is_managed(self) -> bool:
        """A window manager lives: its own window says so too (the root's word outlives it)."""
        check = "_NET_SUPPORTING_WM_CHECK"
        ids = self._numbers(self._root, check)
        return bool(ids and self._numbers(self._window(ids[0]), check) == ids)

    def _managed_window(self) -> Any | None:
        ids = self._numbers(self._root, "_NET_ACTIVE_WINDOW")
        if not ids or not ids[0]:
            return None
        window = self._window(ids[0])
        self._watch(window, X.PropertyChangeMask)
        return window

    def _focused_window(self) -> Any | None:
        mask = X.PropertyChangeMask | X.FocusChangeMask | X.EnterWindowMask
        for window in self._children(self._root):
            self._watch(window, mask)
        focus = self._display.get_input_focus().focus
        if isinstance(focus, int) or focus == self._root:
            if focus == X.NONE:
                return None
            focus = self._root.query_pointer().child  # the keyboard follows the pointer
        if isinstance(focus, int):
            return None
        return self._named_above(focus) or self._named_below(focus)

    def _named_above(self, window: Any) -> Any | None:
        for _ in range(_DEPTH):
            if self._is_named(window):
                return window
            try:
                parent = window.query_tree().parent
            except XError:
                return None
            if isinstance(parent, int) or parent == self._root:
                return None
            window = parent
        return None

    def _named_below(self, window: Any, depth: int = 3) -> Any | None:
        for child in self._children(window):
            found = child if self._is_named(child) else None
            if found is None and depth:
                found = self._named_below(child, depth - 1)
            if found is not None:
                return found
        return None

    def _is_named(self, window: Any) -> bool:
        return bool(self._text(window, "WM_CLASS") or self._text(window, "WM_NAME"))

    def _children(self, window: Any) -> list[Any]:
        try:
            return list(window.query_tree().children)[:256]
        except XError:
            return []

    def _watch(self, window: Any, mask: int) -> None:
        if window.id not in self._watched:
            self._watched.add(window.id)
            window.change_attributes(event_mask=mask)

    def _window(self, id: int) -> Any:
        return self._display.create_resource_object("window", id)

    def _application(self, window: Any) -> str:
        """The program's class, else the file that it was started from."""
        names = [part for part in self._text(window, "WM_CLASS").split("\0") if part]
        if names:
            return names[-1]
        pid = self._numbers(window, "_NET_WM_PID")
        try:
            return os.path.basename(os.readlink(f"/proc/{pid[0]}/exe")) if pid else ""
        except OSError:
            return ""

    def _title(self, window: Any) -> str:
        return self._text(window, "_NET_WM_NAME") or self._text(window, "WM_NAME")

    def _text(self, window: Any, name: str) -> str:
        value = self._property(window, name, _TEXT_WORDS)
        if not isinstance(value, bytes):
            return ""
        try:
            return value.decode()
        except UnicodeDecodeError as error:
            if error.end == len(value) and error.reason == "unexpected end of data":
                return value[: error.start].decode()  # cut within a character
            return value.decode("latin-1")

    def _numbers(self, window: Any, name: str, most: int = 1) -> list[int]:
        value = self._property(window, name, most)
        return [] if value is None or isinstance(value, bytes) else [int(part) for part in value]

    def _property(self, window: Any, name: str, words: int) -> Any | None:
        atom = self._atoms.get(name) or self._display.intern_atom(name)
        try:
            found = window.get_property(atom, X.AnyPropertyType, 0, words)
        except XError:
            return None
        return None if found is None else found.value
