"""What was acknowledged against what is stored: the verdict of a run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import msgspec

from loadtests.faults.ledger import STATE, Id, Said

ENDS = frozenset({"order_released", "order_expired", "order_refused"})
"""What may be the last that is stored of an order on a device."""
OBSERVED = frozenset({"duplicate_seen"})
"""What the server itself notes of a device's run; it has no number."""
IDLE = frozenset({"screens_unlocked"})
"""Acts that are recorded only where they changed something."""


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as the hub gives it out for a site; `position` rises in the order of storage."""

    position: int
    device: str
    epoch: str
    seq: int
    kind: str
    user: str
    site: str
    subject: str = ""
    detail: str = ""
    lesson: str = ""

    @property
    def id(self) -> Id:
        """The message that made it."""
        return self.device, self.epoch, self.seq


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise: which one, and the evidence."""

    promise: str
    evidence: str


def check_events(
    said: Mapping[Id, Said],
    acknowledged: Set[Id],
    rejected: Set[Id],
    stored: Sequence[StoredEvent],
) -> list[Violation]:
    """Every acknowledged message is stored once, in order, as it was meant, and nothing else is.

    A message that was never acknowledged may be stored or not; stored, it must be right.
    """
    runs = {id_[:2] for id_ in said}
    found: list[Violation] = []
    seen: dict[Id, StoredEvent] = {}
    newest: dict[tuple[str, str], int] = {}
    for event in sorted(stored, key=lambda event: event.position):
        if not event.seq and event.kind in OBSERVED and (event.device, event.epoch) in runs:
            continue
        if event.id in seen:
            found.append(Violation("doubled", f"{event.id} at {event.position}"))
            continue
        seen[event.id] = event
        run = event.device, event.epoch
        if event.seq < newest.get(run, 0):
            found.append(Violation("disordered", f"{event.id} after {newest[run]}"))
        newest[run] = max(event.seq, newest.get(run, 0))
        meant = said.get(event.id)
        if meant is None:
            found.append(Violation("foreign", f"{event.id} {event.kind}"))
        else:
            found += _compare(meant, event)
    for id_ in sorted((acknowledged & said.keys()) - seen.keys()):
        if not said[id_].is_poison:
            found.append(Violation("lost", f"{id_} {said[id_].kind}"))
    both = sorted(id_ for id_ in acknowledged & rejected & said.keys() if not said[id_].is_poison)
    found += [Violation("acknowledged and rejected", str(id_)) for id_ in both]
    return found


def check_orders(
    stored: Iterable[StoredEvent],
    gone: Set[tuple[str, str]] = frozenset(),
    unsure: Set[str] = frozenset(),
) -> list[Violation]:
    """Each order has one end in each run of an agent: the last of its reports, and said once.

    `gone` are runs, as (device, epoch), that ended before they could say how their orders end.
    `unsure` are lessons with a command of which its teacher was told that it may not have been
    stored: an order that was released there may hold again once, when the server died before the
    release was stored.

    An order whose lease ran out may be renewed and then holds again: `order_expired` may be
    followed by `order_applied`, and by nothing else.
    """
    by_order: dict[tuple[str, str, str], list[str]] = {}
    may_return: set[str] = set()
    for event in sorted(stored, key=lambda event: event.position):
        if event.kind.startswith("order_") and (event.device, event.epoch) not in gone:
            key = event.device, event.epoch, event.subject
            by_order.setdefault(key, []).append(event.kind)
            if event.lesson in unsure:
                may_return.add(event.subject)
    return [
        Violation("order without one end", f"{' '.join(key)}: {' '.join(kinds)}")
        for key, kinds in by_order.items()
        if not _has_one_end(kinds, may_return=key[2] in may_return)
    ]


def check_acts(
    answered: Mapping[str, int], unknown: Mapping[str, int], acts: Mapping[str, int]
) -> list[Violation]:
    """Every command that was answered is in the audit record once, and nothing besides.

    Counts by act: answered ones, those of which nobody knows whether they were carried out
    (their connection broke first), and those that are recorded. Of `IDLE` ones, which may find
    nothing to do, fewer may be recorded.
    """
    return [
        Violation("audit", f"{act}: {known} answered, {unknown.get(act, 0)} unknown, {have} stored")
        for act, known in answered.items()
        for have in (acts.get(act, 0),)
        if not (0 if act in IDLE else known) <= have <= known + unknown.get(act, 0)
    ]


def _compare(meant: Said, event: StoredEvent) -> Iterable[Violation]:
    if meant.kind == STATE:
        # Who signed off is known only to the server, and who signed on only to the device.
        meant = msgspec.structs.replace(
            meant,
            kind="signed_on" if meant.user else "signed_off",
            user=meant.user or event.user,
        )
    wrong = [
        f"{name} is {have!r}, not {want!r}"
        for name, have, want in (
            ("kind", event.kind, meant.kind),
            ("user", event.user, meant.user),
            ("subject", event.subject, meant.subject),
            ("site", event.site, meant.site),
        )
        if have != want
    ]
    if meant.detail not in event.detail:
        wrong.append(f"detail is {event.detail!r}, not {meant.detail!r}")
    if wrong:
        yield Violation("misattributed", f"{event.id} {event.kind}: {', '.join(wrong)}")


def _has_one_end(kinds: Sequence[str], *, may_return: bool) -> bool:
    if kinds[-1] not in ENDS:
        return False
    for kind, later in itertools.pairwise(kinds):
        may_follow: dict[str, Set[str]] = {
            "order_released": {"order_applied"} if may_return else set(),
            "order_applied": ENDS,
            "order_expired": {"order_applied"},
            "order_refused": {"order_applied", "order_released", "order_expired"},
        }
        if later not in may_follow.get(kind, ()):
            return False
    return True
