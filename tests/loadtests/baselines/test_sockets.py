"""The bare baseline under the load tester's own devices, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import os
from pathlib import Path

import pytest

from loadtests.crew import Field, State
from loadtests.drive import Drive
from loadtests.profiles import Profile, Rates
from loadtests.school import Seat
from loadtests.server import Server, free_port

pytestmark = pytest.mark.slow


async def test_devices_sign_on_and_report_at_their_rate(tmp_path: Path) -> None:
    seats = tuple(
        Seat("t", "s", f"pc-{at}", base64.b64encode(os.urandom(32)).decode()) for at in range(20)
    )
    port = free_port()
    command = ["loadtests", "_bare_socket", "--port", str(port)]
    states: list[State] = []
    profile = Profile(
        name="bare",
        about="",
        devices=20,
        lessons=False,
        arrive_within_s=0.1,
        seconds=1.5,
        rates=Rates(window=5.0, event=2.0),
    )
    async with Server(command, port, tmp_path / "log") as server:
        drive = Drive(
            profile,
            Field(server.url, server.pid, seats),
            asyncio.Event(),
            states.append,
            measures_idle=False,
            awaits_acknowledgement=False,
        )
        outcome = await drive.run()
    assert outcome.tally.sent.keys() == set(range(20))
    assert all(6 <= sent <= 8 for sent in outcome.tally.sent.values())
    assert outcome.window.messages == sum(outcome.tally.sent.values()) + outcome.tally.events
    assert len(outcome.tally.acknowledged_ms) == outcome.tally.events > 0
    assert outcome.failures == 0
    assert outcome.window.cost is not None
    assert outcome.window.cost.cpu_s > 0
    assert outcome.window.after is not None
    assert outcome.window.after.ray_processes == 0
    assert "measuring" in {state.phase for state in states}
    assert outcome.samples[-1].connected == 20
    assert (tmp_path / "log").read_text() == ""
