"""The lock that is wanted of one device, and what the device says of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from actors.messages import WantedLock
from wire.messages import Order, OrderReport

LockReport = Literal["", "sent", "applied", "refused", "expired"]
REPORTS = 16
"""Reports kept of one device: as many orders as it may hold."""


class Locking:
    """At most one lock at a time.

    Guarantees: each lock that takes the place of another goes out with a higher counter, also
    one that was issued earlier; a report counts whether it came before or after the lock.
    """

    def __init__(self, lease_s: float) -> None:
        self.wanted: WantedLock | None = None
        self._lease_s = lease_s
        self._counter = 0
        self._reports: dict[str, LockReport] = {}

    def want(self, lock: WantedLock | None, now_ms: int) -> bool:
        """This lock, or none, is wanted from now on; whether it is another one than before."""
        if lock == self.wanted:
            return False
        self.wanted = lock
        self._counter = max(self._counter + 1, now_ms)
        return True

    def expire(self, now_ms: int) -> bool:
        """Let go of a lock whose time is up; whether there was one."""
        lock = self.wanted
        if lock is None or lock.ends_at_ms is None or lock.ends_at_ms > now_ms:
            return False
        return self.want(None, now_ms)

    def report(self, reports: Iterable[OrderReport]) -> None:
        """The device says what became of orders."""
        for report in reports:
            self._reports.pop(report.id, None)
            if report.state != "released":
                self._reports[report.id] = report.state
        while len(self._reports) > REPORTS:
            del self._reports[next(iter(self._reports))]

    def forget_reports(self) -> None:
        """The connection is another one; the device will say again what it holds."""
        self._reports.clear()

    def state(self, is_connected: bool) -> LockReport:
        """What consoles show of the lock."""
        if self.wanted is None or not is_connected:
            return ""
        return self._reports.get(self.wanted.id, "sent")

    def orders(self, now_ms: int) -> tuple[Order, ...]:
        """The whole list of orders for the device."""
        lock = self.wanted
        if lock is None:
            return ()
        left_ms = None if lock.ends_at_ms is None else max(0, lock.ends_at_ms - now_ms)
        return (
            Order(
                id=lock.id,
                kind="lock",
                counter=self._counter,
                lease_s=self._lease_s,
                message=lock.message,
                remaining_s=None if left_ms is None else left_ms / 1000,
                issued_by=lock.issued_by,
            ),
        )
