"""What a shard died of, kept for a human."""

from __future__ import annotations

import asyncio

import structlog

from actors.keys import Key
from actors.ports import Item, Runtime, ShardUnavailable
from store.dead_letters import DeadLetter

RETRY_S = 1.0
REASON = "A shard's process ended each time it was given this."

_log = structlog.get_logger(__name__)


def letter_of(item: Item, at_ms: int) -> DeadLetter:
    """A frame with its payload in hexadecimal, or a command in words."""
    if type(item) is tuple:
        text, session, name, seq, payload = item
        key = Key.parse(text)
        content = f"{name} {seq} on connection {session}: {payload.hex()}"
        return DeadLetter(key.trust, key.site, key.id, "frame", REASON, content, at_ms)
    about = getattr(item, "device", None) or getattr(item, "classroom", None)
    where = (about.trust, about.site, about.id) if isinstance(about, Key) else ("", "", "")
    return DeadLetter(*where, "command", REASON, repr(item), at_ms)


async def keep(runtime: Runtime, item: Item, at_ms: int) -> None:
    """Have the archivist keep it; tries until it could."""
    letter = letter_of(item, at_ms)
    while True:
        try:
            return await runtime.keep_dead_letter(letter)
        except ShardUnavailable as error:
            _log.warning("dead_letter_not_kept", error=str(error))
            await asyncio.sleep(RETRY_S)
