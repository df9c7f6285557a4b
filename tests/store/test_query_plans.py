"""What is asked again and again finds its rows by an index, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy
from sqlalchemy import event

from store.audit import entries
from store.dead_letters import dead_letters
from store.engine import Store
from store.events import day_counts, events_of_site
from store.lessons import running_lessons, teachers_of_running_lesson
from store.records import Act, DeviceEvent
from store.sites import add_site
from store.writing import write_records

pytestmark = pytest.mark.slow

DAY_MS = 86_400_000
SITES = 40
EVENT = DeviceEvent("oak", "s0", "pc1", "e1", 1, "signed_on", "ali", "", 1, 1)
ACT = Act("oak", "s0", "a1", 1, "p1", "Ada", "screens_locked", "l1")

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "events": lambda store: events_of_site(store, "oak", "s3", after=5_000, limit=50),
    "newest events": lambda store: events_of_site(store, "oak", "s3", limit=50, newest_first=True),
    "days": lambda store: day_counts(store, "oak", "1972-06-01"),
    "audit": lambda store: entries(store, "oak", after=4_000, limit=50),
    "newest audit": lambda store: entries(store, "oak", limit=50, newest_first=True),
    "dead letters": lambda store: dead_letters(store, after=10, limit=50),
    "teachers": lambda store: teachers_of_running_lesson(store, "oak", "l1"),
    "lessons": lambda store: running_lessons(store, "oak"),
}


@pytest.fixture
def large(store: Store) -> Store:
    """A store in which reading a whole table would be a waste."""
    with store.writing() as session:
        for number in range(SITES):
            add_site(session, "oak", f"s{number}", "S", 1)
    write_records(
        store,
        [
            replace(EVENT, site=f"s{n % SITES}", seq=n, received_at_ms=n % 901 * DAY_MS)
            for n in range(12_000)
        ],
    )
    write_records(store, [replace(ACT, id=f"a{n}", site=f"s{n % SITES}") for n in range(6_000)])
    with store.writing() as session:
        session.connection().exec_driver_sql("ANALYZE")
    return store


def plans(store: Store, question: Callable[[Store], object]) -> list[str]:
    """The steps by which the database finds what a question asks for."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    try:
        question(store)
    finally:
        event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
    assert asked
    with store.reading() as session:
        connection = session.connection()
        how = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        return [
            str(row[-1])
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"{how} {statement}", parameters)
        ]


def test_nothing_reads_a_whole_large_table(large: Store) -> None:
    for name, question in QUESTIONS.items():
        for step in plans(large, question):
            for table in ("device_events", "site_days", "audit_entries"):
                assert f"SCAN {table}" not in step, (name, step)
                assert f"Seq Scan on {table}" not in step, (name, step)


def test_a_question_without_an_index_would_be_noticed(large: Store) -> None:
    def by_person(store: Store) -> None:
        with store.reading() as session:
            session.connection().execute(
                sqlalchemy.text("SELECT number FROM audit_entries WHERE person = 'p2'")
            ).all()

    steps = " ".join(plans(large, by_person))
    assert "SCAN audit_entries" in steps or "Seq Scan on audit_entries" in steps
