"""The drawings of the notice: an eye, a hand on the mouse, a padlock; lines on a 24-unit square."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

Shape = Literal["eye", "pointer", "padlock"]


class Symbol(QWidget):
    """One drawing, of a fixed size in pixels."""

    def __init__(self, shape: Shape, size: int, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = shape
        self._colour = QColor(colour)
        self._size = size
        self.setFixedSize(QSize(size, size))

    def show_shape(self, shape: Shape, colour: str) -> None:
        """Be another drawing."""
        self._shape = shape
        self._colour = QColor(colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._size / 24, self._size / 24)
        painter.setPen(
            QPen(
                self._colour,
                1.8,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        {"eye": self._eye, "pointer": self._pointer, "padlock": self._padlock}[self._shape](painter)
        painter.end()

    def _eye(self, painter: QPainter) -> None:
        lids = QPainterPath(QPointF(2, 12))
        lids.cubicTo(6, 4.5, 18, 4.5, 22, 12)
        lids.cubicTo(18, 19.5, 6, 19.5, 2, 12)
        painter.drawPath(lids)
        painter.setBrush(self._colour)
        painter.drawEllipse(QPointF(12, 12), 2.6, 2.6)

    def _pointer(self, painter: QPainter) -> None:
        arrow = QPainterPath(QPointF(5, 3))
        for x, y in ((5, 18.5), (9.2, 14.8), (12, 21), (15, 19.6), (12.2, 13.6), (17.5, 13.2)):
            arrow.lineTo(x, y)
        arrow.closeSubpath()
        painter.setBrush(self._colour)
        painter.drawPath(arrow)

    def _padlock(self, painter: QPainter) -> None:
        bow = QPainterPath(QPointF(7.5, 10.5))
        bow.lineTo(7.5, 7.5)
        bow.cubicTo(7.5, 1.7, 16.5, 1.7, 16.5, 7.5)
        bow.lineTo(16.5, 10.5)
        painter.drawPath(bow)
        painter.drawRoundedRect(QRectF(4.5, 10.5, 15, 10.5), 2.6, 2.6)
        painter.setBrush(self._colour)
        painter.drawEllipse(QPointF(12, 15.75), 1.2, 1.2)
