"""Remote control: messages of a viewer's data channels, and the desktop that they reach."""

from __future__ import annotations

import logging
from collections.abc import Callable

from webrtc.source import InputSink
from wire.codec import Catalogue
from wire.errors import Fault, FrameError
from wire.messages import (
    BETWEEN_PEERS,
    KeyChanged,
    KeysReleased,
    Message,
    Monitor,
    PointerButton,
    PointerMoved,
    WheelTurned,
)

MOVES = "moves"
"""Label of the channel that may lose messages."""
KEYS = "keys"
"""Label of the channel that may not."""
FRAME_LIMIT = 512
"""Bytes of the largest frame on a data channel."""
MOST_PER_S = 500
"""Messages a second on each channel; a browser sends some 60 moves."""

_catalogue = Catalogue(BETWEEN_PEERS)
_log = logging.getLogger(__name__)


class ControlChannel:
    """Decodes what one viewer sends, and bounds how much of it.

    Moves past the rate are dropped. Anything else that is wrong (not a frame, not a message of
    this catalogue, too many keys) raises `FrameError`, after which the viewer must be let go.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._budgets = {MOVES: float(MOST_PER_S), KEYS: float(MOST_PER_S)}
        self._counted_s = clock()

    def receive(self, label: str, data: object) -> Message | None:
        """The message in a channel's datagram; None: dropped, as there are too many."""
        if not isinstance(data, bytes):
            raise FrameError(Fault.MALFORMED, "text on a control channel")
        _, message = _catalogue.decode(data, FRAME_LIMIT)
        if label == MOVES and not isinstance(message, PointerMoved):
            raise FrameError(Fault.INVALID, f"{type(message).__name__} on the lossy channel")
        self._refill()
        self._budgets[label] -= 1
        if self._budgets[label] >= 0:
            return message
        if isinstance(message, PointerMoved):
            return None
        raise FrameError(Fault.TOO_SLOW, f"more than {MOST_PER_S} messages a second")

    def _refill(self) -> None:
        now = self._clock()
        gained = (now - self._counted_s) * MOST_PER_S
        self._counted_s = now
        for label, budget in self._budgets.items():
            self._budgets[label] = min(float(MOST_PER_S), max(0.0, budget) + gained)


class RemoteHands:
    """The hands of those who control: opened when needed, and empty when they let go.

    Guarantees: `let_go` leaves no key or button down; the pupil's own input is blocked only
    between `block(True)` and `block(False)` or `close`. Failures of the desktop are logged, and
    leave the hands closed.
    """

    def __init__(self, open_input: Callable[[], InputSink]) -> None:
        self._open_input = open_input
        self._sink: InputSink | None = None
        self._blocked = False

    def open(self) -> None:
        """Be ready, so that the first key does not wait."""
        self._sink = self._sink or self._opened()

    def apply(self, message: Message, monitor: Monitor) -> None:
        """Do what a viewer of this monitor did."""
        sink = self._sink
        if sink is None:
            return
        try:
            _apply(sink, message, monitor)
        except OSError as error:
            self._fail(error)

    def let_go(self) -> None:
        """Release every key and button."""
        if self._sink is None:
            return
        try:
            self._sink.release_all()
        except OSError as error:
            self._fail(error)

    def block(self, blocked: bool) -> None:
        """Take the pupil's own input away, or give it back; repeated, it takes new devices too."""
        if not blocked and not self._blocked:
            return
        sink = self._sink = self._sink or self._opened()
        if sink is None:
            return
        try:
            sink.block_local(blocked)
            self._blocked = blocked
        except OSError as error:
            _log.warning("the pupil's own input stays as it is: %s", error)

    def close(self) -> None:
        """Let go of everything."""
        sink, self._sink = self._sink, None
        self._blocked = False
        if sink is not None:
            try:
                sink.close()
            except OSError as error:
                _log.warning("closing the input failed: %s", error)

    def _opened(self) -> InputSink | None:
        try:
            return self._open_input()
        except OSError as error:
            _log.warning("input cannot be injected: %s", error)
            return None

    def _fail(self, error: OSError) -> None:
        _log.warning("injecting input failed: %s", error)
        self.close()


def _apply(sink: InputSink, message: Message, monitor: Monitor) -> None:
    match message:
        case PointerMoved():
            sink.move(*_place(message.x, message.y, monitor))
        case PointerButton():
            sink.move(*_place(message.x, message.y, monitor))
            sink.button(message.button, message.down)
        case WheelTurned():
            sink.move(*_place(message.x, message.y, monitor))
            sink.wheel(message.dx, message.dy)
        case KeyChanged():
            sink.key(message.code, message.key, message.down)
        case KeysReleased():
            sink.release_all()


def _place(x: float, y: float, monitor: Monitor) -> tuple[int, int]:
    """Pixels of the desktop for a place on one monitor; never beyond its last pixel."""
    return (
        monitor.x + min(int(x * monitor.width), max(0, monitor.width - 1)),
        monitor.y + min(int(y * monitor.height), max(0, monitor.height - 1)),
    )
