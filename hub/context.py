"""What every route may use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from hub.attempts import Attempts
from hub.day_counts import DayCounts
from hub.lessons import LessonDesk
from hub.metrics import Metrics
from hub.passwords import Passwords
from hub.settings import Settings
from hub.standing import Standing
from store.engine import Store


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the server can serve lessons now, and if not, why."""

    is_ready: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HubContext:
    """The parts of a running hub. `now_ms` is the wall clock, in milliseconds since 1970 UTC."""

    settings: Settings
    store: Store
    lesson_desk: LessonDesk
    now_ms: Callable[[], int]
    readiness: Callable[[], Awaitable[Readiness]]
    on_rights_changed: Callable[[str, str], None]
    """Called with a trust and a person whose session or roles changed: open sockets look again."""
    metrics: Metrics = field(default_factory=Metrics)
    standing: Standing = field(default_factory=Standing)
    day_counts: DayCounts = field(default_factory=DayCounts)
    passwords: Passwords = field(default_factory=Passwords)
    attempts: Attempts = field(default_factory=Attempts)
    starts: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )
    """Held while a lesson of a (trust, site, class) begins: of two teachers at once, one does."""
    audit_checks: WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )
    """Held while the audit record of a trust is checked, which reads all of it."""
