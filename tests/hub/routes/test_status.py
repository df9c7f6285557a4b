from hub.standing import Restart
from tests.hub.school import School


async def test_the_state_of_the_server_is_for_trust_admins_and_technicians(school: School) -> None:
    school.context.standing.restarts.append(Restart("pool-0", 5, "Its process 1 ended."))
    for user, status in (("una", 200), ("ian", 200), ("ada", 403)):
        browser = await school.signed_in(f"{user}.oak")
        answer = await browser.get("/api/status")
        assert answer.status_code == status
        if status == 200:
            assert answer.json()["restarts"] == [
                {"part": "pool-0", "at_ms": 5, "cause": "Its process 1 ended."}
            ]
