from starlette.requests import HTTPConnection

from hub.authentication import origin_is_allowed, principal_of
from safeguarding.permissions import Grant, Principal, Role
from store.sessions import IDLE_LIMIT_MS
from tests.hub.school import NOW_MS, ORIGIN, School


def socket(**headers: str) -> HTTPConnection:
    """The request of a WebSocket as the server sees it."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "websocket", "path": "/console", "headers": raw})


async def test_a_socket_is_known_by_the_cookie_of_its_browser(school: School) -> None:
    browser = await school.signed_in("ada.oak")
    cookie = f"formroom_session={browser.cookies['formroom_session']}"
    expected = Principal("ada", "Ada", "oak", (Grant(Role.TEACHER, "hill"),))
    assert await principal_of(school.context, socket(cookie=cookie)) == expected
    assert await principal_of(school.context, socket()) is None
    assert await principal_of(school.context, socket(cookie="formroom_session=")) is None
    assert await principal_of(school.context, socket(cookie=f"{cookie}x")) is None
    other_name = cookie.replace("formroom_session", "__Host-formroom_session")
    assert await principal_of(school.context, socket(cookie=other_name)) is None


async def test_a_socket_that_lives_on_loses_its_principal_with_the_session(
    school: School,
) -> None:
    browser = await school.signed_in("ada.oak")
    living = socket(cookie=f"formroom_session={browser.cookies['formroom_session']}")
    assert await principal_of(school.context, living) is not None
    await browser.delete("/api/session")
    assert await principal_of(school.context, living) is None


async def test_a_socket_that_asks_again_keeps_the_session_in_use(school: School) -> None:
    browser = await school.signed_in("ada.oak")
    living = socket(cookie=f"formroom_session={browser.cookies['formroom_session']}")
    school.clock.ms = NOW_MS + IDLE_LIMIT_MS - 1
    assert await principal_of(school.context, living) is not None
    school.clock.ms += IDLE_LIMIT_MS - 1
    assert await principal_of(school.context, living) is not None


def test_only_the_servers_own_origins_may_open_sockets(school: School) -> None:
    settings = school.context.settings
    assert origin_is_allowed(settings, socket(origin=ORIGIN))
    assert origin_is_allowed(settings, socket(origin="http://localhost:8750"))
    for origin in ("null", "", "http://127.0.0.1", "https://127.0.0.1:8750", f"{ORIGIN}/", "evil"):
        assert not origin_is_allowed(settings, socket(origin=origin))
    assert not origin_is_allowed(settings, socket())
