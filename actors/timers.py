"""When each actor of a shard has to be woken next."""

from __future__ import annotations

import heapq
from collections.abc import Iterator


class Timers:
    """One time for each actor, by its key as text: the earliest that was asked for."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, str]] = []
        self._times: dict[str, int] = {}

    @property
    def next_ms(self) -> int | None:
        """When something is due."""
        return self._heap[0][0] if self._heap else None

    def set(self, text: str, at_ms: int | None) -> None:
        """Wake this actor then, unless it is woken earlier; None: it asks for nothing."""
        known = self._times.get(text)
        if at_ms is None or (known is not None and known <= at_ms):
            return
        self._times[text] = at_ms
        heapq.heappush(self._heap, (at_ms, text))

    def take_due(self, now_ms: int) -> Iterator[str]:
        """The actors whose time has come; each has to ask anew."""
        while self._heap and self._heap[0][0] <= now_ms:
            at_ms, text = heapq.heappop(self._heap)
            if self._times.get(text) == at_ms:
                del self._times[text]
                yield text
