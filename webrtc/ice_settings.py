"""Settings of peer connections, importable without the libraries that use them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IceSettings:
    """STUN and TURN servers (of each kind the first counts), and where media may go.

    `loopback_media` keeps all media of the process on 127.0.0.1: for tests and demonstrations.
    """

    servers: tuple[str, ...] = ()
    username: str = ""
    credential: str = ""
    loopback_media: bool = False
