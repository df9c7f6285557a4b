"""The risk index: whole numbers that are added up in the open, line by line.

index = severity's points + named adjustments, within 0 and 100. Nothing else changes it. It
orders a list for people; it decides nothing. Ethnicity, religion, language, sex and special needs
are no inputs, and there is no place for them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from safeguarding.phrases import SEVERITIES, Category, Intent

DAY_MS = 24 * 60 * 60 * 1000
HISTORY_DAYS = 180
"""Older events count nothing."""


@dataclass(frozen=True, slots=True)
class RiskPoints:
    """The numbers of the formula, as a trust publishes them. Points, but for `half_life_days`."""

    severities: tuple[int, ...] = (5, 20, 40, 60, 85)
    planning: int = 10
    further_category: int = 5
    further_category_most: int = 10
    earlier_event: int = 10
    """For an earlier event of the same category that was just now; half of it after a half-life."""
    earlier_event_most: int = 20
    half_life_days: int = 30
    out_of_hours: int = 10
    vulnerable: int = 10
    local_application: int = -10
    """In school hours, in an application that reaches nobody."""
    set_topic: int = -25
    hard_to_read: int = -5

    def __post_init__(self) -> None:
        rising = (
            *self.severities,
            *(self.planning, self.further_category, self.earlier_event),
            *(self.out_of_hours, self.vulnerable),
        )
        falling = (self.local_application, self.set_topic, self.hard_to_read)
        if len(self.severities) != len(SEVERITIES) or list(self.severities) != sorted(
            self.severities
        ):
            raise ValueError("five severities need five numbers of points that never fall")
        if min(rising) < 0 or max(falling) > 0 or self.half_life_days < 1:
            raise ValueError("points that raise are at least 0, points that lower at most 0")
        if self.earlier_event_most < self.earlier_event:
            raise ValueError("all earlier events together count at least as much as one")


class Hours(StrEnum):
    """When something was written, seen from the school."""

    IN = "in"
    OUT = "out"
    NOT_RECORDED = "not_recorded"
    """The school does not record the hours of this device lawfully, or not at all."""


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """What one match says to the index."""

    category: Category
    severity: int
    intent: Intent
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An earlier event of the same pupil. An annulled one counts nothing, also afterwards."""

    at_ms: int
    categories: frozenset[Category]
    is_annulled: bool = False


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Everything that the index may take into account."""

    at_ms: int
    matches: tuple[MatchFacts, ...]
    hours: Hours = Hours.NOT_RECORDED
    is_local: bool = False
    """Written in an application that reaches nobody, as a word processor."""
    set_topic: str = ""
    """The set text or topic that a teacher registered for the pupil's class and that fits."""
    is_vulnerable: bool = False
    """Staff marked the pupil, with a reason and an end date."""
    is_shared_sign_in: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the arithmetic, in words that staff and families read."""

    reason: str
    points: int


@dataclass(frozen=True, slots=True)
class RiskIndex:
    """An index of 0 to 100, and how it came about: the points of the lines add up to it."""

    total: int
    lines: tuple[Line, ...]


def risk_index(
    event: EventFacts, history: Iterable[PastEvent], points: RiskPoints | None = None
) -> RiskIndex:
    """The index of an event with at least one match.

    Guarantees: more severity, planning or repetition never lowers it; events that were annulled,
    or that came later, change nothing.
    """
    points = points or RiskPoints()
    worst = max(event.matches, key=lambda match: match.severity)
    lines = [
        Line(f"severity {worst.severity}", points.severities[worst.severity - 1]),
        *_further(event.matches, worst, points),
        *_earlier(event, history, points),
        *_circumstances(event, points),
    ]
    total = sum(line.points for line in lines)
    if total > 100:
        lines.append(Line("an index ends at 100", 100 - total))
    elif total < 0:
        lines.append(Line("an index begins at 0", -total))
    return RiskIndex(min(100, max(0, total)), tuple(lines))


def _further(matches: Sequence[MatchFacts], worst: MatchFacts, points: RiskPoints) -> list[Line]:
    lines = []
    if any(match.intent is Intent.PLANNING for match in matches):
        lines.append(Line("words of a plan", points.planning))
    others = {match.category for match in matches} - {worst.category}
    if others:
        most = points.further_category_most
        names = " and ".join(sorted(other.value.replace("_", " ") for other in others))
        lines.append(Line(f"also {names}", min(most, points.further_category * len(others))))
    return lines


def _earlier(event: EventFacts, history: Iterable[PastEvent], points: RiskPoints) -> list[Line]:
    categories = {match.category for match in event.matches}
    ages = sorted(
        (event.at_ms - past.at_ms) // DAY_MS
        for past in history
        if not past.is_annulled
        and not categories.isdisjoint(past.categories)
        and 0 <= event.at_ms - past.at_ms < HISTORY_DAYS * DAY_MS
    )
    if not ages:
        return []
    weight = sum(points.earlier_event * 0.5 ** (age / points.half_life_days) for age in ages)
    many = "an earlier event" if len(ages) == 1 else f"{len(ages)} earlier events"
    newest = {0: "within a day", 1: "a day before"}.get(ages[0], f"{ages[0]} days before")
    reason = f"{many} of this kind, the last {newest}"
    return [Line(reason, min(points.earlier_event_most, round(weight)))]


def _circumstances(event: EventFacts, points: RiskPoints) -> list[Line]:
    lines = []
    if event.hours is Hours.OUT:
        lines.append(Line("out of school hours", points.out_of_hours))
    if event.hours is Hours.IN and event.is_local:
        reason = "in school hours, in an application that reaches nobody"
        lines.append(Line(reason, points.local_application))
    if event.is_vulnerable:
        lines.append(Line("staff marked this pupil as vulnerable", points.vulnerable))
    if event.set_topic:
        reason = f"a teacher set “{event.set_topic}” for this class"
        lines.append(Line(reason, points.set_topic))
    if all(match.is_hidden for match in event.matches):
        lines.append(Line("read from unusual spelling, less certain", points.hard_to_read))
    if event.is_shared_sign_in:
        lines.append(Line("a shared account: who wrote it is uncertain", 0))
    return lines
