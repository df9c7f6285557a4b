"""The plan of a cluster: which shards there are and what they run with, the same for every hub.

It is written once into the cluster and never changed: another one takes its place as a whole,
under the next *generation*, and the shards of the one before it end.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

import msgspec

from actors.placement import Placement

CORES_PER_SHARD = 2


class Plan(msgspec.Struct, frozen=True):
    """What the shards of one generation run with.

    `order` decides which of two plans stays: the newer version of Formroom, then the higher
    `revision` that the operator chose. Of two equal ones the one that is there stays.
    """

    version: str
    revision: int
    shards: int
    """The number of shards that the operator chose; 0: from the cores."""
    pool: int
    """The number of shards that sites share."""
    devices_per_shard: int
    order_lease_s: float
    database: str
    """A digest of the address of the database, which may hold a password."""
    devices: tuple[tuple[str, str, int], ...] = ()
    """How many devices each (trust, site) had when the plan was made."""
    sites: tuple[tuple[str, str], ...] = ()
    """The (trust, site) that have shards of their own, on their own nodes while there are any."""

    @property
    def order(self) -> tuple[tuple[int, ...], int]:
        """What decides between two plans; the greater one stays."""
        return tuple(int(part) for part in re.findall(r"\d+", self.version)), self.revision

    @property
    def placement(self) -> Placement:
        """Where actors live by this plan."""
        counts = {(trust, site): count for trust, site, count in self.devices}
        return Placement(self.pool, self.devices_per_shard, counts, frozenset(self.sites))

    def with_sites(self, sites: Iterable[tuple[str, str]]) -> Plan:
        """The same plan, in which these sites have shards of their own too."""
        return msgspec.structs.replace(self, sites=tuple(sorted({*self.sites, *sites})))

    def difference(self, other: Plan) -> str:
        """The settings in which another plan differs, in words; "" when they can share shards."""
        names = {
            "shards": (self.shards, other.shards),
            "devices_per_shard": (self.devices_per_shard, other.devices_per_shard),
            "order_lease_s": (self.order_lease_s, other.order_lease_s),
            "database_url": (self.database, other.database),
        }
        return ", ".join(name for name, (mine, its) in names.items() if mine != its)


def make_plan(
    *,
    version: str,
    revision: int,
    shards: int,
    cores: int,
    devices_per_shard: int,
    order_lease_s: float,
    database_url: str,
    devices: Mapping[tuple[str, str], int],
) -> Plan:
    """A plan of these settings on a machine of so many cores, for these numbers of devices at each
    (trust, site)."""
    return Plan(
        version=version,
        revision=revision,
        shards=shards,
        pool=shards or max(1, cores // CORES_PER_SHARD),
        devices_per_shard=devices_per_shard,
        order_lease_s=order_lease_s,
        database=hashlib.blake2b(database_url.encode(), digest_size=8).hexdigest(),
        devices=tuple(sorted((trust, site, count) for (trust, site), count in devices.items())),
    )


def encode_plan(plan: Plan) -> bytes:
    """The plan as JSON, which versions that do not know each other can read."""
    return msgspec.json.encode(plan)


def decode_plan(data: bytes) -> Plan:
    """The plan written as `data`; raises `ValueError`."""
    return msgspec.json.decode(data, type=Plan)
