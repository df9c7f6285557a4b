"""The desktop of a Windows computer. Written to the documented calls; not yet tested on Windows."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from pathlib import PureWindowsPath

from endpoint.platform.port import Account, Window
from wire.messages import IncompleteReason, Monitor

assert sys.platform == "win32"

from endpoint.platform.windows_user32 import (
    MONITORINFOF_PRIMARY,
    PROCESS_QUERY_LIMITED_INFORMATION,
    WDA_NONE,
    LastInputInfo,
    MonitorInfo,
    MonitorProcedure,
    advapi32,
    kernel32,
    user32,
)

_TITLE = 1024
_PATH = 32_768


def read_monitors() -> tuple[Monitor, ...]:
    """All monitors in physical pixels, the primary first; `id` is the place in this order."""
    found: list[tuple[bool, Monitor]] = []

    def take(handle: int, context: int, area: object, data: int) -> bool:
        info = MonitorInfo(cbSize=ctypes.sizeof(MonitorInfo))
        if user32.GetMonitorInfoW(handle, ctypes.byref(info)):
            box = info.rcMonitor
            is_primary = bool(info.dwFlags & MONITORINFOF_PRIMARY)
            size = box.right - box.left, box.bottom - box.top
            found.append(
                (is_primary, Monitor(0, info.szDevice, box.left, box.top, *size, is_primary))
            )
        return True

    user32.EnumDisplayMonitors(None, None, MonitorProcedure(take), 0)
    ordered = sorted(found, key=lambda entry: (not entry[0], entry[1].x, entry[1].y))[:16]
    return tuple(
        Monitor(id, one.name, one.x, one.y, one.width, one.height, one.primary)
        for id, (_, one) in enumerate(ordered)
    )


class WindowsDesktop:
    """The interactive desktop of this session. Has no events: the core looks once a second."""

    name = "windows"
    can_control = True

    def __init__(self) -> None:
        user32.SetProcessDPIAware()
        self.can_block_input = bool(ctypes.windll.shell32.IsUserAnAdmin())
        """Windows lets only an elevated process block input."""

    def active_window(self) -> Window:
        """The foreground window, and the file of its program without its ending."""
        handle = user32.GetForegroundWindow()
        if not handle:
            return Window("", "")
        title = ctypes.create_unicode_buffer(_TITLE)
        user32.GetWindowTextW(handle, title, _TITLE)
        return Window(_program(handle), title.value)

    def idle_s(self) -> float:
        """Seconds since the last input of this session."""
        info = LastInputInfo(cbSize=ctypes.sizeof(LastInputInfo))
        if not user32.GetLastInputInfo(ctypes.byref(info)):
            return 0.0
        return float((kernel32.GetTickCount() - info.dwTime) & 0xFFFFFFFF) / 1000

    def monitors(self) -> tuple[Monitor, ...]:
        """All monitors, the primary first."""
        return read_monitors()

    def account(self) -> Account:
        """The account of this session."""
        name = ctypes.create_unicode_buffer(257)
        advapi32.GetUserNameW(name, ctypes.byref(wintypes.DWORD(257)))
        return Account(name.value, "")

    def incomplete(self) -> tuple[IncompleteReason, ...]:
        """Whether the foreground window keeps itself out of every capture."""
        affinity = wintypes.DWORD()
        handle = user32.GetForegroundWindow()
        if handle and user32.GetWindowDisplayAffinity(handle, ctypes.byref(affinity)):
            return ("capture_blocked",) if affinity.value != WDA_NONE else ()
        return ()

    def fileno(self) -> int | None:
        """Nothing to wait for."""
        return None

    def drain(self) -> bool:
        """Nothing to read."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def _program(window: int) -> str:
    process_id = wintypes.DWORD()
    user32.GetWindowThreadProcessId(window, ctypes.byref(process_id))
    process = kernel32.OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, False, process_id.value)
    if not process:
        return ""
    try:
        path = ctypes.create_unicode_buffer(_PATH)
        length = wintypes.DWORD(_PATH)
        if not kernel32.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(length)):
            return ""
        return PureWindowsPath(path.value).stem
    finally:
        kernel32.CloseHandle(process)
