"""Which shard houses which actor: a pure function of the key, the same in every process."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from actors.keys import Key, Kind

DEVICES_PER_SHARD = 5_000
"""The automatic size: one shard housed 5,000 devices in 74 MB."""


@dataclass(frozen=True)
class Placement:
    """Where actors live.

    A site fills as many slots as its devices need, and each slot is a shard of the pool; so the
    number of shards does not depend on the number of devices. One of the `sites` (trust, site),
    which have nodes of their own, has a shard of its own for each slot. With `devices_per_shard`
    1 each device has a shard of its own, made when it is first asked for.
    """

    pool: int
    devices_per_shard: int = 0
    devices: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many devices each (trust, site) had when the runtime started."""
    sites: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        if self.pool < 1:
            raise ValueError("a runtime needs at least one shard")
        if self.devices_per_shard < 0:
            raise ValueError("devices_per_shard is a number of devices, or 0 for automatic")

    @property
    def is_individual(self) -> bool:
        """Whether each device has a shard of its own."""
        return self.devices_per_shard == 1

    def pool_shards(self) -> tuple[str, ...]:
        """The shards that sites share."""
        return tuple(f"pool-{index}" for index in range(self.pool))

    def first_shards(self) -> tuple[str, ...]:
        """The shards that are there from the start."""
        own = (name for site in sorted(self.sites) for name in self.shards_of(*site))
        return (*self.pool_shards(), *own)

    def site_of(self, shard: str) -> tuple[str, str] | None:
        """The site among `sites` to which a shard belongs; None for one of the pool."""
        kind, _, rest = shard.partition(":")
        if kind not in ("site", Kind.DEVICE.value):
            return None
        trust, site, _ = rest.split(":", 2)
        return (trust, site) if (trust, site) in self.sites else None

    def shard_for(self, key: Key) -> str:
        """The shard that houses an actor."""
        if key.kind is Kind.DEVICE and self.is_individual:
            return f"device:{key.trust}:{key.site}:{key.id}"
        slot = _hash(key.id) % self._slots(key.trust, key.site)
        return self._shard(key.trust, key.site, slot)

    def shards_of(self, trust: str, site: str) -> tuple[str, ...]:
        """The shards that house actors of a site, besides those of single devices."""
        slots = range(self._slots(trust, site))
        return tuple(sorted({self._shard(trust, site, slot) for slot in slots}))

    def _slots(self, trust: str, site: str) -> int:
        if self.is_individual:
            return 1
        size = self.devices_per_shard or DEVICES_PER_SHARD
        return max(1, math.ceil(self.devices.get((trust, site), 0) / size))

    def _shard(self, trust: str, site: str, slot: int) -> str:
        if (trust, site) in self.sites:
            return f"site:{trust}:{site}:{slot}"
        first = _hash(f"{trust}/{site}")
        return f"pool-{(first + slot) % self.pool}"


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
