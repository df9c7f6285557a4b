from dataclasses import replace

import pytest

from hub.settings import Settings
from tests.hub.school import ORIGIN, PASSWORD, School

SIGN_IN = {"user": "ada.oak", "password": PASSWORD}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "header_missing"),
        ({"Origin": ORIGIN}, "header_missing"),
        ({"X-Formroom": "0", "Origin": ORIGIN}, "header_missing"),
        ({"X-Formroom": "1", "Origin": "https://evil.example"}, "foreign_origin"),
        ({"X-Formroom": "1", "Origin": "null"}, "foreign_origin"),
        ({"X-Formroom": "1", "Origin": ""}, "foreign_origin"),
        ({"X-Formroom": "1", "Origin": "http://127.0.0.1:8751"}, "foreign_origin"),
        ({"X-Formroom": "1", "Origin": "http://sub.localhost:8750"}, "foreign_origin"),
        ({"X-Formroom": "1", "Origin": "https://127.0.0.1:8750"}, "foreign_origin"),
    ],
)
async def test_a_request_that_another_site_could_cause_is_refused(
    school: School, headers: dict[str, str], code: str
) -> None:
    browser = school.browser(guarded=False)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = await browser.request(method, "/api/session", json=SIGN_IN, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, code)
        assert "access-control-allow-origin" not in answer.headers


async def test_requests_of_the_own_pages_and_of_programs_pass(school: School) -> None:
    for headers in (
        {"X-Formroom": "1"},
        {"X-Formroom": "1", "Origin": ORIGIN},
        {"X-Formroom": "1", "Origin": "http://localhost:8750"},
    ):
        browser = school.browser(guarded=False)
        answer = await browser.post("/api/session", json=SIGN_IN, headers=headers)
        assert answer.status_code == 200


async def test_reading_needs_no_header(school: School) -> None:
    browser = school.browser(guarded=False)
    assert (await browser.get("/api/setup")).status_code == 200
    assert (await browser.head("/health")).status_code == 200


@pytest.mark.parametrize("path", ["/api/setup", "/api/session", "/api/nothing", "/health", "/"])
async def test_every_answer_carries_the_security_headers(school: School, path: str) -> None:
    browser = school.browser()
    for answer in (await browser.get(path), await browser.post(path)):
        headers = answer.headers
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in headers


async def test_behind_tls_the_cookie_is_bound_to_this_host_and_to_tls(school: School) -> None:
    settings = replace(school.context.settings, public_origins=("https://formroom.example",))
    browser = school.with_settings(settings).browser(guarded=False)
    headers = {"X-Formroom": "1", "Origin": "https://formroom.example"}
    answer = await browser.post("/api/session", json=SIGN_IN, headers=headers)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-formroom_session=")
    assert "Secure" in cookie
    assert "strict-transport-security" in answer.headers


def test_settings_that_mix_secure_and_open_origins_count_as_open() -> None:
    settings = Settings(public_origins=("https://formroom.example", "http://localhost:8750"))
    assert not settings.is_secure
