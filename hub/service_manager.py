"""Tells systemd, where it started this program, how the program is.

The protocol is a datagram of lines to the socket that `NOTIFY_SOCKET` names; see sd_notify(3).
Without that variable nothing is sent.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """Where to report, and how often the manager wants to hear that the loop goes round."""

    address: str = ""
    watchdog_s: float = 0.0
    """Seconds of silence after which the manager ends this program; 0: never."""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> ServiceManager:
        """The manager that the environment names, if any."""
        watchdog_us = environ.get("WATCHDOG_USEC", "")
        return cls(
            environ.get("NOTIFY_SOCKET", ""),
            int(watchdog_us) / 1e6 if watchdog_us.isdecimal() else 0.0,
        )

    def ready(self) -> None:
        """The server serves now."""
        self._say("READY=1\nSTATUS=Serving lessons")

    def stopping(self) -> None:
        """The server ends in an orderly way."""
        self._say("STOPPING=1\nSTATUS=Saying goodbye")

    async def keep_alive(self) -> None:
        """Show the watchdog, until cancelled, that this loop goes round; at once if there is
        none."""
        while self.watchdog_s:
            self._say("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_s / 3)

    def _say(self, text: str) -> None:
        """A manager that does not listen must not hurt those who are served."""
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address[0] == "@" else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            try:
                sender.sendto(text.encode(), address)
            except OSError:
                return
