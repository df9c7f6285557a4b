"""`formroom backup`, `restore` and `audit verify`: what they do, and what they say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from store.audit import Verified, entries, verify
from store.backup import Contents, back_up, restore
from store.engine import Store
from store.sites import list_trusts


@dataclass(frozen=True, slots=True)
class Report:
    """What a command has to say, and whether all is well."""

    text: str
    is_well: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a trust's audit record at some time, as it is noted outside the store."""

    trust: str
    number: int
    hash: str
    at_ms: int


def save(database_url: str, file: Path) -> Report:
    """Save the whole database to a new file; raises `store.backup.BackupError`."""
    size = back_up(database_url, file)
    return Report(f"Saved to {file} ({size:,} bytes), readable by its owner only.", True)


def bring_back(database_url: str, file: Path) -> Report:
    """Restore a file into an empty place; raises `store.backup.BackupError`."""
    found = restore(database_url, file)
    return Report(f"Restored from {file}: {_counts(found)}", not found.broken)


def check_audit(store: Store, trust: str, heads: Path | None, now_ms: int) -> Report:
    """Follow the audit record of a trust, or of all ("").

    With a file of `heads` each entry that was noted there must be what it was then, and the
    present ends are noted; kept on another machine, it shows a record that was made anew.
    Raises `ValueError` for an unknown trust or a file that is not one of heads.
    """
    known = [row.id for row in list_trusts(store)]
    if trust and trust not in known:
        raise ValueError(f"there is no trust {trust!r}; there are {', '.join(known) or 'none'}")
    noted = read_heads(heads) if heads else []
    lines: list[str] = []
    new: list[Head] = []
    is_well = True
    for id_ in [trust] if trust else known:
        found = verify(store, id_)
        changed = [head for head in noted if head.trust == id_ and not _holds(store, head)]
        lines.append(_described(id_, found, changed))
        if found.first_broken is not None or changed:
            is_well = False
        elif found.entries:
            new.append(Head(id_, found.entries, found.head, now_ms))
    if heads:
        with heads.open("ab") as file:
            file.writelines(msgspec.json.encode(head) + b"\n" for head in new)
    return Report("\n".join(lines), is_well)


def read_heads(file: Path) -> list[Head]:
    """The heads of a file, none when there is no file yet; raises `ValueError`."""
    if not file.exists():
        return []
    try:
        return [msgspec.json.decode(line, type=Head) for line in file.read_bytes().splitlines()]
    except msgspec.MsgspecError as error:
        raise ValueError(f"{file} is not a file of heads of audit records: {error}") from None


def _holds(store: Store, head: Head) -> bool:
    return [entry.hash for entry in entries(store, head.trust, after=head.number - 1, limit=1)] == [
        head.hash
    ]


def _described(trust: str, found: Verified, changed: list[Head]) -> str:
    if found.first_broken is not None:
        return (
            f"{trust}: BROKEN at entry {found.first_broken:,}; the {found.entries:,} entries "
            "before it are as they were written"
        )
    if changed:
        day = datetime.fromtimestamp(changed[0].at_ms / 1000, UTC).date().isoformat()
        return (
            f"{trust}: BROKEN: entry {changed[0].number:,} is not the one that was noted on "
            f"{day}, so the record was made anew"
        )
    last = f"; the last one's hash is {found.head}" if found.head else ""
    return f"{trust}: {found.entries:,} entries, unbroken{last}"


def _counts(found: Contents) -> str:
    text = (
        f"{found.trusts:,} trusts, {found.people:,} people, {found.devices:,} devices, "
        f"{found.events:,} events, {found.audit_entries:,} audit entries."
    )
    if not found.broken:
        return f"{text} Every audit record is unbroken."
    return f"{text} BROKEN audit record: {', '.join(found.broken)} (see formroom audit verify)."
