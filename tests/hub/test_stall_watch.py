"""A loop that hangs is noticed from outside, with the place where it hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from hub.stall_watch import StallWatch

pytestmark = pytest.mark.slow


@pytest.fixture
def watch() -> Iterator[StallWatch]:
    watch = StallWatch()
    yield watch
    watch.stop()


def hang(watch: StallWatch) -> float:
    """Block the loop until the watch says so; what it said."""
    until_s = time.monotonic() + 30
    while not watch.stalled_s and time.monotonic() < until_s:
        time.sleep(0.05)
    time.sleep(0.4)
    return watch.stalled_s


async def test_a_blocked_loop_is_measured_and_its_place_is_named(watch: StallWatch) -> None:
    watch.start()
    await asyncio.sleep(0.3)
    with capture_logs() as logs:
        began_s = time.monotonic()
        assert hang(watch) > 0.5
        blocked_s = time.monotonic() - began_s
        async with asyncio.timeout(30):
            while not watch.stalls:
                await asyncio.sleep(0.05)
    assert watch.stalled_s == 0
    assert 0.5 <= watch.stall_seconds < blocked_s + 0.5
    stalled = next(entry for entry in logs if entry["event"] == "event_loop_stalled")
    assert any(place.endswith(" hang") for place in stalled["at"])
    assert [entry["event"] for entry in logs][-1] == "event_loop_went_on"


async def test_a_loop_that_is_not_watched_does_not_stall() -> None:
    watch = StallWatch()
    assert watch.stalled_s == 0
    watch.start()
    watch.stop()
    assert (watch.stalls, watch.stalled_s) == (0, 0)
