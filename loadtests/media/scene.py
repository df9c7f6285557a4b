"""A full-screen X11 program that draws the time as blocks, and answers keys with a square.

Run as `python -m loadtests.media.scene`; each line of its standard input is the scene to show:
`still`, `clock` (the time, 30 times a second), `video` (the time and a moving picture), `typing`
(a letter ten times a second) or `keys` (still, but a key turns the square black or white).
"""

from __future__ import annotations

import os
import select
import sys
import time
from typing import Any

import numpy as np
from Xlib import X
from Xlib.display import Display

BLOCK = 24
"""Pixels of one block; a row of them is the code."""
CODE_TOP = 690
"""Row of the code: the pupil's notice covers the top of the screen."""
TIME_BITS = 20
CHECK_BITS = 4
WIDTH, HEIGHT = 1280, 720
SQUARE = (1100, 100, 120, 120)
RATE_HZ = 30
_PICTURE = (640, 360)
_PICTURE_AT = (300, 200)
_LINE_HEIGHT = 16


def code_of(milliseconds: int) -> int:
    """The bits to draw: the time modulo 2**20 ms, and a sum that shows a torn picture."""
    value = milliseconds % (1 << TIME_BITS)
    check = sum((value >> shift) & 15 for shift in range(0, TIME_BITS, 4)) & 15
    return value << CHECK_BITS | check


class Scene:
    """The window, and what it shows now."""

    def __init__(self) -> None:
        self._display = Display()
        screen = self._display.screen()
        self._window: Any = screen.root.create_window(
            0, 0, WIDTH, HEIGHT, 0, screen.root_depth, X.InputOutput,
            background_pixel=0xF4F4F0, override_redirect=True,
            event_mask=X.KeyPressMask | X.ExposureMask,
        )  # fmt: skip
        self._pen: Any = self._window.create_gc(foreground=0)
        self._window.map()
        self._display.sync()
        self._window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._font_pen: Any = self._window.create_gc(
            foreground=0x202020, font=self._display.open_font("fixed")
        )
        code_width = (TIME_BITS + CHECK_BITS) * BLOCK
        self._code: Any = self._window.create_pixmap(code_width, BLOCK, screen.root_depth)
        self._pictures = [self._make_picture(seed) for seed in range(8)]
        self._name = "still"
        self._ticks = 0
        self._white = True
        self._page()

    def run(self) -> None:
        """Draw until standard input ends."""
        due_s = time.monotonic()
        while True:
            self._display.flush()
            timeout = max(0.0, due_s - time.monotonic())
            ready, _, _ = select.select([self._display, sys.stdin], [], [], timeout)
            if sys.stdin in ready:
                line = os.read(sys.stdin.fileno(), 256).decode()
                if not line:
                    return
                self._name = line.split()[-1]
                self._page()
            while self._display.pending_events():
                if self._display.next_event().type == X.KeyPress:
                    self._toggle()
            if time.monotonic() >= due_s:
                due_s = max(due_s + 1 / RATE_HZ, time.monotonic())
                self._tick()

    def _tick(self) -> None:
        self._ticks += 1
        if self._name == "video" and self._ticks % 2:
            picture = self._pictures[self._ticks // 2 % len(self._pictures)]
            self._window.copy_area(self._pen, picture, 0, 0, *_PICTURE, *_PICTURE_AT)
        if self._name in ("video", "clock"):
            self._draw_code(code_of(time.monotonic_ns() // 1_000_000))
        if self._name == "typing" and self._ticks % 3 == 0:
            place = self._ticks // 3
            letter = chr(ord("a") + place * 7 % 26).encode()
            x, y = 20 + place % 150 * 8, 100 + place // 150 % 30 * _LINE_HEIGHT
            self._window.draw_text(self._font_pen, x, y, letter)

    def _draw_code(self, code: int) -> None:
        bits = TIME_BITS + CHECK_BITS
        blocks = {True: [], False: []}  # type: dict[bool, list[tuple[int, int, int, int]]]
        for place in range(bits):
            is_set = bool(code >> (bits - 1 - place) & 1)
            blocks[is_set].append((place * BLOCK, 0, BLOCK, BLOCK))
        for is_set, places in blocks.items():
            self._pen.change(foreground=0xFFFFFF if is_set else 0)
            self._code.poly_fill_rectangle(self._pen, places)
        # Shown by one request, as programs do that draw off the screen first.
        self._window.copy_area(self._pen, self._code, 0, 0, bits * BLOCK, BLOCK, 0, CODE_TOP)

    def _toggle(self) -> None:
        self._white = not self._white
        self._pen.change(foreground=0xFFFFFF if self._white else 0)
        self._window.fill_rectangle(self._pen, *SQUARE)

    def _page(self) -> None:
        """A page of text, as a pupil's screen is most of the time."""
        self._window.clear_area(0, 0, WIDTH, HEIGHT)
        for row in range(36):
            words = " ".join(f"word{(row * 31 + n * 17) % 97}" for n in range(18)).encode()
            self._window.draw_text(self._font_pen, 20, 90 + row * _LINE_HEIGHT, words[:150])
        self._white = False
        self._toggle()

    def _make_picture(self, seed: int) -> Any:
        """Smooth colours with noise, made once and kept in the server."""
        width, height = _PICTURE
        noise = np.random.default_rng(seed).normal(0, 12, (height, width, 4))
        rows, columns = np.mgrid[0:height, 0:width]
        waves = np.stack(
            [128 + 90 * np.sin(columns / (40 + 9 * c) + rows / 60 + seed) for c in range(4)], -1
        )
        pixels = np.clip(waves + noise, 0, 255).astype(np.uint8)
        pixmap: Any = self._window.create_pixmap(width, height, 24)
        for top in range(0, height, 60):
            data = pixels[top : top + 60].tobytes()
            pixmap.put_image(self._pen, 0, top, width, 60, X.ZPixmap, 24, 0, data)
        return pixmap


if __name__ == "__main__":
    Scene().run()
