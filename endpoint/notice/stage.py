"""Puts a scene on the screen and says what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication

from endpoint.notice.banner import Banner
from endpoint.notice.lock_screen import LockScreen
from endpoint.notice.scene import Lock, Scene, Status
from endpoint.platform.grab import InputGrab

TICK_MS = 50
"""Gap between attempts at a grab, and between looks at the windows, while a lock comes up."""
HELD_MS = 250
"""The same while the lock is held: how long another window may lie above it."""
PATIENCE_S = 1.0
"""Seconds until a lock that is not yet held is reported as such."""
NOT_COVERED = "the lock does not yet cover every screen"


class Stage(QObject):
    """Everything that is on the screen. `on_status` is told as `endpoint.notice.scene` says."""

    def __init__(self, open_grab: Callable[[], InputGrab], on_status: Callable[[Status], None]):
        super().__init__()
        self._open_grab = open_grab
        self._on_status = on_status
        self._banner = Banner()
        self._screens: list[LockScreen] = []
        self._grab: InputGrab | None = None
        self._notifier: QSocketNotifier | None = None
        self._scene = Scene()
        self._told: Status | None = None
        self._ends_s = 0.0
        self._whole_s = 0.0
        self._began_s = 0.0
        self._not_held = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._cover)
        application.screenRemoved.connect(self._cover)
        application.primaryScreenChanged.connect(self._cover)

    def play(self, scene: Scene) -> None:
        """Show this and nothing else."""
        before, self._scene = self._scene.lock, scene
        if scene.lock is None:
            self._unlock()
            self._banner.show_watchers(scene.watchers)
            self._tell(Status(number=scene.number))
            return
        self._banner.show_watchers(())
        self._count(scene.lock, is_new=before is None or before.order != scene.lock.order)
        if before is None:
            self._began_s = time.monotonic()
            self._cover()
        self._say()
        self._timer.start(TICK_MS)
        self._tick()

    def _count(self, lock: Lock, *, is_new: bool) -> None:
        left_s = lock.remaining_s or 0.0
        self._ends_s = time.monotonic() + left_s
        if is_new:
            self._whole_s = left_s

    def _cover(self) -> None:
        """A window on every monitor that there is now."""
        if self._scene.lock is None:
            return
        for screen in self._screens:
            screen.hide()
            screen.deleteLater()
        self._screens = [LockScreen(screen) for screen in QGuiApplication.screens()]
        self._say()
        for screen in self._screens:
            screen.show()
            screen.raise_()

    def _say(self) -> None:
        if self._scene.lock is None:
            return
        for screen in self._screens:
            screen.show_lock(self._scene.lock, self._scene.watchers, self._not_held)
            screen.show_left(self._ends_s - time.monotonic(), self._whole_s)

    def _tick(self) -> None:
        lock = self._scene.lock
        if lock is None:
            return
        reason = self._hold()
        if not reason and not self._is_covered():
            reason = NOT_COVERED
        waited = time.monotonic() - self._began_s >= PATIENCE_S
        if reason != self._not_held and (waited or not reason):
            self._not_held = reason
            self._say()
        for screen in self._screens:
            screen.raise_()
            screen.show_left(self._ends_s - time.monotonic(), self._whole_s)
        self._timer.setInterval(TICK_MS if reason else HELD_MS)
        if not reason or waited:
            self._tell(Status(lock.order, not reason, reason, self._scene.number))

    def _is_covered(self) -> bool:
        monitors = QGuiApplication.screens()
        if len(monitors) != len(self._screens):
            return False
        for monitor, screen in zip(monitors, self._screens, strict=True):
            if screen.geometry() != monitor.geometry():
                screen.setGeometry(monitor.geometry())
                return False
            window = screen.windowHandle()
            if window is None or not window.isExposed():
                return False
        return True

    def _hold(self) -> str:
        try:
            grab = self._grab = self._grab or self._open_grab()
        except OSError as error:
            return str(error)
        reason = grab.hold()
        descriptor = grab.fileno()
        if self._notifier is None and descriptor is not None:
            self._notifier = QSocketNotifier(descriptor, QSocketNotifier.Type.Read, self)
            self._notifier.activated.connect(grab.drain)
        grab.drain()
        return reason

    def _unlock(self) -> None:
        self._timer.stop()
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._grab is not None:
            self._grab.release()
            self._grab = None
        for screen in self._screens:
            screen.hide()
            screen.deleteLater()
        self._screens = []
        self._not_held = ""

    def _tell(self, status: Status) -> None:
        if status != self._told:
            self._told = status
            self._on_status(status)
