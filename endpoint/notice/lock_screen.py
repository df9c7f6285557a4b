"""The window that covers one monitor while the computer is locked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QCloseEvent, QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from endpoint.notice.banner import FLAGS
from endpoint.notice.scene import Lock, Watcher
from endpoint.notice.symbols import Symbol
from endpoint.notice.wording import (
    LOCK_COMFORT,
    LOCK_ENDS,
    LOCK_NOT_HELD,
    LOCK_TITLE,
    countdown,
    locked_by,
    watcher_lines,
)

_TOP, _BOTTOM = "#14304f", "#0b1b2e"
_ACCENT = "#8fd3ff"
LONG_MESSAGE = 140
"""Characters above which a message is set in smaller letters."""


class CountdownRing(QWidget):
    """The time that is left: as a clock would show it, within a ring that empties."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self._left_s = 0.0
        self._whole_s = 1.0

    def show_left(self, left_s: float, whole_s: float) -> None:
        """Show these seconds, of so many in all."""
        self._left_s, self._whole_s = left_s, max(whole_s, 1.0)
        self.setAccessibleName(f"Unlocks in {countdown(left_s)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stroke = max(5.0, self.width() / 20)
        circle = QRectF(self.rect()).adjusted(stroke, stroke, -stroke, -stroke)
        painter.setPen(QPen(QColor(255, 255, 255, 40), stroke))
        painter.drawEllipse(circle)
        painter.setPen(
            QPen(QColor(_ACCENT), stroke, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        part = min(1.0, self._left_s / self._whole_s)
        painter.drawArc(circle, 90 * 16, round(part * 360 * 16))
        font = painter.font()
        text = countdown(self._left_s)
        font.setPixelSize(int(self.width() * (0.27 if len(text) <= 5 else 0.19)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("white"))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class LockScreen(QWidget):
    """Covers one monitor: who locked it, the teacher's message, and the time that is left."""

    def __init__(self, screen: QScreen) -> None:
        super().__init__(None, FLAGS)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setWindowTitle(LOCK_TITLE)
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        unit = self._unit = max(10, screen.geometry().height() // 36)
        self._who = self._line(unit * 1.0, "#c9dcec")
        self._message = self._line(unit, "white")
        self._ring = CountdownRing(unit * 8)
        self._unlocks = self._line(unit * 0.85, "#c9dcec")
        self._unlocks.setText("until it unlocks")
        self._not_held = self._line(unit * 0.8, "#ffd08a")
        self._watchers = self._line(unit * 0.8, "#c9dcec")
        title = self._line(unit * 2.1, "white", bold=True)
        title.setText(LOCK_TITLE)
        comfort = self._line(unit * 0.85, "#c9dcec")
        comfort.setText(f"{LOCK_COMFORT} {LOCK_ENDS}")
        self._card = QFrame()
        self._card.setObjectName("message")
        self._card.setStyleSheet(
            f"#message {{ background: rgba(255, 255, 255, 24); border-radius: {unit}px; }}"
        )
        card = QVBoxLayout(self._card)
        card.setContentsMargins(unit * 2, unit, unit * 2, unit)
        card.addWidget(self._message)
        column = QVBoxLayout(self)
        side = screen.geometry().width() // 8
        column.setContentsMargins(side, unit * 2, side, unit)
        column.setSpacing(unit // 2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(3)
        column.addWidget(Symbol("padlock", unit * 3, _ACCENT), 0, centre)
        column.addWidget(title)
        column.addWidget(self._who)
        column.addSpacing(unit)
        column.addWidget(self._card, 0, centre)
        column.addSpacing(unit)
        column.addWidget(self._ring, 0, centre)
        column.addWidget(self._unlocks)
        column.addStretch(3)
        column.addWidget(self._not_held)
        column.addWidget(comfort)
        column.addWidget(self._watchers)

    def show_lock(self, lock: Lock, watchers: Sequence[Watcher], not_held: str) -> None:
        """Say this; `not_held` is why the input is not held, empty when it is."""
        self._who.setText(locked_by(lock.issued_by))
        self._show_message(lock.message)
        self._card.setVisible(bool(lock.message))
        counts = lock.remaining_s is not None
        self._ring.setVisible(counts)
        self._unlocks.setVisible(counts)
        self._not_held.setText(LOCK_NOT_HELD.format(reason=not_held) if not_held else "")
        self._not_held.setVisible(bool(not_held))
        self._watchers.setText("\n".join(watcher_lines(watchers)))
        self._watchers.setVisible(bool(watchers))
        self.setAccessibleName(f"{LOCK_TITLE}. {self._who.text()} {lock.message}")

    def show_left(self, left_s: float, whole_s: float) -> None:
        """Show the countdown as it stands."""
        self._ring.show_left(left_s, whole_s)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay: only the end of the lock closes it."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cover the monitor."""
        painter = QPainter(self)
        shade = QLinearGradient(0, 0, 0, self.height())
        shade.setColorAt(0, QColor(_TOP))
        shade.setColorAt(1, QColor(_BOTTOM))
        painter.fillRect(self.rect(), shade)
        painter.end()

    def _show_message(self, text: str) -> None:
        """As large as its length allows, on lines as wide as the monitor allows."""
        size = int(self._unit * (1.5 if len(text) <= LONG_MESSAGE else 1.05))
        self._message.setStyleSheet(f"color: white; font-size: {size}px;")
        self._message.setText(text)
        self._message.ensurePolished()
        widest = self.width() * 6 // 10
        width = min(widest, self._message.fontMetrics().horizontalAdvance(text) + size)
        self._message.setFixedSize(width, self._message.heightForWidth(width))

    def _line(self, size: float, colour: str, *, bold: bool = False) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        weight = 700 if bold else 400
        label.setStyleSheet(f"color: {colour}; font-size: {int(size)}px; font-weight: {weight};")
        return label
