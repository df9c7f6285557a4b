"""What the school must know of the agent itself: reported at once, and then once a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wire.messages import EventKind, EventReported, Message

AGAIN_S = 60.0
"""What goes on happening is reported again after this long, with how often it did."""


@dataclass(slots=True)
class _Going:
    until_s: float
    times: int = 0
    detail: str = ""


class Incidents:
    """Posts `event_reported`; `user` names the account that is signed on. Pure, but for `post`.

    Guarantees: nothing that happened is left out, and nothing that happens all the time (a pupil
    who ends the notice again and again) fills the outbox: `look` has to be called now and then.
    """

    def __init__(
        self,
        post: Callable[[Message], object],
        now_ms: Callable[[], int],
        clock: Callable[[], float],
        user: Callable[[], str],
    ) -> None:
        self._post = post
        self._now_ms = now_ms
        self._clock = clock
        self._user = user
        self._going: dict[EventKind, _Going] = {}

    def report(self, kind: EventKind, *, count: int = 0, detail: str = "") -> None:
        """Something happened that does not happen all the time."""
        self._post(EventReported(kind, self._now_ms(), count, detail[:2000], self._user()))

    def happen(self, kind: EventKind, detail: str) -> None:
        """Something happened that may happen again at once."""
        going = self._going.get(kind)
        if going is None:
            self._going[kind] = _Going(self._clock() + AGAIN_S)
            self.report(kind, detail=detail)
        else:
            going.times += 1
            going.detail = detail

    def look(self) -> None:
        """Let time pass: report what went on happening."""
        now_s = self._clock()
        for kind, going in list(self._going.items()):
            if now_s < going.until_s:
                continue
            if not going.times:
                del self._going[kind]
                continue
            self._going[kind] = _Going(now_s + AGAIN_S)
            self.report(kind, count=going.times, detail=going.detail)
