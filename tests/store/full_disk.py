"""A program that may write no more than so much, and then may again.

`python -m tests.store.full_disk URL BYTES`: writes through the archivist until it is refused,
looks whether reading goes on, gets its room back and writes on. Prints what it found as JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from dataclasses import replace

from actors.archivist import Archivist
from actors.ports import ShardUnavailable
from store.engine import open_store
from store.events import events_of_site
from store.records import DeviceEvent

EVENT = DeviceEvent("oak", "hill", "pc1", "e1", 1, "signed_on", "ali", "", 1, 2, "", "x" * 500)


async def main(url: str, size_bytes: int) -> dict[str, object]:
    """Run it once."""
    store = open_store(url)
    archivist = Archivist(store, lambda: 5.0)
    life = await archivist.begin_life("pool-1")
    seq = 0

    async def commit() -> bool:
        nonlocal seq
        batch = [replace(EVENT, seq=seq + offset) for offset in range(50)]
        try:
            await archivist.commit(batch, "pool-1", life)
        except ShardUnavailable:
            return False
        seq += 50
        return True

    def stored() -> list[int]:
        return [one.event.seq for one in events_of_site(store, "oak", "hill", limit=10**9)]

    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, unlimited[1]))
    while await commit():
        pass
    refusals = [await commit() for _ in range(3)]
    found = {"acknowledged": seq, "refusals": refusals, "read_while_full": stored()}
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    found["after"] = await commit()
    found["stored"] = stored()
    store.close()
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], int(sys.argv[2])))))
