"""Orders of the hub: wanted states of this device, each held under a lease.

A pure state machine. It is told what the hub wants (`change`), what became of it (`confirm`,
`refuse`) and that time passes (`expire`); `wanted` says what to hold now, and each call returns
the reports that the hub is due. `remember` and `recall` carry it over a restart of the agent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import msgspec

from wire.messages import Order, OrderReport, OrderState, Seq

CONFIRM_S = 10.0
"""Seconds after which an order that nobody confirmed is reported as refused; trying goes on."""
LEASE_ENDED = "nothing was heard from the hub for as long as the lock may last without it"
COUNTDOWN_ENDED = "the countdown ended"
NOT_CONFIRMED = "the lock did not come up"


class Kept(msgspec.Struct, frozen=True):
    """An order as it is kept over a restart: seconds that were left at `Memory.saved_at_ms`."""

    order: Order
    lease_left_s: float
    countdown_left_s: float | None


class Memory(msgspec.Struct, frozen=True):
    """What outlives a run of the agent. `counter` is the highest that was ever obeyed."""

    counter: Seq
    saved_at_ms: int
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """An order that the hub named in its last list."""

    order: Order
    lease_ends_s: float
    countdown_ends_s: float
    confirm_by_s: float
    report: OrderReport | None = None

    @property
    def ends_s(self) -> float:
        return min(self.lease_ends_s, self.countdown_ends_s)

    @property
    def is_over(self) -> bool:
        return self.report is not None and self.report.state == "expired"

    @property
    def may_return(self) -> bool:
        """Only its lease ran out: the hub may renew it. A countdown ends for good."""
        return self.is_over and self.countdown_ends_s > self.lease_ends_s


class Orders:
    """The orders in force on one device.

    Guarantees: nothing is held beyond its lease or its countdown; a renewal never lengthens a
    countdown; an order older than the newest ever obeyed is ignored, unless it is already held.
    """

    def __init__(self) -> None:
        self.counter = 0
        self._held: dict[str, _Held] = {}

    @property
    def wanted(self) -> Order | None:
        """The newest order in force, which the pupil's desktop must show; None: none."""
        held = self._newest()
        return held.order if held else None

    def remaining_s(self, now_s: float) -> float | None:
        """Seconds left of the countdown of `wanted`; None: it has none."""
        held = self._newest()
        if held is None or math.isinf(held.countdown_ends_s):
            return None
        return max(0.0, held.countdown_ends_s - now_s)

    @property
    def is_empty(self) -> bool:
        """The hub's last list held nothing, and nothing is left of an earlier run."""
        return not self._held

    @property
    def reports(self) -> tuple[OrderReport, ...]:
        """What is known of every order of the hub's last list."""
        return tuple(held.report for held in self._held.values() if held.report)

    @property
    def next_s(self) -> float:
        """When `expire` next has something to do; infinite: never."""
        return min(
            (min(held.ends_s, _due(held)) for held in self._held.values() if not held.is_over),
            default=math.inf,
        )

    def change(self, orders: tuple[Order, ...], now_s: float) -> list[OrderReport]:
        """Take the hub's whole list; orders that are missing are over."""
        wanted = {order.id: order for order in orders}
        reports = [
            OrderReport(id, "released")
            for id, held in self._held.items()
            if id not in wanted and not held.is_over
        ]
        self._held = {id: held for id, held in self._held.items() if id in wanted}
        for order in sorted(orders, key=lambda order: order.counter):
            self._take(order, now_s)
        return reports + self.expire(now_s)

    def confirm(self, id: str) -> list[OrderReport]:
        """The desktop holds what this order wants; what others want is then held with it."""
        return self._answer(id, "applied", "")

    def refuse(self, id: str, detail: str) -> list[OrderReport]:
        """The desktop cannot hold it now; it goes on trying while the order is in force."""
        return self._answer(id, "refused", detail)

    def expire(self, now_s: float) -> list[OrderReport]:
        """Let time pass."""
        reports = []
        for id, held in self._held.items():
            if held.is_over:
                continue
            if now_s >= held.ends_s:
                ended = held.countdown_ends_s <= now_s
                detail = COUNTDOWN_ENDED if ended else LEASE_ENDED
                reports += self._say(OrderReport(id, "expired", detail))
            elif now_s >= _due(held):
                reports += self._say(OrderReport(id, "refused", NOT_CONFIRMED))
        return reports

    def remember(self, now_s: float, now_ms: int) -> Memory:
        """What to keep on disk."""
        return Memory(
            counter=self.counter,
            saved_at_ms=now_ms,
            kept=tuple(
                Kept(
                    held.order,
                    held.lease_ends_s - now_s,
                    None if math.isinf(held.countdown_ends_s) else held.countdown_ends_s - now_s,
                )
                for held in self._held.values()
                if not held.is_over
            ),
        )

    def recall(self, memory: Memory, now_s: float, now_ms: int) -> None:
        """Take up what an earlier run kept, for what is left of it.

        `now_ms` is wall time. A clock that was put back lengthens nothing beyond what was left
        when the memory was made.
        """
        passed_s = max(0.0, (now_ms - memory.saved_at_ms) / 1000)
        self.counter = max(self.counter, memory.counter)
        for kept in memory.kept:
            countdown = kept.countdown_left_s
            held = _Held(
                order=kept.order,
                lease_ends_s=now_s + min(kept.lease_left_s, kept.order.lease_s) - passed_s,
                countdown_ends_s=math.inf if countdown is None else now_s + countdown - passed_s,
                confirm_by_s=now_s + CONFIRM_S,
            )
            if held.ends_s > now_s:
                self._held[kept.order.id] = held

    def _take(self, order: Order, now_s: float) -> None:
        held = self._held.get(order.id)
        if order.counter < (held.order.counter if held else self.counter):
            return
        if held is not None and order.counter > held.order.counter:
            held = None  # issued anew: everything begins again
        self.counter = max(self.counter, order.counter)
        countdown_ends_s = math.inf if order.remaining_s is None else now_s + order.remaining_s
        if held is None or held.may_return:
            self._held[order.id] = _Held(
                order, now_s + order.lease_s, countdown_ends_s, now_s + CONFIRM_S
            )
        elif not held.is_over:
            self._held[order.id] = replace(
                held,
                order=order,
                lease_ends_s=now_s + order.lease_s,
                countdown_ends_s=min(held.countdown_ends_s, countdown_ends_s),
            )

    def _newest(self) -> _Held | None:
        in_force = [held for held in self._held.values() if not held.is_over]
        return max(in_force, key=lambda held: held.order.counter, default=None)

    def _answer(self, id: str, state: OrderState, detail: str) -> list[OrderReport]:
        if self.wanted is None or self.wanted.id != id:
            return []
        in_force = [held.order.id for held in self._held.values() if not held.is_over]
        return [report for id in in_force for report in self._say(OrderReport(id, state, detail))]

    def _say(self, report: OrderReport) -> list[OrderReport]:
        held = self._held.get(report.id)
        if held is None or held.is_over or held.report == report:
            return []
        self._held[report.id] = replace(held, report=report)
        return [report]


def _due(held: _Held) -> float:
    return held.confirm_by_s if held.report is None else math.inf
