"""Limits on guessing: how often an account, and an address, may fail to sign in."""

from __future__ import annotations

import ipaddress
import math
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
        self._used: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def begin(self, account: str, address: str, now_ms: int) -> int:
        """Count an attempt. Returns 0, or the milliseconds to wait; then nothing was counted."""
        pairs = self._pairs(account, address)
        wait = max(self._wait_ms(key, allowance, now_ms) for key, allowance in pairs)
        if wait == 0:
            for key, allowance in pairs:
                self._used[key] = (self._level(key, allowance, now_ms) + 1, now_ms)
                self._used.move_to_end(key)
            while len(self._used) > self._most_entries:
                self._used.popitem(last=False)
        return wait

    def succeeded(self, account: str, address: str) -> None:
        """The attempt was no guess: take it back."""
        for key, _ in self._pairs(account, address):
            if key in self._used:
                used, at_ms = self._used[key]
                self._used[key] = (max(0.0, used - 1), at_ms)

    def _pairs(self, account: str, address: str) -> tuple[tuple[str, Allowance], ...]:
        return (f"account {account}", self._account), (f"address {address}", self._address)

    def _level(self, key: str, allowance: Allowance, now_ms: int) -> float:
        used, at_ms = self._used.get(key, (0.0, now_ms))
        return max(0.0, used - max(0, now_ms - at_ms) / allowance.refill_ms)

    def _wait_ms(self, key: str, allowance: Allowance, now_ms: int) -> int:
        over = self._level(key, allowance, now_ms) + 1 - allowance.burst
        return math.ceil(over * allowance.refill_ms) if over > 0 else 0


def network_of(host: str) -> str:
    """The address that is counted: all of IPv4, the first 64 bits of IPv6."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
