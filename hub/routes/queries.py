"""What the query of an address may say, checked: whole numbers, ids, one of some words."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from hub.errors import ApiError

TEXT_LIMIT = 256


def whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A whole number from `least` to `most`; raises `ApiError` (422) when it is none."""
    text = request.query_params.get(name)
    if text is None:
        return default
    # Not `int` alone: it takes underscores, spaces and the digits of every script.
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    raise ApiError(422, "invalid", f"{name} must be a whole number from {least} to {most}.")


def word(request: Request, name: str, choices: Sequence[str]) -> str:
    """One of these words, the first when none is given; raises `ApiError` (422)."""
    given = request.query_params.get(name, choices[0])
    if given not in choices:
        raise ApiError(422, "invalid", f"{name} must be one of {', '.join(choices)}.")
    return given


def text(request: Request, name: str) -> str:
    """A short text, "" when none is given; raises `ApiError` (422) when it is long."""
    given = request.query_params.get(name, "")
    if len(given) > TEXT_LIMIT:
        raise ApiError(422, "invalid", f"{name} is too long.")
    return given
