"""Stored events are read page by page, by whom the table allows, and exported whole."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from safeguarding.permissions import Grant, Role
from store.people import set_roles
from store.records import DeviceEvent
from store.writing import write_records
from tests.hub.school import NOW_MS, School

PATH = "/api/sites/hill/events"


def event(seq: int, trust: str = "oak", device: str = "oak-pc1", **more: Any) -> DeviceEvent:
    facts: dict[str, Any] = {"kind": "usb_plugged", "user": "zoe", "lesson": ""} | more
    return DeviceEvent(
        trust, "hill", device, "e1", seq, at_ms=NOW_MS, received_at_ms=NOW_MS + seq, **facts
    )


@pytest.fixture
async def ian(school: School) -> httpx.AsyncClient:
    """The technician, at a site with seven events of one device and one of another."""
    write_records(school.context.store, [event(seq) for seq in range(1, 8)])
    other = event(1, device="oak-pc2", kind="signed_on", user="=ali", detail="@SUM(A1)")
    write_records(school.context.store, [other, event(1, trust="elm", device="elm-pc1")])
    return await school.signed_in("ian.oak")


async def seqs(browser: httpx.AsyncClient, query: str = "") -> tuple[list[int], int | None]:
    answer = await browser.get(f"{PATH}?{query}")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [one["seq"] for one in body["events"]], body["next"]


async def test_an_event_is_told_as_it_was_stored(ian: httpx.AsyncClient) -> None:
    [first] = (await ian.get(f"{PATH}?limit=1")).json()["events"]
    assert first.pop("position") > 0
    assert first == {
        "device": "oak-pc1",
        "epoch": "e1",
        "seq": 1,
        "kind": "usb_plugged",
        "user": "zoe",
        "lesson": "",
        "at_ms": NOW_MS,
        "received_at_ms": NOW_MS + 1,
        "subject": "",
        "detail": "",
    }


@pytest.mark.parametrize("order", ["oldest", "newest"])
async def test_pages_follow_one_another_without_gap_or_repetition(
    ian: httpx.AsyncClient, order: str
) -> None:
    whole, end = await seqs(ian, f"order={order}")
    assert (len(whole), end) == (8, None)
    read: list[int] = []
    after: int | None = 0
    while after is not None:
        page, after = await seqs(ian, f"order={order}&limit=3&after={after}")
        assert len(page) <= 3
        read += page
    assert read == whole
    backwards, _ = await seqs(ian, "order=oldest" if order == "newest" else "order=newest")
    assert whole == backwards[::-1]


async def test_events_are_found_by_device_and_kind(ian: httpx.AsyncClient) -> None:
    assert await seqs(ian, "device=oak-pc2") == ([1], None)
    assert await seqs(ian, "kind=signed_on") == ([1], None)
    assert await seqs(ian, "kind=signed_on&device=oak-pc1") == ([], None)


async def test_no_more_than_a_thousand_come_at_once(ian: httpx.AsyncClient) -> None:
    assert (await ian.get(f"{PATH}?limit=1001")).status_code == 422
    assert (await ian.get(f"{PATH}?after=x")).status_code == 422


async def test_an_export_holds_every_event_and_no_formula(
    ian: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.routes.events.EXPORT_PAGE", 3)
    answer = await ian.get(f"{PATH}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [int(row["number"]) for row in rows] == [1, 2, 3, 4, 5, 6, 7, 1]
    assert (rows[-1]["user"], rows[-1]["detail"]) == ("'=ali", "'@SUM(A1)")
    assert rows[0]["received_at"] == "2027-01-15T08:00:00.001+00:00"
    only = await ian.get(f"{PATH}.csv?device=oak-pc2")
    assert len(only.text.splitlines()) == 2
    assert (await ian.get(f"{PATH}.csv?device={'x' * 300}")).status_code == 422


async def test_teachers_read_no_events_and_admins_those_of_their_sites(
    school: School, ian: httpx.AsyncClient
) -> None:
    ada = await school.signed_in("ada.oak")
    for path in (PATH, f"{PATH}.csv"):
        assert (await ada.get(path)).status_code == 403
    with school.context.store.writing() as session:
        set_roles(session, "oak", "ada", [Grant(Role.SITE_ADMIN, "dale")])
    assert (await ada.get(PATH)).status_code == 403
    assert (await ada.get("/api/sites/dale/events")).json() == {"events": [], "next": None}
    una = await school.signed_in("una.oak")
    assert (await seqs(una))[0] == (await seqs(ian))[0]
