"""Walks every route: nothing is reachable without a rule, and no rule lets a stranger in."""

import httpx
import pytest

from hub.routes import TABLE, build_routes
from hub.routes.guard import Allowed, GuardedRoute, Public, SignedIn
from safeguarding.permissions import Principal
from store.people import find_person
from tests.hub.school import School

pytestmark = pytest.mark.slow

PUBLIC = {
    ("GET", "/api/setup"),
    ("POST", "/api/setup"),
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("GET", "/api/status/uptime"),
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/metrics"),
}
GUARDED = [
    (method, path, access) for method, path, access in TABLE if not isinstance(access, Public)
]


def filled(path: str, site: str = "hill", id_: str = "7b") -> str:
    return path.replace("{site}", site).replace("{id}", id_)


def body_for(path: str, site: str = "hill", id_: str = "7b") -> dict[str, object]:
    if path == "/api/lessons":
        return {"site": site, "class_id": id_, "members": "devices"}
    return {"site": site, "name": "Taken over", "devices": [], "pupils": []}


async def send(browser: httpx.AsyncClient, method: str, path: str, body: object) -> httpx.Response:
    json = body if method in ("POST", "PUT") else None
    return await browser.request(method, path, json=json)


def test_every_route_has_a_rule_and_only_these_are_public(school: School) -> None:
    routes = build_routes(school.context)
    assert all(isinstance(route, GuardedRoute) for route in routes)
    assert len(routes) == len(TABLE) + 1
    assert routes[-1].path == "/{path:path}"
    public = {(method, path) for method, path, access in TABLE if isinstance(access, Public)}
    assert public == PUBLIC
    for _, _, access in TABLE:
        assert isinstance(access, Public | SignedIn | Allowed)
        if isinstance(access, Public):
            assert len(access.reason) > 10


@pytest.mark.parametrize(("method", "path", "_access"), GUARDED)
async def test_a_stranger_gets_nothing(
    school: School, method: str, path: str, _access: object
) -> None:
    browser = school.browser()
    for cookie in (None, "x" * 43):
        if cookie:
            browser.cookies.set("formroom_session", cookie)
        answer = await send(browser, method, filled(path), body_for(path))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
    assert school.desk.asked == []


@pytest.mark.parametrize(("method", "path", "access"), GUARDED)
async def test_a_route_refuses_whom_the_table_refuses(
    school: School, method: str, path: str, access: object
) -> None:
    for user in ("ada", "ian", "una", "dot"):
        browser = await school.signed_in(f"{user}.oak")
        answer = await send(browser, method, filled(path), body_for(path))
        if isinstance(access, Allowed):
            sites = _principal(school, user).sites(access.action)
            is_of_all_sites = (method, path) == ("GET", "/api/classes")
            is_allowed = bool(sites) and (is_of_all_sites or bool(sites & {"hill", "*"}))
            assert (answer.status_code == 403) is not is_allowed, answer.text
        else:
            assert answer.status_code == 200


@pytest.mark.parametrize("trust_of_caller", ["oak", "elm"])
@pytest.mark.parametrize(("method", "path", "access"), GUARDED)
async def test_nothing_of_a_twin_trust_is_seen_or_changed(
    school: School, method: str, path: str, access: object, trust_of_caller: str
) -> None:
    """The trusts differ in nothing but their ids; a foreign id finds nothing."""
    other = "elm" if trust_of_caller == "oak" else "oak"
    foreign = await school.signed_in(f"ada.{other}")
    made = (await foreign.post("/api/classes", json=body_for("") | {"name": "Foreign"})).json()
    class_id = made["class"]["id"]
    start = {"site": "hill", "class_id": "7b", "members": "devices"}
    lesson = (await foreign.post("/api/lessons", json=start)).json()["lesson"]["id"]
    before = await _all_of(foreign, class_id, lesson)
    school.desk.asked.clear()
    for user in ("ada", "una"):
        browser = await school.signed_in(f"{user}.{trust_of_caller}")
        id_ = lesson if "lessons" in path else class_id
        target = filled(path, "hill", id_)
        answer = await send(browser, method, target, body_for(path, id_=class_id))
        assert other not in answer.text, answer.text
        assert "Foreign" not in answer.text
        if "{id}" in path or path == "/api/lessons":
            assert answer.status_code in (403, 404), answer.text
    assert not [asked for asked in school.desk.asked if asked[0] not in ("directory", "summaries")]
    assert await _all_of(foreign, class_id, lesson) == before


@pytest.mark.parametrize(("method", "path", "access"), GUARDED)
async def test_a_site_of_the_own_trust_without_a_role_is_closed(
    school: School, method: str, path: str, access: object
) -> None:
    ada = await school.signed_in("ada.oak")
    answer = await send(ada, method, filled(path, "dale"), body_for(path, "dale"))
    if "{site}" in path or method == "POST":
        assert answer.status_code == 403
        assert school.desk.asked == []


async def test_an_unknown_address_of_the_interface_is_no_page(school: School) -> None:
    browser = school.browser()
    for path in ("/api/nothing", "/api/classes/hill", "/api/lessons", "/assets/x.js", "/x.txt"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), path
    answer = await browser.put("/api/session")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


def _principal(school: School, user: str) -> Principal:
    found = find_person(school.context.store, "oak", user)
    assert found is not None
    return found.principal


async def _all_of(browser: httpx.AsyncClient, class_id: str, lesson: str) -> list[object]:
    paths = ("/api/classes", f"/api/classes/hill/{class_id}", f"/api/lessons/hill/{lesson}")
    return [(await browser.get(path)).json() for path in paths]
