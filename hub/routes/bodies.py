"""What requests may say, and how it is read: bounded, typed, and free of invisible characters."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request

from hub.errors import ApiError
from safeguarding.plain_text import plain
from wire.messages import Id

BODY_LIMIT = 256 * 1024

Line = Annotated[str, Meta(min_length=1, max_length=100)]
Secret = Annotated[str, Meta(min_length=1, max_length=1024)]


class Setup(Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/setup"""

    code: Annotated[str, Meta(max_length=64)]
    trust_name: Line
    site_name: Line
    name: Line
    user: Line
    password: Secret


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/session"""

    user: Line
    password: Secret


class Pupil(Struct, frozen=True, forbid_unknown_fields=True):
    """A pupil of a class."""

    user: Line
    name: Line


class ClassDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/classes and PUT /api/classes/{site}/{id}"""

    site: Id
    name: Line
    devices: Annotated[tuple[Id, ...], Meta(max_length=1_000)]
    pupils: Annotated[tuple[Pupil, ...], Meta(max_length=1_000)]


class LessonStart(Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/lessons"""

    site: Id
    class_id: Id
    members: Literal["devices", "pupils"]


Body = TypeVar("Body", bound=Struct)


async def read_body(request: Request, kind: type[Body]) -> Body:
    """The request's JSON. Raises `ApiError`: 413 too large, 422 not as it must be."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > BODY_LIMIT:
            raise ApiError(413, "too_large", "The request is too large.")
    try:
        return msgspec.json.decode(bytes(data), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(422, "invalid", f"The request is not as it must be: {error}") from None


def plain_line(text: str) -> str:
    """A name as it is kept: one line, without control or direction-changing characters.

    Everything else is kept as it is: names are text, and shown as text. Raises `ApiError` (422)
    when nothing is left.
    """
    line = " ".join(plain(unicodedata.normalize("NFC", text)).split())
    if not line:
        raise ApiError(422, "invalid", "A name must have at least one visible character.")
    return line
