"""The small notice that is there for as long as anybody may see this screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QMouseEvent,
    QPainterPath,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from endpoint.notice.scene import Watcher
from endpoint.notice.symbols import Symbol
from endpoint.notice.wording import is_controlled, watcher_lines

FLAGS = (
    Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.BypassWindowManagerHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.Tool
)
"""No frame, above all, not touched by a window manager, and never with the keyboard."""
RAISE_MS = 1000
_RADIUS = 12
_SEEN = ("#17324d", "#8fd3ff")
_CONTROLLED = ("#7a2e0b", "#ffd08a")


class Banner(QWidget):
    """Names who sees or uses this computer. It can be moved, but not closed, and takes no focus."""

    def __init__(self) -> None:
        super().__init__(None, FLAGS)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setWindowTitle("Who can see this screen")
        self.setToolTip("Drag this note where it is not in your way.")
        self._grip: QPoint | None = None
        self._moved = False
        self._symbol = Symbol("eye", 28, _SEEN[1])
        self._text = QLabel()
        self._text.setWordWrap(False)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 20, 10)
        row.setSpacing(12)
        row.addWidget(self._symbol)
        row.addWidget(self._text, 1)
        self._raise = QTimer(self)
        self._raise.setInterval(RAISE_MS)
        self._raise.timeout.connect(self.raise_)

    def show_watchers(self, watchers: Sequence[Watcher]) -> None:
        """Name these people; nobody: vanish."""
        lines = watcher_lines(watchers)
        if not lines:
            self._raise.stop()
            self.hide()
            return
        controlled = is_controlled(watchers)
        background, accent = _CONTROLLED if controlled else _SEEN
        self.setStyleSheet(
            f"Banner {{ background: {background}; border: 2px solid {accent};"
            f" border-radius: {_RADIUS}px; }}"
            " QLabel { color: white; font-size: 15px; font-weight: 600; }"
        )
        self._symbol.show_shape("pointer" if controlled else "eye", accent)
        self._text.setText("\n".join(lines))
        self._text.setAccessibleName(" ".join(lines))
        self.setAccessibleName(" ".join(lines))
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._raise.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay: only the end of viewing closes it."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Round the corners, also where nothing composes windows."""
        path = QPainterPath()
        path.addRoundedRect(self.rect(), _RADIUS, _RADIUS)
        self.setMask(QRegion(path.toFillPolygon().toPolygon()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it along."""
        if self._grip is not None:
            self._moved = True
            self.move(self._within(event.globalPosition().toPoint() - self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        self._grip = None

    def _place(self) -> None:
        """At the top in the middle, or where the pupil put it, and never outside."""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        top = QPoint(screen.center().x() - self.width() // 2, screen.top() + 8)
        self.move(self._within(self.pos() if self._moved else top))

    def _within(self, place: QPoint) -> QPoint:
        screen = QGuiApplication.screenAt(place + self.rect().center())
        area = (screen or QGuiApplication.primaryScreen()).availableGeometry()
        return QPoint(
            max(area.left(), min(place.x(), area.right() - self.width())),
            max(area.top(), min(place.y(), area.bottom() - self.height())),
        )
