"""Calls of Ray actors: each has a deadline, and fails as the ports say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from ray.exceptions import RayError, RayTaskError

from actors.ports import RecordRefused, ShardUnavailable
from store.lives import Fenced

CALL_S = 10.0
"""A call that takes longer is given up; the caller sends the batch again."""
PING_S = 3.0

_log = structlog.get_logger(__name__)


async def call(make: Callable[[], Awaitable[Any]], timeout_s: float = CALL_S) -> Any:
    """The result of one call; `make` makes it.

    Raises what the ports promise (`RecordRefused`, `Fenced`, `ShardUnavailable`); whatever else
    went wrong there or on the way is a `ShardUnavailable`.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await make()
    except RayTaskError as error:
        cause = error.cause
        if isinstance(cause, RecordRefused | ShardUnavailable | Fenced):
            raise type(cause)(str(cause)) from None
        _log.error("call_failed", error=str(error)[:2000])
        raise ShardUnavailable(f"{type(cause).__name__}: {cause}"[:300]) from error
    except (RayError, TimeoutError) as error:
        raise ShardUnavailable(f"{type(error).__name__}: {error}"[:300]) from error
