"""The notice process: scenes come in by standard input, statuses go out by standard output."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from endpoint.notice.scene import LINE_LIMIT, Status, decode_scene, encode_line
from endpoint.notice.stage import Stage
from endpoint.platform.grab import InputGrab


class _Reader(QObject):
    """Reads scenes in a thread, because Qt watches no pipes on every system."""

    came = Signal(object)
    ended = Signal()

    def start(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while line := sys.stdin.buffer.readline(LINE_LIMIT):
            try:
                scene = decode_scene(line)
            except msgspec.MsgspecError:
                break
            self.came.emit(scene)
        self.ended.emit()


def run(open_grab: Callable[[], InputGrab]) -> int:
    """Show scenes until the pipe ends, however it ends; returns the process's exit code."""
    if os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    application = QApplication(["formroom-notice"])
    application.setApplicationName("Formroom notice")
    application.setQuitOnLastWindowClosed(False)

    def leave() -> None:
        application.exit(0)  # `quit` would first ask the windows, which refuse to close

    def tell(status: Status) -> None:
        try:
            sys.stdout.buffer.write(encode_line(status))
            sys.stdout.buffer.flush()
        except OSError:
            leave()

    stage = Stage(open_grab, tell)
    reader = _Reader()

    reader.came.connect(stage.play, Qt.ConnectionType.QueuedConnection)
    reader.ended.connect(leave, Qt.ConnectionType.QueuedConnection)
    reader.start()
    return application.exec()
