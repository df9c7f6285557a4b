import asyncio

import httpx
import pytest

from actors.ports import ShardUnavailable
from hub.lessons import LessonRefused
from tests.hub.school import NOW_MS, School

START = {"site": "hill", "class_id": "7b", "members": "devices"}


async def started(browser: httpx.AsyncClient) -> str:
    answer = await browser.post("/api/lessons", json=START)
    assert answer.status_code == 201, answer.text
    lesson: str = answer.json()["lesson"]["id"]
    return lesson


async def listed(browser: httpx.AsyncClient) -> object:
    return (await browser.get("/api/classes")).json()["classes"][0]["lesson"]


async def test_a_teacher_starts_a_lesson_of_the_fixed_devices(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    answer = await ada.post("/api/lessons", json=START)
    lesson = answer.json()["lesson"]
    assert lesson == {
        "id": lesson["id"],
        "site": "hill",
        "class_id": "7b",
        "class_name": "7B of oak",
        "started_at_ms": NOW_MS,
        "teachers": ["Ada"],
        "mine": True,
    }
    assert school.desk.asked == [("start", "hill", "7b", "oak-pc1", "oak-pc2")]
    path = f"/api/lessons/hill/{lesson['id']}"
    assert (await ada.get(path)).json() == {"lesson": lesson}
    ben = await school.signed_in("ben.oak")
    assert (await ben.get(path)).json()["lesson"]["mine"] is False
    assert await listed(ben) == {
        "id": lesson["id"],
        "started_at_ms": NOW_MS,
        "teachers": ["Ada"],
        "mine": False,
    }


async def test_a_lesson_may_follow_the_pupils_instead(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    await ada.post("/api/lessons", json=START | {"members": "pupils"})
    assert school.desk.asked == [("start", "hill", "7b", "zoe", "ali")]


async def test_a_class_is_in_one_lesson_at_a_time(school: School) -> None:
    ada, ben = await school.signed_in("ada.oak"), await school.signed_in("ben.oak")
    answers = await asyncio.gather(
        *(browser.post("/api/lessons", json=START) for browser in (ada, ben, ada, ben))
    )
    (first,) = (answer for answer in answers if answer.status_code == 201)
    lesson = first.json()["lesson"]["id"]
    for answer in answers:
        if answer is not first:
            error = answer.json()["error"]
            assert (answer.status_code, error["code"]) == (409, "already_running")
            assert error["lesson_id"] == lesson


async def test_two_teachers_share_a_lesson_and_the_last_to_leave_ends_it(school: School) -> None:
    ada, ben = await school.signed_in("ada.oak"), await school.signed_in("ben.oak")
    path = f"/api/lessons/hill/{await started(ada)}"
    joined = (await ben.post(f"{path}/teachers")).json()["lesson"]
    assert (joined["teachers"], joined["mine"]) == (["Ada", "Ben"], True)
    assert (await ada.delete(f"{path}/teachers/me")).status_code == 204
    assert (await ben.get(path)).json()["lesson"]["teachers"] == ["Ben"]
    assert (await ben.delete(f"{path}/teachers/me")).status_code == 204
    assert (await ben.get(path)).status_code == 404
    assert await listed(ben) is None


async def test_only_a_teacher_of_the_lesson_ends_or_leaves_it(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    path = f"/api/lessons/hill/{await started(ada)}"
    for user in ("ben.oak", "una.oak", "ian.oak"):
        other = await school.signed_in(user)
        for target in (path, f"{path}/teachers/me"):
            assert (await other.delete(target)).status_code == 403
    assert (await ada.delete(path)).status_code == 204
    for answer in (await ada.delete(path), await ada.get(path), await ada.post(f"{path}/teachers")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_lesson")


async def test_a_class_without_such_members_cannot_begin(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    empty = {"site": "hill", "name": "Empty", "devices": [], "pupils": []}
    made = (await ada.post("/api/classes", json=empty)).json()["class"]["id"]
    for members in ("devices", "pupils"):
        body = {"site": "hill", "class_id": made, "members": members}
        answer = await ada.post("/api/lessons", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "empty_class")
    assert school.desk.asked == []


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (ShardUnavailable("down"), 503, "unavailable"),
        (LessonRefused("forbidden", "Not you."), 403, "forbidden"),
        (LessonRefused("invalid", "Not so."), 422, "invalid"),
        (LessonRefused("strange", "Not now."), 409, "strange"),
    ],
)
async def test_a_refusal_of_the_classroom_is_told_plainly(
    school: School, refusal: Exception, status: int, code: str
) -> None:
    ada = await school.signed_in("ada.oak")
    school.desk.refusal = refusal
    answer = await ada.post("/api/lessons", json=START)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "Traceback" not in answer.text


async def test_a_mistake_of_the_server_shows_nothing_of_its_inside(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    school.desk.refusal = RuntimeError("secret detail")
    answer = await ada.post("/api/lessons", json=START)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "failed")
    assert "secret" not in answer.text
