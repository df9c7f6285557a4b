import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response

from hub.errors import ApiError
from hub.routes.guard import Access, Allowed, Call, GuardedRoute, Public, PublicCall, SignedIn
from safeguarding.permissions import Action
from tests.hub.school import ORIGIN, School


async def open_to_all(_call: PublicCall) -> Response:
    return PlainTextResponse("public")


async def name(call: Call) -> Response:
    return PlainTextResponse(call.principal.name)


async def requires_dale(call: Call) -> Response:
    call.require(Action.LIST_CLASSES, "dale")
    return PlainTextResponse("listed")


async def refuse(_call: PublicCall) -> Response:
    raise ApiError(418, "teapot", "No.")


async def asked(school: School, access: Access, user: str | None, path: str = "/x") -> int:
    """The status of one request to one route under this rule."""
    pattern = "/{site}" if path != "/x" else "/x"
    app = Starlette(routes=[GuardedRoute("GET", pattern, access, school.context)])
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
    if user:
        browser.cookies = (await school.signed_in(user)).cookies
    return (await browser.get(path)).status_code


@pytest.mark.parametrize(
    ("access", "stranger", "technician", "teacher"),
    [
        (Public(open_to_all, "for the test"), 200, 200, 200),
        (SignedIn(name), 401, 200, 200),
        (Allowed(Action.LIST_CLASSES, name), 401, 403, 200),
        (Allowed(Action.ENROL_DEVICES, name), 401, 200, 403),
        (Allowed(Action.LIST_CLASSES, requires_dale), 401, 403, 403),
    ],
)
async def test_a_rule_lets_in_whom_it_names(
    school: School, access: Access, stranger: int, technician: int, teacher: int
) -> None:
    assert await asked(school, access, None) == stranger
    assert await asked(school, access, "ian.oak") == technician
    assert await asked(school, access, "ada.oak") == teacher


async def test_a_site_in_the_path_must_be_one_of_the_persons_own(school: School) -> None:
    access = Allowed(Action.LIST_CLASSES, name)
    assert await asked(school, access, "ada.oak", "/hill") == 200
    assert await asked(school, access, "ada.oak", "/dale") == 403
    assert await asked(school, access, "una.oak", "/dale") == 200


async def test_every_answer_is_counted_refusals_too(school: School) -> None:
    assert await asked(school, Public(refuse, "for the test"), None) == 418
    assert await asked(school, SignedIn(name), None) == 401
    text = school.context.metrics.text().decode()
    for status in (418, 401):
        assert f'requests_total{{method="GET",route="/x",status="{status}"}} 1.0' in text
