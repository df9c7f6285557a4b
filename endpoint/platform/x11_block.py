"""The pupil's own keyboard and pointer, taken away while XTest goes on working.

Each physical device is grabbed by itself (XInput 2): it is then detached from the pointer and the
keyboard that applications see, which the XTest devices go on moving. The server ends the grabs
when the connection ends, however the process ends.
"""

from __future__ import annotations

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError
from Xlib.ext import xinput

_SLAVES = frozenset({xinput.SlavePointer, xinput.SlaveKeyboard})


class X11Block:
    """Grabs on all physical input devices of a display; raises `OSError` where impossible."""

    def __init__(self, name: str | None) -> None:
        try:
            self._display = Display(name)
        except (DisplayError, ConnectionClosedError) as error:
            raise OSError(f"no X display: {error}") from None
        if not self._display.has_extension("XInputExtension"):
            self._display.close()
            raise OSError("this X display has no XInput 2: input cannot be blocked")
        self._display.xinput_query_version()
        self._held: set[int] = set()

    def hold(self) -> None:
        """Grab every physical device that is not yet held; to be repeated for new ones.

        Raises `OSError` when a device cannot be grabbed, as while another program holds it.
        """
        failed = []
        try:
            for device in self._display.xinput_query_device(xinput.AllDevices).devices:
                is_new = device.deviceid not in self._held and device.use in _SLAVES
                if is_new and "XTEST" not in device.name and not self._grab(device.deviceid):
                    failed.append(device.name)
        except (XError, ConnectionClosedError) as error:
            raise OSError(f"input cannot be blocked: {error}") from None
        if failed:
            raise OSError(f"held by another program: {', '.join(failed)}")

    def close(self) -> None:
        """Give every device back."""
        try:
            for device in self._held:
                self._display.xinput_ungrab_device(device, X.CurrentTime)
            self._display.close()
        except (XError, ConnectionClosedError, DisplayError):
            return

    def _grab(self, device: int) -> bool:
        root = self._display.screen().root
        answer = root.xinput_grab_device(
            device, X.CurrentTime, xinput.GrabModeAsync, xinput.GrabModeAsync, False, 0
        )
        if answer.status == X.GrabSuccess:
            self._held.add(device)
        return bool(answer.status == X.GrabSuccess)
