"""Where the orders outlive a restart of the agent: one small file of the pupil's account."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec

from endpoint.orders import Memory
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
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.encode(memory))
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._path)
        except OSError as error:
            _log.warning("the memory of orders cannot be written: %s", error)
