"""The least that any server must do: one Starlette socket that decodes and validates."""

from __future__ import annotations

from loadtests.baselines.sockets import serve
from wire.codec import Catalogue
from wire.messages import FROM_DEVICE


def run(port: int) -> None:
    """Serve until SIGTERM."""
    decode = Catalogue(FROM_DEVICE).decode

    async def number(frame: bytes) -> int:
        return decode(frame)[0]

    serve(port, decode, number)
