"""Classes: the list, one class, and its editor."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response

from hub.errors import ApiError
from hub.routes.bodies import ClassDraft, plain_line, read_body
from hub.routes.guard import Call
from hub.routes.lessons import lesson_summary
from safeguarding.permissions import ALL_SITES, Action
from store.classes import ClassMember, ClassRow, find_class, list_classes, save_class
from store.lessons import running_lessons
from store.sites import list_sites, new_id


async def index(call: Call) -> Response:
    """GET /api/classes: the classes of every site where this person may list them."""
    store = call.context.store
    sites = call.principal.sites(Action.LIST_CLASSES)
    classes = await asyncio.to_thread(list_classes, store, call.trust)
    lessons = {
        (lesson.site, lesson.class_id): lesson
        for lesson in await asyncio.to_thread(running_lessons, store, call.trust)
    }
    return JSONResponse(
        {
            "classes": [
                {
                    "id": row.id,
                    "site": row.site,
                    "name": row.name,
                    "pupils": row.pupils,
                    "devices": row.devices,
                    "lesson": lesson_summary(lessons.get((row.site, row.id)), call.principal),
                }
                for row in classes
                if row.site in sites or ALL_SITES in sites
            ]
        }
    )


async def read(call: Call) -> Response:
    """GET /api/classes/{site}/{id}"""
    return JSONResponse({"class": _json(await _find(call))})


async def create(call: Call) -> Response:
    """POST /api/classes"""
    draft = await read_body(call.request, ClassDraft)
    call.require(Action.EDIT_CLASSES, draft.site)
    sites = await asyncio.to_thread(list_sites, call.context.store, call.trust)
    if draft.site not in {site.id for site in sites}:
        raise ApiError(404, "unknown_site", "There is no such school.")
    return await _save(call, draft, new_id(), 201)


async def update(call: Call) -> Response:
    """PUT /api/classes/{site}/{id}: a lesson that runs keeps the members it began with."""
    draft = await read_body(call.request, ClassDraft)
    if draft.site != call.request.path_params["site"]:
        raise ApiError(422, "invalid", "A class cannot move to another school.")
    found = await _find(call)
    return await _save(call, draft, found.id, 200)


async def _save(call: Call, draft: ClassDraft, class_id: str, status: int) -> Response:
    store = call.context.store
    pupils = [ClassMember(plain_line(row.user), plain_line(row.name)) for row in draft.pupils]
    if len({pupil.id for pupil in pupils}) < len(pupils):
        raise ApiError(422, "invalid", "A pupil is in the list twice.")
    if len(set(draft.devices)) < len(draft.devices):
        raise ApiError(422, "invalid", "A device is in the list twice.")
    await asyncio.to_thread(
        save_class,
        store,
        call.trust,
        draft.site,
        class_id,
        plain_line(draft.name),
        draft.devices,
        pupils,
        call.context.now_ms(),
    )
    saved = await asyncio.to_thread(find_class, store, call.trust, draft.site, class_id)
    return JSONResponse({"class": _json(saved) if saved else None}, status)


async def _find(call: Call) -> ClassRow:
    site, class_id = call.request.path_params["site"], call.request.path_params["id"]
    found = await asyncio.to_thread(find_class, call.context.store, call.trust, site, class_id)
    if found is None:
        raise ApiError(404, "unknown_class", "There is no such class.")
    return found


def _json(row: ClassRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "site": row.site,
        "name": row.name,
        "devices": [{"id": device.id, "name": device.name} for device in row.devices],
        "pupils": [{"user": pupil.id, "name": pupil.name} for pupil in row.pupils],
    }
