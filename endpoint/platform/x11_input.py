"""Input into an X11 desktop by XTest, and the pupil's own input taken away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError
from Xlib.ext import xtest  # noqa: F401  (registers the requests)

from endpoint.platform.x11_block import X11Block
from endpoint.platform.x11_keycodes import KEYCODES
from endpoint.platform.x11_layout import Stroke, X11Layout

_WHEEL_UP, _WHEEL_DOWN, _WHEEL_LEFT, _WHEEL_RIGHT = 4, 5, 6, 7
_SHORTCUTS = frozenset(
    KEYCODES[code] for code in ("ControlLeft", "ControlRight", "AltLeft", "MetaLeft", "MetaRight")
)
_SHIFTS = frozenset(KEYCODES[code] for code in ("ShiftLeft", "ShiftRight"))
_BUTTONS = {4: 8, 5: 9}
"""The browser's back and forward; X keeps 4 to 7 for the wheel."""


@contextmanager
def _input_errors() -> Iterator[None]:
    try:
        yield
    except (ConnectionClosedError, DisplayError, XError) as error:
        raise OSError(f"input cannot be injected: {error}") from None


class X11Input:
    """An `InputSink` for one X display. Raises `OSError` when the display is gone.

    A character is typed as the pupil's layout types it, whatever the viewer's layout is; while
    Control, Alt or Super is down, and for keys that type nothing, the key's name counts.
    """

    def __init__(self, display: str | None) -> None:
        with _input_errors():
            self._display = Display(display)
            self._display.set_error_handler(_ignore)
            if not self._display.has_extension("XTEST"):
                self._display.close()
                raise OSError("this X display has no XTEST: nothing can be injected")
            self._layout = X11Layout(self._display)
        self._name = display
        self._block: X11Block | None = None
        self._keys: dict[str, int] = {}
        self._buttons: set[int] = set()

    def move(self, x: int, y: int) -> None:
        """Put the pointer here."""
        with _input_errors():
            self._display.xtest_fake_input(X.MotionNotify, 0, x=x, y=y)
            self._display.flush()

    def button(self, button: int, down: bool) -> None:
        """Press or release a button: 1 left, 2 middle, 3 right."""
        number = _BUTTONS.get(button, button)
        if down == (number in self._buttons):
            return
        (self._buttons.add if down else self._buttons.discard)(number)
        with _input_errors():
            self._click(number, down)
            self._display.flush()

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel by notches; positive is right and down."""
        with _input_errors():
            for notches, back, forth in (
                (dy, _WHEEL_UP, _WHEEL_DOWN),
                (dx, _WHEEL_LEFT, _WHEEL_RIGHT),
            ):
                for _ in range(abs(notches)):
                    self._click(forth if notches > 0 else back, True)
                    self._click(forth if notches > 0 else back, False)
            self._display.flush()

    def key(self, code: str, key: str, down: bool) -> None:
        """Press or release a key, named as in the browser's KeyboardEvent."""
        held = self._keys.get(code)
        with _input_errors():
            if not down:
                if held is not None:
                    del self._keys[code]
                    self._press(held, False)
            elif held is None:
                self._take_layout_news()
                stroke = self._stroke(code, key)
                if stroke is not None:
                    self._keys[code] = stroke.keycode
                    self._type(stroke, is_text=len(key) == 1)
            self._display.flush()

    def release_all(self) -> None:
        """Let go of every key and button that is held through this sink."""
        keys, self._keys = self._keys, {}
        buttons, self._buttons = self._buttons, set()
        with _input_errors():
            for keycode in keys.values():
                self._press(keycode, False)
            for button in buttons:
                self._click(button, False)
            self._display.sync()

    def block_local(self, blocked: bool) -> None:
        """Take the pupil's own keyboard and pointer away, or give them back."""
        with _input_errors():
            if blocked:
                self._block = self._block or X11Block(self._name)
                self._block.hold()
            elif self._block is not None:
                block, self._block = self._block, None
                block.close()

    def close(self) -> None:
        """Release everything, give the pupil's input back, and let go."""
        try:
            self.block_local(False)
            self.release_all()
            with _input_errors():
                self._layout.close()
        finally:
            self._display.close()

    def _stroke(self, code: str, key: str) -> Stroke | None:
        keycode = KEYCODES.get(code)
        if len(key) == 1 and not self._is_shortcut():
            return self._layout.stroke(key)
        return Stroke(keycode, False, False) if keycode else None

    def _is_shortcut(self) -> bool:
        return not _SHORTCUTS.isdisjoint(self._keys.values())

    def _type(self, stroke: Stroke, is_text: bool) -> None:
        """Press a key, with Shift and AltGr as the layout wants them for this one press."""
        changed: list[tuple[int, bool]] = []
        if is_text and not self._is_shortcut():
            changed = list(self._modifiers(stroke))
        for keycode, down in changed:
            self._press(keycode, down)
        self._press(stroke.keycode, True)
        for keycode, down in reversed(changed):
            self._press(keycode, not down)

    def _modifiers(self, stroke: Stroke) -> Iterator[tuple[int, bool]]:
        """Keys to press (True) or release (False) around a stroke."""
        shifts = [keycode for keycode in self._keys.values() if keycode in _SHIFTS]
        if stroke.shift and not shifts:
            yield self._layout.shift, True
        elif not stroke.shift:
            for keycode in shifts:
                yield keycode, False
        altgr = self._layout.altgr
        held = altgr in self._keys.values()
        if altgr and stroke.altgr != held:
            yield altgr, stroke.altgr

    def _take_layout_news(self) -> None:
        news = False
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)
                news = True
        if news:
            self._layout.read()

    def _press(self, keycode: int, down: bool) -> None:
        self._display.xtest_fake_input(X.KeyPress if down else X.KeyRelease, keycode)

    def _click(self, button: int, down: bool) -> None:
        self._display.xtest_fake_input(X.ButtonPress if down else X.ButtonRelease, button)


def _ignore(*_: object) -> None:
    """Errors of requests without an answer, as for a pointer beyond the desktop."""
