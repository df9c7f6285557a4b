"""A simulated pupil: lives along a timeline, can be helped, watched and locked out."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from endpoint.simulation.timeline import Task, Timeline

WIDTH = 1280
HEIGHT = 720
HELP_S = 8.0
"""After input from a viewer the pupil takes its hands off the keyboard for this long."""
_RIPPLE_S = 0.5
_START_WITHIN_S = 600.0
_POINTER_LEG_S = 4.0


@dataclass(frozen=True, slots=True)
class LockFace:
    """What the lock screen says; `ends_s` on the pupil's clock, None: until it is unlocked."""

    message: str
    issued_by: str
    ends_s: float | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that can be seen at one moment."""

    task: Task
    elapsed_s: float
    hands: str
    """What viewers typed into the present window."""
    strokes: tuple[tuple[tuple[int, int], ...], ...]
    """What viewers drew by dragging in the present window."""
    scroll: int
    pointer: tuple[int, int]
    ripple: bool
    notice: str
    lock: LockFace | None
    lock_left_s: int | None


class Pupil:
    """The state of one simulated pupil; every method may be called from any thread.

    `clock` gives monotonic seconds. Time stands still for the pupil while a viewer helps, has
    taken over, or has locked the screen.
    """

    def __init__(self, seed: int, clock: Callable[[], float]) -> None:
        self.seed = seed
        self.clock = clock
        self._timeline = Timeline(seed)
        rng = random.Random(f"pupil {seed}")
        self._script_s = rng.uniform(0, _START_WITHIN_S)
        self._last_s = clock()
        self._input_s = self._last_s
        self._helped_until_s = self._last_s
        self._lock = threading.Lock()
        self._blocked = False
        self._task = -1
        self._hands = ""
        self._strokes: list[list[tuple[int, int]]] = []
        self._scroll = 0
        self._drawing = False
        self._pressed_s = float("-inf")
        self._pointer: tuple[int, int] | None = None
        self._notice = ""
        self._face: LockFace | None = None

    def moment(self) -> Moment:
        """What can be seen now."""
        with self._lock:
            now = self._advance()
            task, elapsed_s = self._timeline.at(self._script_s)
            face = self._face
            left = None if face is None or face.ends_s is None else max(0.0, face.ends_s - now)
            return Moment(
                task=task,
                elapsed_s=elapsed_s,
                hands=self._hands,
                strokes=tuple(tuple(stroke) for stroke in self._strokes),
                scroll=self._scroll,
                pointer=self._pointer or self._own_pointer(),
                ripple=now - self._pressed_s < _RIPPLE_S,
                notice=self._notice,
                lock=face,
                lock_left_s=None if left is None else int(left + 0.999),
            )

    def task(self) -> Task:
        """What the pupil is doing now."""
        with self._lock:
            self._advance()
            return self._timeline.at(self._script_s)[0]

    def idle_s(self) -> float:
        """Seconds since the last key or pointer event of anybody."""
        with self._lock:
            now = self._advance()
            return now - self._input_s

    # --- what others do to the pupil --------------------------------------------------------

    def show_notice(self, text: str) -> None:
        """Show this bar at the top of the screen; empty: none."""
        with self._lock:
            self._notice = text

    def show_lock(self, face: LockFace | None) -> None:
        """Cover the screen, or uncover it."""
        with self._lock:
            self._advance()
            self._face = face

    def block(self, blocked: bool) -> None:
        """Take the pupil's own input away, or give it back."""
        with self._lock:
            self._advance()
            self._blocked = blocked

    def move(self, x: int, y: int) -> None:
        """A viewer moved the pointer."""
        with self._lock:
            self._touch()
            self._pointer = (min(max(x, 0), WIDTH - 1), min(max(y, 0), HEIGHT - 1))
            if self._drawing:
                self._strokes[-1].append(self._pointer)

    def press(self, button: int, down: bool) -> None:
        """A viewer pressed or released a button at the pointer."""
        with self._lock:
            self._touch()
            if down:
                self._pressed_s = self._last_s
            if button == 1:
                self._drawing = down
                if down:
                    self._strokes.append([self._pointer or self._own_pointer()])

    def scroll(self, notches: int) -> None:
        """A viewer turned the wheel; positive is down."""
        with self._lock:
            self._touch()
            self._scroll = min(max(self._scroll + notches, 0), 40)

    def type(self, text: str) -> None:
        """A viewer typed text; a backspace character takes one away."""
        with self._lock:
            self._touch()
            for character in text:
                self._hands = self._hands[:-1] if character == "\b" else self._hands + character
            self._hands = self._hands[-400:]

    # --- time -------------------------------------------------------------------------------

    def _touch(self) -> None:
        self._advance()
        self._input_s = self._last_s
        self._helped_until_s = self._last_s + HELP_S

    def _advance(self) -> float:
        now = self.clock()
        if not self._blocked and self._face is None:
            lived_s = now - max(self._last_s, self._helped_until_s)
            if lived_s > 0:
                self._script_s += lived_s
                self._pointer = None
                if not self._timeline.at(self._script_s)[0].resting:
                    self._input_s = now
        self._last_s = now
        task = self._timeline.at(self._script_s)[0].number
        if task != self._task:
            self._task = task
            self._hands, self._strokes, self._scroll, self._drawing = "", [], 0, False
        return now

    def _own_pointer(self) -> tuple[int, int]:
        task, elapsed_s = self._timeline.at(self._script_s)
        if task.resting:
            elapsed_s = 0.0
        leg, part = divmod(elapsed_s, _POINTER_LEG_S)
        (x0, y0), (x1, y1) = self._stop(task, int(leg)), self._stop(task, int(leg) + 1)
        way = min(1.0, part / 0.8)
        way = way * way * (3 - 2 * way)
        return round(x0 + (x1 - x0) * way), round(y0 + (y1 - y0) * way)

    def _stop(self, task: Task, leg: int) -> tuple[int, int]:
        rng = random.Random(f"{self.seed} {task.number} {leg}")
        return rng.randrange(180, WIDTH - 180), rng.randrange(140, HEIGHT - 140)
