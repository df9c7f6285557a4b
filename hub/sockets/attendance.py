"""Who is still there: a look at every device, twice a second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from hub.sockets.sessions import DeviceSocket
from wire.errors import Fault

STEP_S = 0.5
"""A silent device is closed that much late at most."""


async def watch(devices: Mapping[int, DeviceSocket], silence_s: float) -> None:
    """Close who is silent for `silence_s`, and renew what each may send; until cancelled.

    Looks are counted, not seconds: while this process hangs nobody is heard, and none of them is
    to blame. Nor is a device that is not read because there is no room for more.
    """
    step_s = min(STEP_S, silence_s / 4)
    while True:
        await asyncio.sleep(step_s)
        for device in list(devices.values()):
            look_at(device, step_s, silence_s)


def look_at(device: DeviceSocket, step_s: float, silence_s: float) -> None:
    """One look at a device, `step_s` after the last one."""
    device.allowance.refill(step_s)
    if device.is_over_allowance and device.allowance.has_numbered:
        device.is_over_allowance = False
        device.resume()
    if device.is_heard or device.is_held:
        device.is_heard = False
        device.silent_s = 0.0
        return
    device.silent_s += step_s
    if device.silent_s >= silence_s:
        device.close(Fault.SILENT)
