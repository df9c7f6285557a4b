"""The audit record is read by admins, each of their sites, and its chain is checked whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import httpx
import pytest

from safeguarding.permissions import Grant, Role
from store.engine import Store
from store.people import set_roles
from store.records import Act
from store.writing import write_records
from tests.hub.school import NOW_MS, School


def act(number: int, site: str = "hill", trust: str = "oak", detail: str = "") -> Act:
    return Act(
        trust, site, f"{trust}-{number}", NOW_MS + number, "ada", "Ada", "screen_viewed",
        subject="pc1", pupil="zoe", detail=detail,
    )  # fmt: skip


@pytest.fixture
async def una(school: School) -> httpx.AsyncClient:
    """The trust's admin, with five entries of `hill`, one of `dale`, one of another trust."""
    acts = [act(1), act(2), act(3, "dale"), act(4), act(5), act(6, detail="=1+1")]
    write_records(school.context.store, [*acts, act(1, trust="elm")])
    return await school.signed_in("una.oak")


async def numbers(browser: httpx.AsyncClient, query: str = "") -> tuple[Sequence[int], int | None]:
    body = (await browser.get(f"/api/audit?{query}")).json()
    return [entry["number"] for entry in body["entries"]], body["next"]


async def test_an_entry_says_who_did_what_to_whom(una: httpx.AsyncClient) -> None:
    first = (await una.get("/api/audit?limit=1")).json()["entries"][0]
    assert len(first.pop("hash")) == 64
    assert first == {
        "number": 1,
        "at_ms": NOW_MS + 1,
        "site": "hill",
        "person": "ada",
        "person_name": "Ada",
        "act": "screen_viewed",
        "subject": "pc1",
        "pupil": "zoe",
        "detail": "",
    }


async def test_the_newest_come_first_where_that_is_asked(una: httpx.AsyncClient) -> None:
    assert await numbers(una) == ([1, 2, 3, 4, 5, 6], None)
    assert await numbers(una, "order=newest&limit=4") == ([6, 5, 4, 3], 3)
    assert await numbers(una, "order=newest&limit=4&after=3") == ([2, 1], None)


async def test_a_site_admin_reads_the_entries_of_that_site_alone(
    school: School, una: httpx.AsyncClient
) -> None:
    ada = await school.signed_in("ada.oak")
    for path in ("/api/audit", "/api/audit.csv", "/api/audit/check"):
        assert (await ada.get(path)).status_code == 403
    with school.context.store.writing() as session:
        set_roles(session, "oak", "ada", [Grant(Role.SITE_ADMIN, "hill")])
    assert await numbers(ada, "limit=3") == ([1, 2, 4], 4)
    assert await numbers(ada, "limit=3&after=4") == ([5, 6], None)
    assert await numbers(ada, "order=newest&limit=4") == ([6, 5, 4, 2], 2)
    assert "dale" not in (await ada.get("/api/audit.csv")).text


async def test_an_export_is_whole_and_harmless(una: httpx.AsyncClient) -> None:
    answer = await una.get("/api/audit.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert rows[-1]["detail"] == "'=1+1"


async def test_a_changed_entry_is_found_by_the_check(
    school: School, una: httpx.AsyncClient
) -> None:
    answer = (await una.get("/api/audit/check")).json()
    assert answer == {
        "entries": 6, "first_broken": None, "checked_at_ms": school.clock.ms,
    }  # fmt: skip
    tamper(school.context.store)
    answer = (await una.get("/api/audit/check")).json()
    assert (answer["entries"], answer["first_broken"]) == (3, 4)


def tamper(store: Store) -> None:
    with store.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE audit_entries SET person_name = 'Bob' WHERE trust = 'oak' AND number = 4"
        )
