"""Notices when the event loop does not go round, from a thread of its own."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback
from types import FrameType

import structlog

STEP_S = 0.1
STALL_S = 0.5
"""A loop that has not gone round for so long stalls: nobody is served meanwhile."""
FRAMES = 12
"""How much of what the loop's thread is doing goes into the log."""

_log = structlog.get_logger(__name__)


class StallWatch:
    """Counts stalls of one event loop, and says in the log where it hung.

    A time in which the whole process stood still (stopped, swapped out, or one call that let no
    thread run) is a pause and not a stall, though nobody was served either. Counts only grow.
    """

    def __init__(self) -> None:
        self.stalls = 0
        self.stall_seconds = 0.0
        self.pauses = 0
        self.pause_seconds = 0.0
        self._beat_s = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread = 0
        self._timer: asyncio.TimerHandle | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stall-watch", daemon=True)

    @property
    def stalled_s(self) -> float:
        """For how long the loop has not gone round, if that is a stall; else 0. For any thread."""
        if self._loop is None:
            return 0.0
        age_s = time.monotonic() - self._beat_s
        return age_s if age_s > STALL_S else 0.0

    def start(self) -> None:
        """Watch the running loop, from its own thread."""
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._ending.set()
        if self._timer is not None:
            self._timer.cancel()
        self._thread.join()
        self._loop = None

    def _beat(self) -> None:
        assert self._loop is not None
        self._beat_s = time.monotonic()
        self._timer = self._loop.call_later(STEP_S, self._beat)

    def _watch(self) -> None:
        woke_s = since_s = time.monotonic()
        stalled_since_s: float | None = None
        while not self._ending.wait(STEP_S):
            now_s = time.monotonic()
            late_s, woke_s = now_s - woke_s - STEP_S, now_s
            if late_s > STALL_S / 2:
                self.pauses += 1
                self.pause_seconds += late_s
                _log.warning("process_paused", seconds=round(late_s, 3))
                since_s = now_s
                continue
            beat_s = max(self._beat_s, since_s)
            if now_s - beat_s > STALL_S:
                if stalled_since_s is None:
                    stalled_since_s = beat_s
                    _log.error("event_loop_stalled", at=self._where())
            elif stalled_since_s is not None:
                seconds = max(STALL_S, self._beat_s - stalled_since_s - STEP_S)
                stalled_since_s = None
                self.stalls += 1
                self.stall_seconds += seconds
                _log.error("event_loop_went_on", stalled_seconds=round(seconds, 3))

    def _where(self) -> list[str]:
        """The innermost calls of the loop's thread: files, lines and names, no values."""
        frame: FrameType | None = sys._current_frames().get(self._loop_thread)
        calls = traceback.extract_stack(frame, FRAMES) if frame else []
        return [f"{call.filename}:{call.lineno} {call.name}" for call in calls]
