"""Lessons: begin, join, leave, end. What a lesson is now is read from the store."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response

from hub.errors import ApiError
from hub.routes.bodies import LessonStart, read_body
from hub.routes.guard import Call
from safeguarding.permissions import Action, Principal
from store.classes import ClassRow, find_class
from store.lessons import StoredLesson, running_lesson, running_lesson_of_class


async def create(call: Call) -> Response:
    """POST /api/lessons: begin a lesson of a class that has none.

    Of several who ask one hub at once, one begins it and the others are told its id.
    """
    body = await read_body(call.request, LessonStart)
    call.require(Action.START_LESSON, body.site)
    store, desk = call.context.store, call.context.lesson_desk
    where = call.trust, body.site, body.class_id
    found = await asyncio.to_thread(find_class, store, *where)
    if found is None:
        raise ApiError(404, "unknown_class", "There is no such class.")
    devices, pupils = _members(found, body.members)
    async with call.context.starts.setdefault(where, asyncio.Lock()):
        running = await asyncio.to_thread(running_lesson_of_class, store, *where)
        if running is not None:
            raise ApiError(
                409,
                "already_running",
                "This class is in a lesson already.",
                facts={"lesson_id": running.id},
            )
        lesson = await desk.start(call.principal, body.site, found.id, found.name, devices, pupils)
    return JSONResponse({"lesson": await _read(call, body.site, lesson)}, 201)


async def read(call: Call) -> Response:
    """GET /api/lessons/{site}/{id}"""
    return JSONResponse({"lesson": await _read(call, *_path(call))})


async def join(call: Call) -> Response:
    """POST /api/lessons/{site}/{id}/teachers"""
    site, lesson = _path(call)
    await _find(call, site, lesson)
    await call.context.lesson_desk.join(call.principal, site, lesson)
    return JSONResponse({"lesson": await _read(call, site, lesson)})


async def leave(call: Call) -> Response:
    """DELETE /api/lessons/{site}/{id}/teachers/me: with the last teacher the lesson ends."""
    site, lesson = _path(call)
    await _require_teacher(call, Action.FOLLOW_LESSON, site, lesson)
    await call.context.lesson_desk.leave(call.principal, site, lesson)
    return Response(status_code=204)


async def end(call: Call) -> Response:
    """DELETE /api/lessons/{site}/{id}"""
    site, lesson = _path(call)
    await _require_teacher(call, Action.END_LESSON, site, lesson)
    await call.context.lesson_desk.end(call.principal, site, lesson)
    return Response(status_code=204)


def lesson_summary(lesson: StoredLesson | None, principal: Principal) -> dict[str, Any] | None:
    """A running lesson as the list of classes shows it."""
    if lesson is None:
        return None
    return {
        "id": lesson.id,
        "started_at_ms": lesson.started_at_ms,
        "teachers": [name for _, name in lesson.teachers],
        "mine": principal.person in _teachers(lesson),
    }


def _members(found: ClassRow, members: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    devices = tuple(row.id for row in found.devices) if members == "devices" else ()
    pupils = tuple(row.id for row in found.pupils) if members == "pupils" else ()
    if not devices and not pupils:
        raise ApiError(422, "empty_class", f"This class has no {members} yet. Add some first.")
    return devices, pupils


async def _require_teacher(call: Call, action: Action, site: str, lesson: str) -> None:
    found = await _find(call, site, lesson)
    if call.principal.person not in _teachers(found):
        raise ApiError(403, "not_your_lesson", "You are not a teacher of this lesson.")
    call.require(action, site, _teachers(found))


async def _read(call: Call, site: str, lesson: str) -> dict[str, Any]:
    found = await _find(call, site, lesson)
    summary = lesson_summary(found, call.principal) or {}
    return summary | {"site": site, "class_id": found.class_id, "class_name": found.class_name}


async def _find(call: Call, site: str, lesson: str) -> StoredLesson:
    store = call.context.store
    found = await asyncio.to_thread(running_lesson, store, call.trust, site, lesson)
    if found is None:
        raise ApiError(404, "unknown_lesson", "There is no such lesson now. It may be over.")
    return found


def _path(call: Call) -> tuple[str, str]:
    return call.request.path_params["site"], call.request.path_params["id"]


def _teachers(lesson: StoredLesson) -> frozenset[str]:
    return frozenset(person for person, _ in lesson.teachers)
