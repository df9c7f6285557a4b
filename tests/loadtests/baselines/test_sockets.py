"""The bare baseline under the load tester's own devices, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import os
from pathlib import Path

import pytest

from loadtests.drive import Drive, Load, State
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
    async with Server(command, port, tmp_path / "log") as server:
        load = Load(
            server.url,
            server.pid,
            seats,
            (),
            rate=5.0,
            seconds=1.0,
            connects_per_s=500.0,
            measures_idle=False,
            settle_s=0.0,
        )
        outcome = await Drive(load, asyncio.Event(), states.append).run()
    assert outcome.tally.sent.keys() == set(range(20))
    assert all(abs(sent - 5.0 * outcome.seconds) <= 1.0 for sent in outcome.tally.sent.values())
    assert outcome.messages == sum(outcome.tally.sent.values())
    assert outcome.failures == 0
    assert outcome.cost is not None
    assert outcome.cost.cpu_s > 0
    assert outcome.usage is not None
    assert outcome.usage.ray_processes == 0
    assert "steady window" in {state.phase for state in states}
    assert (tmp_path / "log").read_text() == ""
