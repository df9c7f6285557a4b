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
    number of shards does not depend on the number of devices. With `devices_per_shard` 1 each
    device has a shard of its own, made when it is first asked for.
    """

    pool: int
    devices_per_shard: int = 0
    devices: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many devices each (trust, site) had when the runtime started."""

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
        """The shards that are there from the start."""
        return tuple(f"pool-{index}" for index in range(self.pool))

    def shard_for(self, key: Key) -> str:
        """The shard that houses an actor."""
        if key.kind is Kind.DEVICE and self.is_individual:
            return f"device:{key.trust}:{key.site}:{key.id}"
        slot = _hash(key.id) % self._slots(key.trust, key.site)
        return self._pool_shard(key.trust, key.site, slot)

    def shards_of(self, trust: str, site: str) -> tuple[str, ...]:
        """The shards of the pool that house actors of a site."""
        slots = range(self._slots(trust, site))
        return tuple(sorted({self._pool_shard(trust, site, slot) for slot in slots}))

    def _slots(self, trust: str, site: str) -> int:
        if self.is_individual:
            return 1
        size = self.devices_per_shard or DEVICES_PER_SHARD
        return max(1, math.ceil(self.devices.get((trust, site), 0) / size))

    def _pool_shard(self, trust: str, site: str, slot: int) -> str:
        first = _hash(f"{trust}/{site}")
        return f"pool-{(first + slot) % self.pool}"


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
