"""Real RTP through the places where we reach into aiortc."""

from __future__ import annotations

import asyncio

import aiortc.rtcdtlstransport
import pytest

from tests.webrtc.screens import PaintedDrivers
from tests.webrtc.test_host import running, viewer
from tests.webrtc.viewers import TestViewer, drain
from webrtc.aiortc_hooks import PLAYOUT_DELAY, restrict_to_loopback

pytestmark = pytest.mark.media


async def test_the_answer_offers_baseline_h264_and_immediate_playout_on_loopback_only() -> None:
    restrict_to_loopback()
    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "view"),))
        one = TestViewer("a", host, hub)
        await one.connect()
        (answer,) = [signal for signal in hub.signals if signal.kind == "answer"]
        formats = [line for line in answer.sdp.splitlines() if line.startswith("a=rtpmap:")]
        assert {line.split()[1] for line in formats} <= {"H264/90000", "rtx/90000"}
        assert all(
            "profile-level-id=42001f" in line or "profile-level-id=42e01f" in line
            for line in answer.sdp.splitlines()
            if line.startswith("a=fmtp") and "profile-level-id" in line
        )
        assert PLAYOUT_DELAY in answer.sdp
        hosts = [
            line.split()[4] for line in answer.sdp.splitlines() if line.startswith("a=candidate")
        ]
        assert hosts
        assert set(hosts) == {"127.0.0.1"}
        await one.close()


async def test_a_path_that_loses_packets_still_shows_what_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transport = aiortc.rtcdtlstransport.RTCDtlsTransport
    send = transport._send_rtp
    sent = dropped = 0

    async def lossy(self: object, data: bytes) -> None:
        nonlocal sent, dropped
        is_media = 96 <= data[1] & 0x7F <= 127
        sent += is_media
        if is_media and sent % 20 == 0:
            dropped += 1
            return
        await send(self, data)  # type: ignore[arg-type]

    drivers = PaintedDrivers()
    async with running(drivers) as (host, hub):
        host.set_viewers((viewer("a", "view"),))
        one = TestViewer("a", host, hub)
        await one.connect()
        await one.frame()
        monkeypatch.setattr(transport, "_send_rtp", lossy)
        screen = drivers.painted[0]
        seen = 0
        async with asyncio.timeout(30):
            while dropped < 3 or seen < 20:
                screen.pixels[:, :, :3] = (screen.pixels[:, :, :3].astype(int) * 7 + seen) % 251
                screen.paint(0, 0, 64, 64, (seen * 9 % 255, 0, 0))
                await one.frame()
                seen += 1
        sink = await drain(one)
        assert one.peer.connectionState == "connected"
        await sink.stop()
        await one.close()
