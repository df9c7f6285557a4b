"""The four programs of a simulated pupil, as a frame that stays and cells that change."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from endpoint.simulation.brushes import (
    FAINT,
    INK,
    LINE,
    PANEL,
    PAPER,
    WHITE,
    Box,
    Pen,
    bgra,
    face,
    mixed,
    width_of,
    wrapped,
)
from endpoint.simulation.pupil import Moment
from endpoint.simulation.timeline import Kind

WINDOW: Box = (70, 52, 1210, 656)
_BODY_TOP = WINDOW[1] + 34
_STEPS_PER_S = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the screen that is drawn again when `key` changes; `paint` draws from (0, 0)."""

    box: Box
    key: Hashable
    paint: Callable[[Pen], None]


def draw_frame(pen: Pen, moment: Moment) -> None:
    """The window with everything in it that stays."""
    task, (x0, y0, x1, y1) = moment.task, WINDOW
    pen.rounded_rectangle(
        (x0 + 5, y0 + 7, x1 + 5, y1 + 7), 10, fill=mixed("#000000", "#8899aa", 0.35)
    )
    pen.rounded_rectangle((x0, y0, x1, y1), 9, fill=PANEL)
    pen.rounded_rectangle((x0, y0, x1, y0 + 44), 9, fill=bgra(task.topic.colour))
    pen.rectangle((x0, _BODY_TOP, x1, y0 + 46), fill=PANEL)
    pen.text((x0 + 16, y0 + 8), task.title, fill=WHITE, font=face(16))
    for at in (24, 52, 80):
        pen.ellipse(
            (x1 - at - 7, y0 + 10, x1 - at + 7, y0 + 24),
            fill=mixed(task.topic.colour, "#ffffff", 0.55),
        )
    _FRAMES[task.kind](pen, moment)


def cells_of(moment: Moment) -> list[Cell]:
    """The parts of the window that change, from back to front; they do not overlap."""
    return _CELLS[moment.task.kind](moment)


def _tools(pen: Pen, names: tuple[str, ...]) -> None:
    x = WINDOW[0] + 18
    for name in names:
        pen.text((x, _BODY_TOP + 9), name, fill=FAINT, font=face(14))
        x += round(width_of(name, 14)) + 24
    pen.line((WINDOW[0], _BODY_TOP + 36, WINDOW[2], _BODY_TOP + 36), fill=LINE)


def _blinks(moment: Moment) -> bool:
    return not moment.task.resting and int(moment.elapsed_s * 2) % 2 == 0


# --- writer -----------------------------------------------------------------------------------

_PAGE: Box = (220, _BODY_TOP + 50, 1060, WINDOW[3] - 6)
_ROW = 27
_ROWS = 15


def _writer_frame(pen: Pen, moment: Moment) -> None:
    _tools(pen, ("File", "Edit", "View", "Insert", "Format", "Help"))
    pen.rectangle(_PAGE, fill=PAPER, outline=LINE)
    pen.text(
        (_PAGE[0] + 50, _PAGE[1] + 22),
        moment.task.topic.title,
        fill=bgra(moment.task.topic.colour),
        font=face(28),
    )


def _writer_cells(moment: Moment) -> list[Cell]:
    task = moment.task
    essay = " ".join(task.topic.essay * 2)
    keys = 190 + (0 if task.resting else int(moment.elapsed_s * task.keys_per_s))
    text = essay[:keys] + ("\n" + moment.hands if moment.hands else "")
    left, top = _PAGE[0] + 50, _PAGE[1] + 74
    lines = wrapped(text, 19, _PAGE[2] - left - 50)[-_ROWS:]
    caret = _blinks(moment)
    return [
        Cell(
            (left, top + row * _ROW, _PAGE[2] - 30, top + (row + 1) * _ROW),
            (line, caret and row == len(lines) - 1),
            _line_painter(line, 19, caret and row == len(lines) - 1),
        )
        for row, line in enumerate((*lines, *[""] * (_ROWS - len(lines))))
    ]


def _line_painter(line: str, size: int, caret: bool) -> Callable[[Pen], None]:
    def paint(pen: Pen) -> None:
        pen.text((0, 2), line, fill=INK, font=face(size))
        if caret:
            x = round(width_of(line, size)) + 2
            pen.line((x, 3, x, size + 4), fill=INK, width=2)

    return paint


# --- browser ----------------------------------------------------------------------------------

_SEARCH: Box = (880, _BODY_TOP + 7, 1190, _BODY_TOP + 33)
_ARTICLE: Box = (110, _BODY_TOP + 104, 660, WINDOW[3] - 8)
_STAGE: Box = (700, _BODY_TOP + 60, 1180, _BODY_TOP + 420)


