from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from hub.context import Readiness
from tests.hub.school import School

TOKEN = "a-token-for-tests-only"


async def test_health_answers_whatever_else_is_down(school: School) -> None:
    school.readiness = Readiness(False, "shards are restarting")
    answer = await school.browser().get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "detail": ""})


async def test_ready_says_why_it_is_not(school: School) -> None:
    browser = school.browser()
    assert (await browser.get("/ready")).json() == {"status": "ok", "detail": ""}
    school.readiness = Readiness(False, "shards are restarting")
    answer = await browser.get("/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "degraded", "detail": "shards are restarting"}


async def test_metrics_count_requests_by_route_not_by_address(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    await ada.get("/api/classes/hill/7b")
    await ada.get("/api/classes/hill/other")
    text = (await ada.get("/metrics")).text
    samples = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "formroom_http_requests_total"
    }
    assert samples["/api/classes/{site}/{id}", "200"] == 1
    assert samples["/api/classes/{site}/{id}", "404"] == 1
    assert samples["/api/session", "200"] == 1
    assert 'formroom_sign_ins_total{outcome="right"} 1.0' in text
    assert "ada" not in text


async def test_metrics_without_a_token_are_for_this_machine_only(school: School) -> None:
    assert (await school.browser(address="127.0.0.1").get("/metrics")).status_code == 200
    assert (await school.browser(address="::1").get("/metrics")).status_code == 200
    assert (await school.browser(address="10.0.0.1").get("/metrics")).status_code == 403
    proxied = {"X-Forwarded-For": "10.0.0.1"}
    assert (await school.browser().get("/metrics", headers=proxied)).status_code == 403


async def test_metrics_with_a_token_are_for_who_has_it(school: School) -> None:
    settings = replace(school.context.settings, metrics_token=TOKEN)
    browser = school.with_settings(settings).browser(address="10.0.0.1")
    for given, status in ((TOKEN, 200), (TOKEN[:-1], 403), ("é", 403), ("", 403)):
        headers = {"Authorization": f"Bearer {given}".encode()}
        answer = await browser.get("/metrics", headers=list(headers.items()))  # type: ignore[arg-type]
        assert answer.status_code == status
    assert (await browser.get("/metrics")).status_code == 403
