"""Two computers with one enrolment: noticed when one that was replaced proves to be alive."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

ANSWER_MS = 5_000
"""How long a connection that was replaced has to prove that its agent lives."""
SHOWN_MS = 90_000
"""How long a duplicate is shown after the last sign of it; they take turns more often."""
EPOCHS = 8
PROOF = "state_reported"


@dataclass(frozen=True, slots=True)
class Former:
    """The connection that another run of the agent has replaced."""

    hub: str
    session: int
    epoch: str
    until_ms: int


class Doubles:
    """What tells two agents of one device from one agent that was started again.

    A run that ended never says anything again. So when another run replaces a connection, the
    older one is asked for its state before it is closed; an answer is proof of two that live, and
    so is a run that comes back after another one.
    """

    def __init__(self) -> None:
        self.former: Former | None = None
        self.shown_until_ms: int | None = None
        self._epochs: deque[str] = deque(maxlen=EPOCHS)

    def replace(self, hub: str, session: int, epoch: str, now_ms: int) -> None:
        """A connection of this run was replaced by one of another run; it is to be asked."""
        self.former = Former(hub, session, epoch, now_ms + ANSWER_MS)

    def is_back(self, epoch: str, before: str, now_ms: int) -> bool:
        """A run connects, after `before` did; whether it was here before that, and so lives beside
        another one."""
        if epoch == before:
            return False
        self._epochs.append(before)
        return epoch in self._epochs and self._show(now_ms)

    def hear(self, session: int, name: str, now_ms: int) -> Former | None:
        """A frame of a connection that is not the present one; the duplicate, if it proves one."""
        former = self.former
        if former is None or former.session != session or name != PROOF:
            return None
        self.former = None
        self._show(now_ms)
        return former

    def expire(self, now_ms: int) -> Former | None:
        """Let time pass; the connection that gave no answer, and can be closed."""
        if self.shown_until_ms is not None and now_ms >= self.shown_until_ms:
            self.shown_until_ms = None
        former = self.former
        if former is None or now_ms < former.until_ms:
            return None
        self.former = None
        return former

    def forget(self, session: int) -> None:
        """A connection ended."""
        if self.former and self.former.session == session:
            self.former = None

    def expiries(self) -> list[int]:
        """When something runs out."""
        times = [self.shown_until_ms, self.former.until_ms if self.former else None]
        return [at_ms for at_ms in times if at_ms is not None]

    def _show(self, now_ms: int) -> bool:
        self.shown_until_ms = now_ms + SHOWN_MS
        return True
