import asyncio

import pytest
import structlog

from hub.attempts import ACCOUNT
from store.people import set_roles
from store.sessions import AGE_LIMIT_MS, IDLE_LIMIT_MS
from tests.hub.school import PASSWORD, School

HOUR_MS = 60 * 60 * 1000


def guess(user: str, password: str) -> dict[str, str]:
    return {"user": user, "password": password}


async def test_a_person_signs_in_is_known_and_signs_out(school: School) -> None:
    browser = school.browser()
    assert (await browser.get("/api/session")).status_code == 401
    answer = await browser.post("/api/session", json=guess(" ADA.oak ", PASSWORD))
    person = {
        "id": "ada",
        "name": "Ada",
        "user": "ada.oak",
        "trust": {"id": "oak", "name": "Oak Trust"},
        "roles": [{"role": "teacher", "site": "hill"}],
        "sites": [{"id": "hill", "name": "Hill of oak"}],
    }
    told = answer.json()["person"]
    may = told.pop("may")
    assert told == person
    assert (may["start_lesson"], "see_trust" in may) == (["hill"], False)
    assert (await browser.get("/api/session")).json() == {"person": person | {"may": may}}
    assert (await browser.delete("/api/session")).status_code == 204
    signed_out = await browser.get("/api/session")
    assert (signed_out.status_code, signed_out.json()["error"]["code"]) == (401, "signed_out")


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(
    school: School,
) -> None:
    answer = await school.browser().post("/api/session", json=guess("ada.oak", PASSWORD))
    name, _, rest = answer.headers["set-cookie"].partition("=")
    token, *flags = rest.split("; ")
    assert name == "formroom_session"
    assert len(token) >= 43
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(flags)
    assert "Domain" not in answer.headers["set-cookie"]


async def test_signing_out_ends_the_session_itself_not_just_the_cookie(school: School) -> None:
    browser = await school.signed_in("ada.oak")
    stolen = dict(browser.cookies)
    await browser.delete("/api/session")
    thief = school.browser()
    thief.cookies.update(stolen)
    assert (await thief.get("/api/session")).status_code == 401


async def test_signing_in_again_ends_the_earlier_session_of_this_browser(school: School) -> None:
    browser = await school.signed_in("ada.oak")
    earlier = dict(browser.cookies)
    await browser.post("/api/session", json=guess("ben.oak", PASSWORD))
    other = school.browser()
    other.cookies.update(earlier)
    assert (await other.get("/api/session")).status_code == 401
    assert (await browser.get("/api/session")).json()["person"]["id"] == "ben"


async def test_a_session_ends_after_eight_idle_hours_and_after_a_day(school: School) -> None:
    browser = await school.signed_in("ada.oak")
    began = school.clock.ms
    for hours in (7, 14, 21, 23):
        school.clock.ms = began + hours * HOUR_MS
        assert (await browser.get("/api/session")).status_code == 200
    school.clock.ms = began + AGE_LIMIT_MS
    assert (await browser.get("/api/session")).status_code == 401
    idle = await school.signed_in("ada.oak")
    school.clock.ms += IDLE_LIMIT_MS
    assert (await idle.get("/api/session")).status_code == 401


async def test_a_role_that_was_taken_away_is_gone_at_once(school: School) -> None:
    browser = await school.signed_in("ada.oak")
    assert (await browser.get("/api/classes")).status_code == 200
    with school.context.store.writing() as session:
        set_roles(session, "oak", "ada", [])
    assert (await browser.get("/api/classes")).status_code == 403


async def test_a_wrong_password_and_an_unknown_user_look_the_same(school: School) -> None:
    browser = school.browser()
    wrong = await browser.post("/api/session", json=guess("ada.oak", "wrong password"))
    unknown = await browser.post("/api/session", json=guess("nobody", "wrong password"))
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.json()["error"]["code"] == "wrong_credentials"
    assert "set-cookie" not in wrong.headers


async def test_an_account_is_throttled_wherever_the_guesses_come_from(school: School) -> None:
    for number in range(ACCOUNT.burst):
        browser = school.browser(address=f"10.0.0.{number}")
        answer = await browser.post("/api/session", json=guess("ada.oak", f"guess {number}"))
        assert answer.status_code == 401
    browser = school.browser(address="10.0.1.1")
    throttled = await browser.post("/api/session", json=guess("ada.oak", PASSWORD))
    assert throttled.status_code == 429
    assert throttled.json()["error"]["code"] == "too_many_attempts"
    wait_s = int(throttled.headers["Retry-After"])
    assert 0 < wait_s <= ACCOUNT.refill_ms // 1000
    school.clock.ms += wait_s * 1000
    answer = await browser.post("/api/session", json=guess("ada.oak", PASSWORD))
    assert answer.status_code == 200


async def test_guesses_at_once_are_limited_like_guesses_in_turn(school: School) -> None:
    browser = school.browser()
    answers = await asyncio.gather(
        *(browser.post("/api/session", json=guess("ada.oak", f"guess {n}")) for n in range(40))
    )
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (ACCOUNT.burst, 40 - ACCOUNT.burst)


async def test_a_whole_staff_room_signs_in_from_one_address(school: School) -> None:
    for _ in range(60):
        for user in ("ada.oak", "ben.oak"):
            browser = school.browser(address="10.0.0.1")
            answer = await browser.post("/api/session", json=guess(user, PASSWORD))
            assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"\xff\xfe", 422),
        (b"[" * 100_000, 422),
        (b'{"user": "ada.oak"}', 422),
        (b'{"user": 1, "password": "x"}', 422),
        (b'{"user": "ada.oak", "password": "x", "admin": true}', 422),
        (b'{"user": "' + b"a" * 300_000 + b'", "password": "x"}', 413),
    ],
)
async def test_a_body_that_is_not_as_it_must_be_is_refused(
    school: School, body: bytes, status: int
) -> None:
    answer = await school.browser().post("/api/session", content=body)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] in ("invalid", "too_large")


async def test_the_log_tells_of_sign_ins_and_never_what_was_typed(school: School) -> None:
    with structlog.testing.capture_logs() as records:
        await school.browser().post("/api/session", json=guess("hunter2-secret", "typed-secret"))
        await school.browser().post("/api/session", json=guess("ada.oak", PASSWORD))
    failed, signed_in = records
    assert (failed["event"], failed["address"]) == ("sign_in_failed", "127.0.0.1")
    assert (signed_in["event"], signed_in["trust"], signed_in["person"]) == (
        "signed_in",
        "oak",
        "ada",
    )
    assert "secret" not in str(records)
    assert PASSWORD not in str(records)