def _browser_frame(pen: Pen, moment: Moment) -> None:
    topic = moment.task.topic
    pen.rounded_rectangle(
        (WINDOW[0] + 16, _BODY_TOP + 6, 860, _BODY_TOP + 34), 14, fill=PAPER, outline=LINE
    )
    pen.text((WINDOW[0] + 34, _BODY_TOP + 11), topic.site, fill=FAINT, font=face(15))
    pen.rectangle((WINDOW[0], _BODY_TOP + 42, WINDOW[2], WINDOW[3]), fill=PAPER)
    pen.text((110, _BODY_TOP + 58), topic.title, fill=bgra(topic.colour), font=face(32))
    pen.rounded_rectangle(
        (700, _BODY_TOP + 440, 1180, _BODY_TOP + 530), 8, fill=mixed(topic.colour, "#ffffff", 0.85)
    )
    pen.text((720, _BODY_TOP + 454), "Did you know?", fill=bgra(topic.colour), font=face(18))
    for row, line in enumerate(wrapped(topic.essay[-1], 15, 440)[:2]):
        pen.text((720, _BODY_TOP + 482 + row * 20), line, fill=INK, font=face(15))


def _browser_cells(moment: Moment) -> list[Cell]:
    task = moment.task
    lines = wrapped("\n\n".join(task.topic.essay * 3), 19, _ARTICLE[2] - _ARTICLE[0])
    first = moment.scroll + (0 if task.resting else int(moment.elapsed_s / 6))
    shown = lines[min(first, len(lines) - 16) :][:16]
    step = 0 if task.resting else int(moment.elapsed_s * _STEPS_PER_S)

    def article(pen: Pen) -> None:
        for row, line in enumerate(shown):
            pen.text((0, row * 26), line, fill=INK, font=face(19))

    def search(pen: Pen) -> None:
        pen.rounded_rectangle((0, 0, 309, 25), 12, fill=PAPER, outline=LINE)
        words = moment.hands.replace("\n", " ")[-36:]
        pen.text((14, 4), words or "Search", fill=INK if words else FAINT, font=face(15))

    return [
        Cell(_ARTICLE, shown, article),
        Cell(_SEARCH, moment.hands, search),
        Cell(_STAGE, step, lambda pen: _draw_orbits(pen, step, task.topic.colour)),
    ]


def _draw_orbits(pen: Pen, step: int, colour: str) -> None:
    """A moving illustration: bodies on their paths."""
    pen.rounded_rectangle((0, 0, 479, 359), 12, fill=bgra("#16213a"))
    for star in range(28):
        x, y = star * 7919 % 470 + 4, star * 104_729 % 346 + 6
        pen.point((x, y), fill=mixed("#ffffff", "#16213a", star % 3 / 3))
    pen.ellipse((216, 156, 264, 204), fill=bgra("#f6c945"))
    for body, (tint, size) in enumerate(
        (("#9fb4c7", 6), ("#e3a45b", 9), ("#5aa9e6", 10), (colour, 14))
    ):
        across, down = 62 + body * 44, 40 + body * 34
        pen.ellipse((240 - across, 180 - down, 240 + across, 180 + down), outline=bgra("#33415f"))
        angle = step / _STEPS_PER_S * (1.4 - body * 0.28) + body * 1.9
        px, py = 240 + across * math.cos(angle), 180 + down * math.sin(angle)
        pen.ellipse((px - size, py - size, px + size, py + size), fill=bgra(tint))


# --- sheet ------------------------------------------------------------------------------------

_GRID_TOP = _BODY_TOP + 76
_GRID_LEFT = WINDOW[0] + 40
_CELL_W, _CELL_H = 130, 30
_CHART: Box = (520, _GRID_TOP + 50, 1170, _GRID_TOP + 400)


def _sheet_frame(pen: Pen, moment: Moment) -> None:
    _tools(pen, ("File", "Edit", "Insert", "Format", "Data", "Help"))
    pen.rectangle((WINDOW[0] + 8, _GRID_TOP, WINDOW[2] - 8, WINDOW[3] - 8), fill=PAPER)
    for column in range(9):
        x = _GRID_LEFT + column * _CELL_W
        pen.line((x, _GRID_TOP, x, WINDOW[3] - 8), fill=LINE)
        if column < 8:
            pen.text((x + 58, _GRID_TOP + 6), "ABCDEFGH"[column], fill=FAINT, font=face(14))
    for row in range(15):
        y = _GRID_TOP + (row + 1) * _CELL_H
        pen.line((WINDOW[0] + 8, y, WINDOW[2] - 8, y), fill=LINE)
        pen.text((WINDOW[0] + 18, y + 6), str(row + 1), fill=FAINT, font=face(13))
    for column, name in enumerate(moment.task.topic.table):
        at = (_GRID_LEFT + column * _CELL_W + 8, _GRID_TOP + _CELL_H + 5)
        pen.text(at, name, fill=bgra(moment.task.topic.colour), font=face(17))


