"""The picture of the pointer, which is not part of the screen that X gives out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import xinput

from webrtc.source import Area

_DISPLAY_CURSOR_NOTIFY_MASK = 1


class X11Pointer:
    """Where the pointer is and how it looks, asked for only when one of them changed.

    The server sends one event for the first movement after each `read`, and none while the
    pointer rests. Without XFixes there is no picture: `area` stays empty.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root
        self._image: NDArray[np.uint8] = np.zeros((0, 0, 4), np.uint8)
        self._hot = (0, 0)
        self._place = (0, 0)
        self._image_stale = bool(display.has_extension("XFIXES"))
        self._place_stale = True
        self._raw_motion = False
        self._cursor_event = -1
        if self._image_stale:
            self._cursor_event = display.extension_event.DisplayCursorNotify[0]
            display.xfixes_query_version()
            display.xfixes_select_cursor_input(self._root, _DISPLAY_CURSOR_NOTIFY_MASK)
        self._follows = bool(display.has_extension("XInputExtension"))
        if self._follows:
            display.xinput_query_version()

    @property
    def area(self) -> Area:
        """What the pointer covers, in pixels of the desktop."""
        height, width = self._image.shape[:2]
        return (
            self._place[0] - self._hot[0],
            self._place[1] - self._hot[1],
            width,
            height,
        )

    def take_event(self, event: Any) -> bool:
        """Whether this event says that the pointer moved or looks different."""
        if event.type == self._cursor_event:
            self._image_stale = True
        elif getattr(event, "evtype", None) == xinput.RawMotion:
            self._place_stale = True
            self._select(False)
        else:
            return False
        return True

    def read(self) -> bool:
        """Bring picture and place up to date; whether one of them changed."""
        if not self._image_stale and not self._place_stale:
            return False
        before = (self._place, self._hot, self._image)
        # From now on, not from the answer on: a movement in between must not be missed.
        self._select(True)
        try:
            if self._image_stale:
                self._read_image()
            else:
                answer = self._root.query_pointer()
                self._place = (answer.root_x, answer.root_y)
        except XError:
            return False
        self._image_stale = False
        # Without XInput 2 nobody says that the pointer moved: ask each time.
        self._place_stale = not self._follows
        return before[:2] != (self._place, self._hot) or before[2] is not self._image

    def draw(self, picture: NDArray[np.uint8], left: int, top: int) -> None:
        """Draw the pointer into a BGRA picture whose first pixel is at (left, top)."""
        x, y, width, height = self.area
        x, y = x - left, y - top
        from_x, from_y = max(0, -x), max(0, -y)
        until_x = min(width, picture.shape[1] - x)
        until_y = min(height, picture.shape[0] - y)
        if until_x <= from_x or until_y <= from_y:
            return
        image = self._image[from_y:until_y, from_x:until_x]
        under = picture[y + from_y : y + until_y, x + from_x : x + until_x]
        rest = 255 - image[:, :, 3:].astype(np.uint16)
        under[:] = np.minimum(image + under * rest // 255, 255)

    def _read_image(self) -> None:
        answer = self._display.xfixes_get_cursor_image(self._root)
        pixels = np.array(answer.cursor_image, np.uint32).view(np.uint8)
        self._image = pixels.reshape(answer.height, answer.width, 4)
        self._hot = (answer.xhot, answer.yhot)
        self._place = (answer.x, answer.y)

    def _select(self, on: bool) -> None:
        if self._follows and on != self._raw_motion:
            self._raw_motion = on
            self._root.xinput_select_events(
                [(xinput.AllMasterDevices, xinput.RawMotionMask if on else 0)]
            )
