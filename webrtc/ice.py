"""How connections find each other: servers, candidates, and the wish to stay on loopback."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiortc import RTCConfiguration, RTCIceCandidate, RTCIceServer
from aiortc.sdp import candidate_from_sdp

from webrtc.aiortc_hooks import restrict_to_loopback
from webrtc.ice_settings import IceSettings

MOST_CANDIDATES = 20
"""Candidates taken from one viewer's connection; the rest are ignored."""

_CANDIDATE_LINE = re.compile(r"^a=(candidate:[^\r\n]*|end-of-candidates)\r?\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Offer:
    """A browser's offer without its candidates, and those candidates."""

    sdp: str
    candidates: tuple[str, ...]


def configuration(settings: IceSettings) -> RTCConfiguration:
    """What a connection is made with; always explicit, as the default asks a public server."""
    if settings.loopback_media:
        restrict_to_loopback()
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(
                urls=list(settings.servers),
                username=settings.username or None,
                credential=settings.credential or None,
            )
        ]
        if settings.servers
        else []
    )


def split_offer(sdp: str) -> Offer:
    """Take the candidates out of an offer: names in them can take a second to look up."""
    lines = [found.group(1) for found in _CANDIDATE_LINE.finditer(sdp)]
    return Offer(
        _CANDIDATE_LINE.sub("", sdp),
        tuple(line for line in lines if line.startswith("candidate:")),
    )


def parse_candidate(line: str, mid: str) -> RTCIceCandidate | None:
    """A trickled candidate; None for the end of candidates. Raises `ValueError`."""
    text = line.removeprefix("a=").removeprefix("candidate:").strip()
    if not text:
        return None
    try:
        candidate = candidate_from_sdp(text)
    except (AssertionError, IndexError, ValueError) as error:
        raise ValueError(f"not a candidate: {line[:100]!r}") from error
    candidate.sdpMid = mid
    return candidate
