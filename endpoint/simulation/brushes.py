"""Colours, type and shapes in the byte order of the screen (BGRA)."""

from __future__ import annotations

from functools import lru_cache

from PIL import ImageDraw, ImageFont

Colour = tuple[int, int, int, int]
Box = tuple[int, int, int, int]
Pen = ImageDraw.ImageDraw
Type = ImageFont.FreeTypeFont | ImageFont.ImageFont


def bgra(colour: str) -> Colour:
    """`#rrggbb` as the bytes of the screen."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return blue, green, red, 255


def mixed(colour: str, other: str, share: float) -> Colour:
    """A colour between two: `share` 0 is the first, 1 the other."""
    a, b = bgra(colour), bgra(other)
    blue, green, red = (round(a[at] + (b[at] - a[at]) * share) for at in range(3))
    return blue, green, red, 255


INK = bgra("#1f2733")
FAINT = bgra("#6a7585")
PAPER = bgra("#ffffff")
LINE = bgra("#d5dbe3")
PANEL = bgra("#f3f5f8")
WHITE = bgra("#ffffff")


@lru_cache(maxsize=32)
def face(size: int) -> Type:
    """The type that Pillow carries with it, so that every machine draws the same."""
    return ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def width_of(text: str, size: int) -> float:
    """Pixels that one line of text takes."""
    return face(size).getlength(text)


@lru_cache(maxsize=256)
def wrapped(text: str, size: int, width: int) -> tuple[str, ...]:
    """The text in lines of at most `width` pixels; a line break in the text is kept."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, size) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return tuple(lines)
