"""The overview of a trust is made of aggregates, for who may see it, and says what is unknown."""

from __future__ import annotations

from actors.ports import SiteSummary
from safeguarding.permissions import Grant, Role
from store.people import set_roles
from store.records import DeviceEvent
from store.writing import write_records
from tests.hub.school import NOW_MS, School

DAY_MS = 86_400_000


def fill(school: School) -> None:
    school.desk.standing["hill"] = SiteSummary("hill", 2, 1, 1, 3, 1)
    days = (0, 0, 1, 40)
    write_records(
        school.context.store,
        [
            DeviceEvent(
                "oak", "hill", "oak-pc1", "e", seq, kind, "", "", 0, NOW_MS - day * DAY_MS
            )
            for seq, (day, kind) in enumerate(zip(days, "aabb", strict=True))
        ],
    )  # fmt: skip


async def test_sites_are_told_with_figures_and_days(school: School) -> None:
    fill(school)
    una = await school.signed_in("una.oak")
    body = (await una.get("/api/trust/overview")).json()
    assert body["since"] == "2026-12-19"
    dale, hill = body["sites"]
    assert hill == {
        "id": "hill",
        "name": "Hill of oak",
        "devices": 2,
        "connected": 1,
        "signed_on": 1,
        "lessons": 3,
        "in_lesson": 1,
        "degraded": False,
        "days": [
            {"day": "2027-01-14", "kind": "b", "count": 1},
            {"day": "2027-01-15", "kind": "a", "count": 2},
        ],
    }
    assert (dale["id"], dale["devices"], dale["days"]) == ("dale", 0, [])
    assert school.desk.asked == [("summaries", "oak", "dale", "hill")]


async def test_a_site_out_of_reach_is_unknown_and_not_empty(school: School) -> None:
    fill(school)
    una = await school.signed_in("una.oak")
    dale = (await una.get("/api/trust/overview")).json()["sites"][0]
    assert dale["degraded"] is True
    assert [dale[name] for name in ("connected", "signed_on", "lessons", "in_lesson")] == [None] * 4


async def test_days_are_told_together_and_as_many_as_asked(school: School) -> None:
    fill(school)
    una = await school.signed_in("una.oak")
    body = (await una.get("/api/trust/overview?by=day&days=41")).json()
    assert body["sites"][1]["days"] == [
        {"day": "2026-12-06", "count": 1},
        {"day": "2027-01-14", "count": 1},
        {"day": "2027-01-15", "count": 2},
    ]
    assert (await una.get("/api/trust/overview?days=0")).status_code == 422


async def test_a_site_admin_sees_that_site_and_a_teacher_none(school: School) -> None:
    fill(school)
    ada = await school.signed_in("ada.oak")
    assert (await ada.get("/api/trust/overview")).status_code == 403
    with school.context.store.writing() as session:
        set_roles(session, "oak", "ada", [Grant(Role.SITE_ADMIN, "dale")])
    body = (await ada.get("/api/trust/overview")).json()
    assert [site["id"] for site in body["sites"]] == ["dale"]
    assert school.desk.asked == [("summaries", "oak", "dale")]
