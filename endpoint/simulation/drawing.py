"""The screen of a simulated pupil: draws only what changed, and only when it is asked."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from endpoint.simulation.brushes import INK, WHITE, Box, Pen, bgra, face, mixed, width_of, wrapped
from endpoint.simulation.pupil import HEIGHT, WIDTH, Moment
from endpoint.simulation.windows import Cell, cells_of, draw_frame

Pixels = npt.NDArray[np.uint8]

_WALLS = ("#35608a", "#3f7f78", "#6a5a94", "#8a5a5f", "#4f7351", "#59677d")
_BAR = 40
_ARROW = ((0, 0), (0, 19), (5, 15), (8, 22), (11, 21), (8, 14), (14, 14))
_POINTER_REACH = 24


def signature(moment: Moment) -> Hashable:
    """Equal for two moments that look the same."""
    return (*_layout(moment), *((cell.box, cell.key) for cell in _cells(moment)), *_on_top(moment))


class Drawing:
    """The pixels of one screen, 1280x720 BGRA, for one thread.

    A new window or notice costs some 20 ms once; all else well under 2 ms.
    """

    def __init__(self, seed: int, user_name: str) -> None:
        self._wall = _WALLS[seed % len(_WALLS)]
        self._user_name = user_name
        self._layout: Hashable = None
        self._base: Pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        self._under = self._base.copy()
        self._pixels = self._base.copy()
        self._bytes = self._pixels.data.cast("B")
        self._keys: dict[Box, Hashable] = {}
        self._top: Hashable = None
        self._top_box: Box | None = None

    def draw(self, moment: Moment) -> memoryview:
        """The screen at a moment: the same bytes each time, which the next call changes."""
        layout = _layout(moment)
        if layout != self._layout:
            self._layout = layout
            self._draw_base(moment)
        dirty = [cell.box for cell in _cells(moment) if self._draw_cell(cell)]
        self._draw_top(moment, dirty)
        return self._bytes

    def _draw_base(self, moment: Moment) -> None:
        image = Image.fromarray(self._base)
        pen = ImageDraw.Draw(image)
        if moment.lock is not None:
            _draw_lock(pen, moment)
        else:
            _draw_wall(pen, self._wall)
            _draw_bar(pen, moment, self._user_name)
            draw_frame(pen, moment)
            _draw_notice(pen, moment.notice)
        self._base = np.array(image)
        self._under = self._base.copy()
        self._pixels[:] = self._base
        self._keys.clear()
        self._top_box = self._top = None

    def _draw_cell(self, cell: Cell) -> bool:
        if self._keys.get(cell.box, self) == cell.key:
            return False
        self._keys[cell.box] = cell.key
        x0, y0, x1, y1 = cell.box
        image = Image.fromarray(self._base[y0:y1, x0:x1])
        cell.paint(ImageDraw.Draw(image))
        self._under[y0:y1, x0:x1] = np.asarray(image)
        return True

    def _draw_top(self, moment: Moment, dirty: list[Box]) -> None:
        top = _on_top(moment)
        if top == self._top and not dirty:
            return
        if self._top_box is not None:
            dirty.append(self._top_box)
        for x0, y0, x1, y1 in dirty:
            self._pixels[y0:y1, x0:x1] = self._under[y0:y1, x0:x1]
        self._top, self._top_box = top, None
        if top:
            self._top_box = self._draw_pointer(*moment.pointer, moment.ripple)

    def _draw_pointer(self, x: int, y: int, ripple: bool) -> Box:
        x0, y0 = max(0, x - _POINTER_REACH), max(0, y - _POINTER_REACH)
        x1, y1 = min(WIDTH, x + _POINTER_REACH), min(HEIGHT, y + _POINTER_REACH)
        image = Image.fromarray(self._pixels[y0:y1, x0:x1])
        pen = ImageDraw.Draw(image)
        if ripple:
            pen.ellipse(
                (x - x0 - 16, y - y0 - 16, x - x0 + 16, y - y0 + 16),
                outline=bgra("#e8893d"),
                width=4,
            )
        pen.polygon([(x - x0 + dx, y - y0 + dy) for dx, dy in _ARROW], fill=WHITE, outline=INK)
        self._pixels[y0:y1, x0:x1] = np.asarray(image)
        return x0, y0, x1, y1


def _layout(moment: Moment) -> tuple[Any, ...]:
    if moment.lock is not None:
        return ("lock", moment.lock)
    return ("task", moment.task.number, moment.notice)


def _on_top(moment: Moment) -> tuple[Any, ...]:
    return () if moment.lock is not None else (moment.pointer, moment.ripple)


def _cells(moment: Moment) -> list[Cell]:
    if moment.lock is None:
        return cells_of(moment)
    left_s = moment.lock_left_s

    def countdown(pen: Pen) -> None:
        if left_s is not None:
            _centred(pen, 240, 8, f"Unlocks in {left_s // 60}:{left_s % 60:02}", 30, WHITE)

    return [Cell((400, 480, 880, 540), left_s, countdown)]


def _centred(
    pen: Pen, x: int, y: int, text: str, size: int, fill: tuple[int, int, int, int]
) -> None:
    pen.text((x - width_of(text, size) / 2, y), text, fill=fill, font=face(size))


def _draw_wall(pen: Pen, colour: str) -> None:
    for y in range(0, HEIGHT, 4):
        pen.rectangle((0, y, WIDTH, y + 3), fill=mixed(colour, "#dfe9f2", y / HEIGHT * 0.7))
    pen.ellipse((-200, 430, 620, 1100), fill=mixed(colour, "#ffffff", 0.25))
    pen.ellipse((500, 500, 1600, 1300), fill=mixed(colour, "#ffffff", 0.15))


def _draw_bar(pen: Pen, moment: Moment, user_name: str) -> None:
    top = HEIGHT - _BAR
    pen.rectangle((0, top, WIDTH, HEIGHT), fill=bgra("#232b38"))
    pen.rounded_rectangle((10, top + 7, 96, HEIGHT - 7), 6, fill=bgra("#3a4659"))
    pen.text((24, top + 11), "Start", fill=WHITE, font=face(16))
    pen.rounded_rectangle((110, top + 7, 260, HEIGHT - 7), 6, fill=bgra(moment.task.topic.colour))
    pen.text((124, top + 11), moment.task.application, fill=WHITE, font=face(16))
    pen.text((WIDTH - 16 - width_of(user_name, 16), top + 11), user_name, fill=WHITE, font=face(16))


def _draw_notice(pen: Pen, notice: str) -> None:
    if not notice:
        return
    wide = round(width_of(notice, 17)) + 56
    x0 = (WIDTH - wide) // 2
    pen.rounded_rectangle(
        (x0, 6, x0 + wide, 40), 17, fill=bgra("#fff3cf"), outline=bgra("#c98a12"), width=2
    )
    pen.ellipse((x0 + 15, 17, x0 + 27, 29), fill=bgra("#d64545"))
    pen.text((x0 + 38, 12), notice, fill=INK, font=face(17))


def _draw_lock(pen: Pen, moment: Moment) -> None:
    lock = moment.lock
    assert lock is not None
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill=bgra("#1d2a44"))
    pen.arc((606, 110, 674, 190), 180, 360, fill=WHITE, width=10)
    pen.rounded_rectangle((590, 150, 690, 226), 12, fill=WHITE)
    _centred(pen, WIDTH // 2, 256, "This screen is locked", 44, WHITE)
    for row, line in enumerate(wrapped(lock.message, 28, 900)[:4]):
        _centred(pen, WIDTH // 2, 330 + row * 38, line, 28, bgra("#ffe3a3"))
    if lock.issued_by:
        _centred(pen, WIDTH // 2, 620, f"Locked by {lock.issued_by}", 20, bgra("#b9c6dc"))
