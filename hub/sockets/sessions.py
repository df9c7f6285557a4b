"""What the switchboard keeps of one socket: of a device, and of a console."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actors.keys import Key
from actors.ports import Watch
from hub.sockets.allowance import Allowance
from hub.sockets.outbound import Outbound
from safeguarding.permissions import Principal
from wire.codec import encode
from wire.errors import Fault, FrameError
from wire.messages import Rejected

if TYPE_CHECKING:
    from hub.sockets.lane import Lane
    from hub.sockets.subscriptions import Subscription


@dataclass(slots=True)
class SocketCounts:
    """Counts that only grow. A dropped picture was replaced by a newer one before it was sent."""

    frames_received: int = 0
    """Frames of devices that were brought to a shard."""
    frames_refused: int = 0
    """Frames of devices that could not be accepted."""
    pictures_dropped: int = 0
    consoles_dropped: int = 0
    """Consoles that were closed because they did not read what they were sent."""
    messages_set_aside: int = 0
    """Frames and commands that ended a shard's process again and again."""


class DeviceSocket:
    """A device's connection. Frames for it wait until it is welcomed."""

    def __init__(
        self, key: Key, name: str, epoch: str, session: int, lane: Lane, outbound: Outbound
    ) -> None:
        self.key = key
        self.key_text = str(key)
        self.name = name
        self.epoch = epoch
        self.session = session
        self.lane = lane
        self.received = 0
        self.acknowledged = 0
        self.is_resuming = True
        """Between a `welcome` and the `resumed` that answers it."""
        self.is_heard = True
        """Whether a frame came since it was last looked."""
        self.silent_s = 0.0
        """Seconds for which no frame came, as counted so far."""
        self.allowance = Allowance()
        self.is_held = False
        """Whether its frames are not read now, for want of room or of allowance."""
        self.is_over_allowance = False
        self.is_rejected = False
        """Whether it sent a frame that cannot be accepted."""
        self._outbound = outbound
        self._early: list[bytes] | None = []

    def put(self, frame: bytes) -> None:
        """Send a frame, after the welcome."""
        if self._early is None:
            self._outbound.put(frame)
        else:
            self._early.append(frame)

    def hold(self) -> None:
        """Read no more of its frames until `resume`."""
        self.is_held = True
        self._outbound.line.pause()

    def resume(self) -> None:
        """Read its frames again, if it may send any."""
        if not self.is_over_allowance:
            self.is_held = False
            self._outbound.line.resume()

    def welcome(self, frame: bytes) -> None:
        """Send a welcome, and what waited for it."""
        self._outbound.put(frame)
        early, self._early = self._early, None
        for waiting in early or ():
            self._outbound.put(waiting)

    def reject(self, error: FrameError) -> None:
        """Name the frame that cannot be accepted, and close."""
        self.is_rejected = True
        if error.seq:
            self._outbound.put(encode(Rejected(error.seq, error.fault.value, error.detail[:500])))
        self._outbound.close(error.fault)

    def close(self, fault: Fault) -> None:
        """Close the connection after what is queued."""
        self._outbound.close(fault)


class Console:
    """A console's connection: what it follows, what it watches, and its pictures.

    Of pictures only the newest of each device waits, and only one is on its way at a time.
    """

    def __init__(self, viewer: str, principal: Principal) -> None:
        self.viewer = viewer
        self.principal = principal
        self.outbound: Outbound
        self.rights_changed = asyncio.Event()
        self.subscriptions: dict[str, Subscription] = {}
        self.watch: Watch | None = None
        self.watch_site = ""
        self._pictures: dict[str, bytes] = {}

    def is_watching(self, device: Key) -> bool:
        """Whether this console shows a device's screen."""
        return self.watch is not None and any(s.device == device for s in self.watch.screens)

    def put(self, frame: bytes) -> None:
        """Send a frame."""
        self.outbound.put(frame)

    def close(self, fault: Fault) -> None:
        """Close the connection after what is queued."""
        self.outbound.close(fault)

    def show(self, device: str, frame: bytes) -> bool:
        """Send a picture; whether an older one of the same device waited and is dropped for it."""
        is_dropping = self._pictures.pop(device, None) is not None
        self._pictures[device] = frame
        self.outbound.touch()
        return is_dropping

    def refill(self) -> bytes | None:
        """The next frame, when nothing is queued: changes of lessons first, then pictures."""
        for subscription in self.subscriptions.values():
            frame = subscription.take_changes()
            if frame is not None:
                return frame
        if self._pictures:
            return self._pictures.pop(next(iter(self._pictures)))
        return None
