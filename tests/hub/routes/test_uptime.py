from store.probes import ProbeResult, add_result
from tests.hub.school import NOW_MS, School


async def test_the_history_is_public_and_names_no_reason_and_no_school(school: School) -> None:
    for at_ms, outcome in ((-60_000, "up"), (-30_000, "up"), (0, "down")):
        result = ProbeResult("p", NOW_MS + at_ms, outcome, 7, "ProbeFailed: secret address")
        add_result(school.context.store, result, 90_000)
    answer = await school.browser().get("/api/status/uptime?months=1")
    assert answer.status_code == 200
    body = answer.json()
    [month] = body["months"]
    assert (month["month"], month["probe"]) == ("2027-01", "p")
    assert (month["all"]["up_s"], month["all"]["down_s"]) == (30, 30)
    assert month["all"]["uptime_percent"] == 50.0
    assert body["failures"] == [{"probe": "p", "at_ms": NOW_MS, "outcome": "down"}]
    assert body["probes"][0]["outcome"] == "down"
    for word in ("secret", "oak", "hill"):
        assert word not in answer.text
    assert (await school.browser().get("/api/status/uptime?months=14")).status_code == 422


async def test_without_a_probe_nothing_is_claimed(school: School) -> None:
    body = (await school.browser().get("/api/status/uptime")).json()
    assert (body["months"], body["probes"], body["failures"]) == ([], [], [])
