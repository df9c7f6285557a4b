"""Every route of the server, with who may use it: the one place where that is said."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from hub.context import HubContext
from hub.pages import Pages
from hub.routes import (
    audit,
    classes,
    devices,
    events,
    health,
    lessons,
    sessions,
    setup,
    status,
    trust,
    uptime,
)
from hub.routes.guard import Access, Allowed, GuardedRoute, Public, PublicCall, SignedIn
from safeguarding.permissions import Action

_LESSON = "/api/lessons/{site}/{id}"
_CLASS = "/api/classes/{site}/{id}"

TABLE: tuple[tuple[str, str, Access], ...] = (
    ("GET", "/api/setup", Public(setup.read, "says only whether anybody has an account")),
    ("POST", "/api/setup", Public(setup.create, "the printed code is the proof")),
    ("GET", "/api/session", SignedIn(sessions.read)),
    ("POST", "/api/session", Public(sessions.create, "the password is the proof")),
    ("DELETE", "/api/session", Public(sessions.delete, "ends the caller's own session, if any")),
    ("GET", "/api/classes", Allowed(Action.LIST_CLASSES, classes.index)),
    ("POST", "/api/classes", Allowed(Action.EDIT_CLASSES, classes.create)),
    ("GET", _CLASS, Allowed(Action.LIST_CLASSES, classes.read)),
    ("PUT", _CLASS, Allowed(Action.EDIT_CLASSES, classes.update)),
    ("GET", "/api/sites/{site}/devices", Allowed(Action.LIST_DEVICES, devices.index)),
    ("GET", "/api/sites/{site}/events", Allowed(Action.READ_DEVICE_EVENTS, events.index)),
    ("GET", "/api/sites/{site}/events.csv", Allowed(Action.READ_DEVICE_EVENTS, events.export)),
    ("GET", "/api/audit", Allowed(Action.READ_AUDIT, audit.index)),
    ("GET", "/api/audit.csv", Allowed(Action.READ_AUDIT, audit.export)),
    ("GET", "/api/audit/check", Allowed(Action.READ_AUDIT, audit.check)),
    ("GET", "/api/status", Allowed(Action.SEE_STATUS, status.read)),
    ("GET", "/api/status/uptime", Public(uptime.read, "how well the server served; of no school")),
    ("GET", "/api/trust/overview", Allowed(Action.SEE_TRUST, trust.overview)),
    ("POST", "/api/lessons", Allowed(Action.START_LESSON, lessons.create)),
    ("GET", _LESSON, Allowed(Action.LIST_CLASSES, lessons.read)),
    ("POST", f"{_LESSON}/teachers", Allowed(Action.JOIN_LESSON, lessons.join)),
    ("DELETE", f"{_LESSON}/teachers/me", Allowed(Action.FOLLOW_LESSON, lessons.leave)),
    ("DELETE", _LESSON, Allowed(Action.END_LESSON, lessons.end)),
    ("GET", "/health", Public(health.health, "says only that the process answers")),
    ("GET", "/ready", Public(health.ready, "says only whether lessons can be served")),
    ("GET", "/metrics", Public(health.metrics, "asks for a token, or for this machine")),
)


def build_routes(context: HubContext) -> list[Route]:
    """Every route; the last one answers whatever the others do not with the console's pages."""
    pages = Pages(context.settings)

    async def page(call: PublicCall) -> Response:
        return pages.answer(call.request)

    console = Public(page, "the console's files hold nothing of any school")
    rows = *TABLE, ("GET", "/{path:path}", console)
    return [GuardedRoute(method, path, access, context) for method, path, access in rows]
