"""Entries for the audit record: who did what to whose device, once for each real change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from actors.keys import Key
from actors.viewing import CONTROLLING, Entry
from store.records import Act


def act(
    key: Key,
    verb: str,
    person: str,
    person_name: str,
    at_ms: int,
    *same: object,
    subject: str = "",
    pupil: str = "",
    detail: str = "",
) -> Act:
    """An act at an actor of `key`'s site. Two acts with the same `verb` and `same` are one."""
    text = "\n".join((key.trust, key.site, verb, *map(str, same)))
    id_ = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Act(key.trust, key.site, id_, at_ms, person, person_name, verb, subject, pupil, detail)


def viewing_acts(
    device: Key, pupil: str, before: Entry | None, after: Entry | None, now_ms: int
) -> Iterator[Act]:
    """What it means that this viewer's entry at a device became that one.

    A tile on the wall is no act of its own. `pupil` is the account that is signed on.
    """
    entry = after or before
    assert entry is not None

    def one(verb: str, since_ms: int, at_ms: int, detail: str = "") -> Act:
        same = (device.id, entry.id, detail, since_ms)
        return act(
            device, verb, entry.person, entry.name, at_ms, *same,
            subject=device.id, pupil=pupil, detail=detail,
        )  # fmt: skip

    if before and _holds(before) and not (after and _holds(after)):
        yield one("control_released", before.mode_ms, now_ms, before.mode)
    if before and _is_open(before) and not (after and _is_open(after)):
        yield one("screen_closed", before.opened_ms, now_ms)
    if after and _is_open(after) and not (before and _is_open(before)):
        yield one("screen_viewed", after.opened_ms, after.opened_ms)
    if after and _holds(after) and not (before and before.mode == after.mode):
        yield one("control_taken", after.mode_ms, after.mode_ms, after.mode)


def _is_open(entry: Entry) -> bool:
    return entry.mode != "wall"


def _holds(entry: Entry) -> bool:
    return entry.mode in CONTROLLING
