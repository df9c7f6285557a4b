"""The index adds up in the open, never falls when things get worse, and forgets the annulled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.phrases import Category, Intent
from safeguarding.risk import (
    DAY_MS,
    EventFacts,
    Hours,
    MatchFacts,
    PastEvent,
    RiskPoints,
    risk_index,
)

NOW_MS = 400 * DAY_MS
matches = st.builds(
    MatchFacts,
    st.sampled_from(Category),
    st.integers(1, 5),
    st.sampled_from(Intent),
    st.booleans(),
)
events = st.builds(
    EventFacts,
    st.just(NOW_MS),
    st.lists(matches, min_size=1, max_size=4).map(tuple),
    st.sampled_from(Hours),
    st.booleans(),
    st.sampled_from(["", "Macbeth"]),
    st.booleans(),
    st.booleans(),
)
pasts = st.builds(
    PastEvent,
    st.integers(NOW_MS - 200 * DAY_MS, NOW_MS + DAY_MS),
    st.frozensets(st.sampled_from(Category), min_size=1, max_size=3),
    st.booleans(),
)
histories = st.lists(pasts, max_size=6)


def one(severity: int, intent: Intent = Intent.EXPRESSION, **facts: object) -> EventFacts:
    match = MatchFacts(Category.SUICIDE, severity, intent)
    return EventFacts(NOW_MS, (match,), **facts)  # type: ignore[arg-type]


@given(events, histories)
def test_the_lines_add_up(event: EventFacts, history: list[PastEvent]) -> None:
    index = risk_index(event, history)
    assert 0 <= index.total <= 100
    assert sum(line.points for line in index.lines) == index.total
    assert all(isinstance(line.points, int) and line.reason for line in index.lines)


@given(events, histories, st.data())
def test_more_severity_never_lowers_it(
    event: EventFacts, history: list[PastEvent], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(event.matches) - 1))
    match = event.matches[at]
    worse = replace(match, severity=data.draw(st.integers(match.severity, 5)))
    changed = replace(event, matches=(*event.matches[:at], worse, *event.matches[at + 1 :]))
    assert risk_index(changed, history).total >= risk_index(event, history).total


@given(events, histories, st.data())
def test_planning_never_lowers_it(
    event: EventFacts, history: list[PastEvent], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(event.matches) - 1))
    planned = replace(event.matches[at], intent=Intent.PLANNING)
    changed = replace(event, matches=(*event.matches[:at], planned, *event.matches[at + 1 :]))
    assert risk_index(changed, history).total >= risk_index(event, history).total


@given(events, histories, pasts)
def test_repetition_never_lowers_it(
    event: EventFacts, history: list[PastEvent], past: PastEvent
) -> None:
    assert risk_index(event, [*history, past]).total >= risk_index(event, history).total


@given(events, histories, pasts)
def test_annulled_events_count_nothing(
    event: EventFacts, history: list[PastEvent], past: PastEvent
) -> None:
    annulled = replace(past, is_annulled=True)
    assert risk_index(event, [*history, annulled]) == risk_index(event, history)


def test_history_fades() -> None:
    def points(days: int) -> int:
        past = PastEvent(NOW_MS - days * DAY_MS, frozenset({Category.SUICIDE}))
        return risk_index(one(3), [past]).total - risk_index(one(3), []).total

    assert [points(days) for days in (0, 30, 60, 179, 181)] == [10, 5, 2, 0, 0]


def test_events_of_another_kind_are_not_held_against_a_pupil() -> None:
    past = PastEvent(NOW_MS - DAY_MS, frozenset({Category.DRUGS}))
    assert risk_index(one(3), [past]) == risk_index(one(3), [])


def test_a_set_text_makes_it_low_and_says_so() -> None:
    index = risk_index(one(3, set_topic="Macbeth"), [])
    assert index.total < 20
    assert "a teacher set “Macbeth” for this class" in [line.reason for line in index.lines]


def test_time_counts_only_where_it_is_recorded() -> None:
    assert risk_index(one(3, hours=Hours.OUT), []).total == 50
    assert risk_index(one(3, hours=Hours.IN, is_local=True), []).total == 30
    assert risk_index(one(3, hours=Hours.NOT_RECORDED, is_local=True), []).total == 40


def test_a_shared_account_is_said_and_counts_nothing() -> None:
    index = risk_index(one(3, is_shared_sign_in=True), [])
    assert index.total == 40
    assert index.lines[-1].points == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"severities": (5, 20, 40, 60)},
        {"severities": (50, 20, 40, 60, 85)},
        {"planning": -1},
        {"set_topic": 5},
        {"half_life_days": 0},
        {"earlier_event_most": 5},
    ],
)
def test_points_that_would_break_the_promise_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"points|severities|earlier"):
        RiskPoints(**wrong)  # type: ignore[arg-type]
