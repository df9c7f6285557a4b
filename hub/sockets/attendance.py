"""Who is still there: a look at every device, twice a second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from hub.sockets.sessions import DeviceSocket
from wire.errors import Fault

STEP_S = 0.5
"""A silent device is closed that much late at most."""
REFILL_LOOKS = 10
"""Allowances are renewed at every such look: at 10,000 devices each look counts."""


async def watch(devices: Mapping[int, DeviceSocket], silence_s: float) -> None:
    """Close who is silent for `silence_s`, and renew what each may send; until cancelled.

    Looks are counted, not seconds: while this process hangs nobody is heard, and none of them is
    to blame. Nor is a device that is not read because there is no room for more.
    """
    step_s = min(STEP_S, silence_s / 4)
    looks = 0
    while True:
        await asyncio.sleep(step_s)
        looks += 1
        present = list(devices.values())
        for device in present:
            look_at(device, step_s, silence_s)
        if looks % REFILL_LOOKS == 0:
            for device in present:
                device.allowance.refill(step_s * REFILL_LOOKS)


def look_at(device: DeviceSocket, step_s: float, silence_s: float) -> None:
    """One look at a device, `step_s` after the last one. Short, because there are thousands."""
    if device.is_heard:
        device.is_heard = False
        device.silent_s = 0.0
    else:
        device.silent_s += step_s
    if device.is_held:
        device.silent_s = 0.0
        if device.is_over_allowance:
            _give_room(device, step_s)
    elif device.silent_s >= silence_s:
        device.close(Fault.SILENT)


def _give_room(device: DeviceSocket, step_s: float) -> None:
    device.allowance.refill(step_s)
    if device.allowance.has_numbered:
        device.is_over_allowance = False
        device.resume()
