from __future__ import annotations

import asyncio

import pytest

from webrtc.outlet import Outlet
from webrtc.rungs import FULL, SMALL


async def taken(outlet: Outlet) -> list[tuple[bytes, int]]:
    """What waits now."""
    found = []
    try:
        while True:
            async with asyncio.timeout(0.02):
                payloads, timestamp = await outlet.get()
                found.append((payloads[0], timestamp))
    except TimeoutError:
        return found


async def test_nothing_flows_before_a_keyframe_of_the_wanted_rung() -> None:
    outlet = Outlet(FULL)
    outlet.put(FULL, ([b"delta"], 1000), False)
    outlet.put(SMALL, ([b"small key"], 2000), True)
    assert outlet.needs_keyframe()
    outlet.put(FULL, ([b"key"], 3000), True)
    outlet.put(FULL, ([b"next"], 4000), False)
    assert not outlet.needs_keyframe()
    assert await taken(outlet) == [(b"key", 3000), (b"next", 4000)]


async def test_the_old_rung_flows_until_the_new_ones_keyframe() -> None:
    outlet = Outlet(SMALL)
    outlet.put(SMALL, ([b"s1"], 1000), True)
    outlet.wanted = FULL
    outlet.put(SMALL, ([b"s2"], 2000), False)
    assert await taken(outlet) == [(b"s1", 1000), (b"s2", 2000)]
    outlet.put(FULL, ([b"f1"], 2000), True)
    outlet.put(SMALL, ([b"s3"], 3000), False)
    assert await taken(outlet) == [(b"f1", 2090)]


async def test_what_waits_before_the_connection_is_up_begins_at_the_newest_keyframe() -> None:
    outlet = Outlet(FULL)
    for number in range(3):
        outlet.put(FULL, ([b"key%d" % number], number * 1000), True)
        outlet.put(FULL, ([b"delta%d" % number], number * 1000 + 500), False)
    assert [data for data, _ in await taken(outlet)] == [b"key2", b"delta2"]


@pytest.mark.parametrize("frames", [200])
async def test_a_viewer_that_takes_nothing_costs_no_memory(frames: int) -> None:
    outlet = Outlet(FULL)
    outlet.put(FULL, ([b"key"], 0), True)
    for number in range(frames):
        outlet.put(FULL, ([b"delta"], number * 1000), False)
    assert outlet.needs_keyframe()
    assert await taken(outlet) == []
