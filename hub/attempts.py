"""Limits on guessing: how often an account, and an address, may fail to sign in."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` failures at once, then one for every `refill_ms`."""

    burst: int
    refill_ms: int


ACCOUNT = Allowance(burst=10, refill_ms=60_000)
ADDRESS = Allowance(burst=100, refill_ms=2_000)
"""Wider than an account's: a whole school may share one address."""


class Attempts:
    """Counts failures in memory, for at most `most_entries` accounts and addresses.

    An attempt is counted when it begins, so that attempts at once are counted too, and taken
    back when it succeeds. Past `most_entries` the one that was quiet longest is forgotten.
    """

    def __init__(
        self, account: Allowance = ACCOUNT, address: Allowance = ADDRESS, most_entries: int = 20_000
    ) -> None:
        self._account = account
        self._address = address
        self._most_entries = most_entries
        self._clear_at_ms: OrderedDict[str, int] = OrderedDict()
        """When every failure so far will be forgiven (the generic cell rate algorithm)."""

    def begin(self, account: str, address: str, now_ms: int) -> int:
        """Count an attempt. Returns 0, or the milliseconds to wait; then nothing was counted."""
        counted = {
            key: (max(self._clear_at_ms.get(key, 0), now_ms) + allowance.refill_ms, allowance)
            for key, allowance in self._pairs(account, address)
        }
        wait_ms = max(
            clear_at_ms - now_ms - allowance.burst * allowance.refill_ms
            for clear_at_ms, allowance in counted.values()
        )
        if wait_ms > 0:
            return wait_ms
        for key, (clear_at_ms, _) in counted.items():
            self._clear_at_ms[key] = clear_at_ms
            self._clear_at_ms.move_to_end(key)
        while len(self._clear_at_ms) > self._most_entries:
            self._clear_at_ms.popitem(last=False)
        return 0

    def succeeded(self, account: str, address: str) -> None:
        """The attempt was no guess: take it back."""
        for key, allowance in self._pairs(account, address):
            if key in self._clear_at_ms:
                self._clear_at_ms[key] -= allowance.refill_ms

    def _pairs(self, account: str, address: str) -> tuple[tuple[str, Allowance], ...]:
        return (f"account {account}", self._account), (f"address {address}", self._address)


def network_of(host: str) -> str:
    """The address that is counted: all of IPv4, the first 64 bits of IPv6."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
