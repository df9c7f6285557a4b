"""The server's program, with shards that die of one window title: for tests/integration."""

from __future__ import annotations

import os
from collections.abc import Sequence

from actors.cluster import runtime
from actors.ports import Delivered, Item
from hub.__main__ import main

POISON = "this ends the process"


def deadly(kind: type) -> type:
    """Shards of this kind, but mortal. Made in a function, so that Ray takes the class along."""
    words = POISON.encode()

    class Deadly(kind):  # type: ignore[misc]
        async def deliver(
            self, hub: str, epoch: str, after: int, items: Sequence[Item]
        ) -> Delivered:
            for item in items:
                if type(item) is tuple and words in item[4]:
                    device = self._house._devices.get(item[0])
                    if device is not None and device.is_attached(item[1]):
                        os._exit(9)
            delivered: Delivered = await super().deliver(hub, epoch, after, items)
            return delivered

    return Deadly


if __name__ == "__main__":
    runtime.ShardActor = deadly(runtime.ShardActor)  # type: ignore[misc]
    main()
