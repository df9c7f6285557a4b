import re
from dataclasses import replace
from itertools import cycle, product

import pytest

from hub.attempts import Allowance, Attempts
from hub.context import HubContext
from hub.setup import CODE_MINUTES, setup_notice
from tests.hub.school import School

pytestmark = pytest.mark.slow

FIRST = {
    "trust_name": "Oak Trust",
    "site_name": "Hill School",
    "name": "Ada Lovelace",
    "user": "ada",
    "password": "correct horse battery",
}


def printed_code(context: HubContext) -> str:
    notice = setup_notice(context.store, context.settings, context.now_ms())
    assert notice is not None
    assert f"{context.settings.public_origins[0]}/setup" in notice
    found = re.search(r"^    ([A-Z2-7-]+)$", notice, re.MULTILINE)
    assert found is not None
    return found[1]


async def test_the_printed_code_makes_the_first_person_and_signs_in(fresh_school: School) -> None:
    browser = fresh_school.browser()
    assert (await browser.get("/api/setup")).json() == {"needed": True}
    code = printed_code(fresh_school.context)
    assert len(code.replace("-", "")) * 5 >= 128
    answer = await browser.post("/api/setup", json={"code": code, **FIRST})
    assert answer.status_code == 201
    person = answer.json()["person"]
    assert person["roles"] == [
        {"role": "teacher", "site": "hill-school"},
        {"role": "trust_admin", "site": "*"},
    ]
    assert person["sites"] == [{"id": "hill-school", "name": "Hill School"}]
    assert (await browser.get("/api/session")).json() == {"person": person}
    assert (await browser.get("/api/setup")).json() == {"needed": False}
    assert setup_notice(fresh_school.context.store, fresh_school.context.settings, 0) is None


async def test_the_code_may_be_typed_in_any_case_and_without_hyphens(fresh_school: School) -> None:
    code = printed_code(fresh_school.context).replace("-", " ").lower()
    answer = await fresh_school.browser().post("/api/setup", json={"code": code, **FIRST})
    assert answer.status_code == 201


async def test_a_code_works_once(fresh_school: School) -> None:
    code = printed_code(fresh_school.context)
    await fresh_school.browser().post("/api/setup", json={"code": code, **FIRST})
    second = {"code": code, **FIRST, "user": "eve"}
    answer = await fresh_school.browser().post("/api/setup", json=second)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_set_up")


async def test_a_code_works_for_fifteen_minutes_and_a_restart_replaces_it(
    fresh_school: School,
) -> None:
    replaced = printed_code(fresh_school.context)
    late = printed_code(fresh_school.context)
    for code, minutes in ((replaced, 0), (late, CODE_MINUTES), ("", CODE_MINUTES)):
        fresh_school.clock.ms += minutes * 60_000
        body = {"code": code, **FIRST}
        answer = await fresh_school.browser().post("/api/setup", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "wrong_code")
    fresh_code = printed_code(fresh_school.context)
    fresh_school.clock.ms += CODE_MINUTES * 60_000 - 1
    body = {"code": fresh_code, **FIRST}
    assert (await fresh_school.browser().post("/api/setup", json=body)).status_code == 201


async def test_guessing_the_code_is_throttled(fresh_school: School) -> None:
    printed_code(fresh_school.context)
    browser = fresh_school.browser()
    statuses = [
        (await browser.post("/api/setup", json={"code": str(n), **FIRST})).status_code
        for n in range(20)
    ]
    assert statuses == [401] * 10 + [429] * 10


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "short"}, "weak_password"),
        ({"password": "ada has a password"}, "weak_password"),
        ({"name": "\u200b\u202e"}, "invalid"),
        ({"user": " "}, "invalid"),
        ({"trust_name": "x" * 101}, "invalid"),
    ],
)
async def test_a_refused_first_person_leaves_the_code_for_another_try(
    fresh_school: School, changes: dict[str, str], code: str
) -> None:
    body = {"code": printed_code(fresh_school.context), **FIRST}
    browser = fresh_school.browser()
    refused = await browser.post("/api/setup", json=body | changes)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, code)
    assert (await browser.post("/api/setup", json=body)).status_code == 201


_WORDS = """
password admin administrator root formroom teacher student school welcome letmein qwerty changeme
secret default guest test demo manager system monkey dragon sunshine football liverpool arsenal
chelsea princess iloveyou superman pokemon summer winter spring autumn london master abc computer
123456789 111111
"""
_ENDINGS = ",1,2,7,!,1!,0,01,11,12,21,69,99,123,1234,12345,123!,#1,?,.,2023,2024,2025,2026,@1"
_USERS = ("admin", "administrator", "root", "formroom", "teacher", "demo.teacher", "setup", "user")


async def test_a_fresh_installation_lets_nobody_in_with_a_common_password(
    fresh_school: School,
) -> None:
    pairs = product(_WORDS.split(), _ENDINGS.split(","))
    passwords = list({word + ending: None for word, ending in pairs})
    assert len(passwords) >= 1_000
    # Only the limits are widened: what is shown is that there is no password to find.
    wide = Allowance(burst=10**6, refill_ms=1)
    attempts = Attempts(account=wide, address=wide)
    school = replace(fresh_school, context=replace(fresh_school.context, attempts=attempts))
    printed_code(school.context)
    browser = school.browser()
    statuses = []
    for password, user in zip(passwords, cycle(_USERS), strict=False):
        answer = await browser.post("/api/session", json={"user": user, "password": password})
        statuses.append(answer.status_code)
    assert statuses == [401] * len(passwords)