def _sheet_cells(moment: Moment) -> list[Cell]:
    task = moment.task
    rows = task.topic.rows
    filled = len(rows) if task.resting else min(len(rows), 1 + int(moment.elapsed_s / 4))
    formula = moment.hands or f"=SUM(B2:B{filled + 1})"
    most = max(value for _, value in rows)

    def bar_text(pen: Pen) -> None:
        pen.rectangle((0, 0, 1119, 27), fill=PAPER, outline=LINE)
        pen.text((10, 5), formula.replace("\n", " "), fill=INK, font=face(15))

    def table(pen: Pen) -> None:
        for row, (name, value) in enumerate(rows[:filled]):
            pen.text((8, row * _CELL_H + 6), name, fill=INK, font=face(16))
            pen.text((_CELL_W + 8, row * _CELL_H + 6), f"{value:,}", fill=INK, font=face(16))

    def chart(pen: Pen) -> None:
        pen.rounded_rectangle((0, 0, 649, 349), 6, fill=PAPER, outline=LINE)
        pen.text((20, 14), f"{task.topic.title}: {task.topic.table[1]}", fill=INK, font=face(18))
        for column, (name, value) in enumerate(rows[:filled]):
            x, height = 40 + column * 120, round(230 * value / most)
            tint = mixed(task.topic.colour, "#ffffff", 0.12 * column)
            pen.rectangle((x, 300 - height, x + 76, 300), fill=tint)
            pen.text((x, 310), name[:9], fill=FAINT, font=face(15))

    table_box = (_GRID_LEFT, _GRID_TOP + 2 * _CELL_H, _GRID_LEFT + 258, _GRID_TOP + 7 * _CELL_H)
    return [
        Cell((WINDOW[0] + 8, _BODY_TOP + 42, WINDOW[2] - 8, _BODY_TOP + 71), formula, bar_text),
        Cell(table_box, filled, table),
        Cell(_CHART, filled, chart),
    ]


# --- paint ------------------------------------------------------------------------------------

_CANVAS: Box = (150, _BODY_TOP + 46, 1190, WINDOW[3] - 12)
_PALETTE = ("#d64545", "#e8a33d", "#4a9d5b", "#2f80c3", "#7a5ac2", "#30343c")


def _paint_frame(pen: Pen, moment: Moment) -> None:
    _tools(pen, ("File", "Edit", "View", "Image", "Colours", "Help"))
    for at, colour in enumerate(_PALETTE):
        y = _BODY_TOP + 56 + at * 44
        pen.rounded_rectangle((WINDOW[0] + 22, y, WINDOW[0] + 58, y + 34), 6, fill=bgra(colour))
    pen.rectangle(_CANVAS, fill=PAPER, outline=LINE)
    pen.text(
        (_CANVAS[0] + 30, _CANVAS[1] + 18),
        moment.task.topic.title,
        fill=bgra(moment.task.topic.colour),
        font=face(40),
    )


def _paint_cells(moment: Moment) -> list[Cell]:
    task = moment.task
    points = 500 if task.resting else min(500, 8 + int(moment.elapsed_s * _STEPS_PER_S))
    left, top = _CANVAS[0] + 1, _CANVAS[1] + 80

    def picture(pen: Pen) -> None:
        for petal in range(points // 50 + 1):
            tint = bgra(_PALETTE[(petal + task.number) % len(_PALETTE)])
            pen.line(_petal(petal, min(50, points - petal * 50)), fill=tint, width=5)
        for stroke in moment.strokes:
            places = [(x - left, y - top) for x, y in stroke]
            pen.line(places, fill=bgra("#d64545"), width=4)
        pen.text((30, 350), moment.hands.replace("\n", " ")[-60:], fill=INK, font=face(24))

    box = (left, top, _CANVAS[2] - 1, _CANVAS[3] - 1)
    return [Cell(box, (points, moment.strokes, moment.hands), picture)]


def _petal(petal: int, points: int) -> list[tuple[float, float]]:
    turn = petal * math.tau / 10
    places = []
    for point in range(max(2, points)):
        angle = point / 49 * math.tau
        reach, side = 80 - 80 * math.cos(angle), 34 * math.sin(angle)
        places.append(
            (
                510 + 1.6 * (reach * math.cos(turn) - side * math.sin(turn)),
                185 + reach * math.sin(turn) + side * math.cos(turn),
            )
        )
    return places


_FRAMES: dict[Kind, Callable[[Pen, Moment], None]] = {
    Kind.WRITER: _writer_frame,
    Kind.BROWSER: _browser_frame,
    Kind.SHEET: _sheet_frame,
    Kind.PAINT: _paint_frame,
}
_CELLS: dict[Kind, Callable[[Moment], list[Cell]]] = {
    Kind.WRITER: _writer_cells,
    Kind.BROWSER: _browser_cells,
    Kind.SHEET: _sheet_cells,
    Kind.PAINT: _paint_cells,
}
