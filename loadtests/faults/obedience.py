"""How a simulated device obeys orders: as the real agent does, without a screen."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

from wire.messages import Order, OrderReport, OrderState

REFUSED_SHARE = 0.03
"""How many of the orders a device says that it cannot carry out."""
APPLY_S = (0.05, 0.4)


@dataclass(slots=True)
class _Held:
    apply_s: float
    lease_ends_s: float
    countdown_ends_s: float
    state: OrderState | None = None


class Obedience:
    """The orders of one device. Each call returns the reports that are due.

    An order is applied or refused once, and then released or expired once; one whose countdown
    ended is not taken up again, one whose lease ran out is when it is renewed.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._orders: dict[str, _Held] = {}

    @property
    def held(self) -> frozenset[str]:
        """Orders in force here."""
        return frozenset(id_ for id_, one in self._orders.items() if one.state != "expired")

    @property
    def reports(self) -> tuple[OrderReport, ...]:
        """What became of each order of the hub's last list."""
        return tuple(OrderReport(id_, one.state) for id_, one in self._orders.items() if one.state)

    def change(self, orders: Iterable[Order], now_s: float) -> list[OrderReport]:
        """Take the hub's whole list; orders that are missing are over."""
        wanted = {order.id: order for order in orders}
        over = [
            OrderReport(id_, "released")
            for id_, one in self._orders.items()
            if id_ not in wanted and one.state in ("applied", "refused")
        ]
        self._orders = {id_: one for id_, one in self._orders.items() if id_ in wanted}
        for id_, order in wanted.items():
            self._take(id_, order, now_s)
        return over

    def tick(self, now_s: float) -> list[OrderReport]:
        """Let time pass."""
        reports = []
        for id_, one in self._orders.items():
            if one.state == "expired":
                continue
            if one.state is not None and now_s >= min(one.lease_ends_s, one.countdown_ends_s):
                one.state = "expired"
            elif one.state is None and now_s >= one.apply_s:
                one.state = "refused" if self._rng.random() < REFUSED_SHARE else "applied"
            else:
                continue
            reports.append(OrderReport(id_, one.state))
        return reports

    def _take(self, id_: str, order: Order, now_s: float) -> None:
        held = self._orders.get(id_)
        countdown_s = math.inf if order.remaining_s is None else now_s + order.remaining_s
        if held is None:
            apply_s = now_s + self._rng.uniform(*APPLY_S)
            self._orders[id_] = _Held(apply_s, now_s + order.lease_s, countdown_s)
            return
        if held.state == "expired":
            if held.countdown_ends_s <= held.lease_ends_s:
                return
            held.state, held.apply_s = None, now_s
        held.lease_ends_s = now_s + order.lease_s
        held.countdown_ends_s = min(held.countdown_ends_s, countdown_s)
