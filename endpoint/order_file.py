"""Where the orders outlive a restart of the agent: one small file of the pupil's account."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from endpoint.orders import Memory
from endpoint.private_file import replace_private
from wire.session import DeviceIdentity

_log = logging.getLogger(__name__)


class OrderFile:
    """The memory of one device's orders. Written atomically, readable by its owner alone.

    A file that cannot be read or written costs the memory, never the lock: it is logged.
    """

    def __init__(self, folder: Path, identity: DeviceIdentity) -> None:
        name = f"orders-{identity.trust}-{identity.site}-{identity.device}.json"
        self._path = folder / name

    def read(self) -> Memory | None:
        """What was kept; None: nothing, or nothing that can be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Memory)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            _log.warning("the memory of orders cannot be read: %s", error)
            return None

    def write(self, memory: Memory) -> None:
        """Replace what was kept."""
        try:
            replace_private(self._path, msgspec.json.encode(memory))
        except OSError as error:
            _log.warning("the memory of orders cannot be written: %s", error)
