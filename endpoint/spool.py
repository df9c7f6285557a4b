"""Where durable messages that no hub has acknowledged outlive a restart of the agent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from endpoint.private_file import replace_private
from wire.messages import EarlierReported
from wire.session import DeviceIdentity

MOST = 1_000
"""Messages that are kept, the newest; the file stays below a megabyte."""

_log = logging.getLogger(__name__)
_decode = msgspec.json.Decoder(tuple[EarlierReported, ...]).decode


class Spool:
    """One small file, readable by its owner alone; it holds durable messages and nothing else.

    A file that cannot be read or written is logged, and costs only what a restart would lose.
    """

    def __init__(self, folder: Path, identity: DeviceIdentity) -> None:
        self._path = folder / f"spool-{identity.trust}-{identity.site}-{identity.device}.json"
        self._is_empty = False

    def read(self) -> tuple[EarlierReported, ...]:
        """What earlier runs could not deliver, oldest first."""
        try:
            return _decode(self._path.read_bytes())
        except FileNotFoundError:
            self._is_empty = True
        except (OSError, msgspec.MsgspecError) as error:
            _log.warning("the spool cannot be read: %s", error)
        return ()

    def keep(self, messages: Sequence[EarlierReported]) -> None:
        """These are all that is not acknowledged; on the disk when this returns."""
        try:
            if messages:
                replace_private(self._path, msgspec.json.encode(messages[-MOST:]))
            elif not self._is_empty:
                self._path.unlink(missing_ok=True)
            self._is_empty = not messages
        except OSError as error:
            _log.warning("the spool cannot be written: %s", error)
