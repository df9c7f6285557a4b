"""A full-screen X11 program that shows known colours and a text in blocks, to be read by pixels.

Run as `python -m tests.browser.pattern TEXT`; it stays until it is ended.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

from Xlib import X
from Xlib.display import Display

COLOURS = (0xE02020, 0x20A020, 0x2030E0, 0xF0D020, 0xC030C0, 0x20C0C0, 0xF0F0F0, 0x101010)
BLOCK = 80
"""Pixels of a block of colour; the colours stand in the first row."""
BIT = 16
"""Pixels of a bit of the text."""
TEXT_TOP = 200
"""Rows of bits from here on: one character of 8 bits a row, most significant first."""


def centre_of_colour(index: int) -> tuple[int, int]:
    """Where to look for `COLOURS[index]`."""
    return index * BLOCK + BLOCK // 2, BLOCK // 2


def centre_of_bit(character: int, bit: int) -> tuple[int, int]:
    """Where to look for a bit of the text."""
    return bit * BIT + BIT // 2, TEXT_TOP + character * BIT + BIT // 2


def show(text: str) -> None:
    """Cover the display with the pattern, and stay."""
    display = Display()
    screen = display.screen()
    window: Any = screen.root.create_window(
        0, 0, screen.width_in_pixels, screen.height_in_pixels, 0, screen.root_depth,
        background_pixel=0x808080, override_redirect=True, event_mask=X.ExposureMask,
    )  # fmt: skip
    window.map()
    pen = window.create_gc()
    for index, colour in enumerate(COLOURS):
        pen.change(foreground=colour)
        window.fill_rectangle(pen, index * BLOCK, 0, BLOCK, BLOCK)
    for place, byte in enumerate(text.encode("ascii")):
        for bit in range(8):
            pen.change(foreground=0xFFFFFF if byte >> (7 - bit) & 1 else 0)
            window.fill_rectangle(pen, bit * BIT, TEXT_TOP + place * BIT, BIT, BIT)
    display.sync()
    signal.pause()


if __name__ == "__main__":
    show(sys.argv[1])
