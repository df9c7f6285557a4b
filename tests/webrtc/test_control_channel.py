from __future__ import annotations

import pytest

from tests.webrtc.screens import NotedHands
from tests.webrtc.test_steering import Clock
from webrtc.control_channel import KEYS, MOST_PER_S, MOVES, ControlChannel, RemoteHands
from webrtc.source import InputSink
from wire.codec import encode
from wire.errors import FrameError
from wire.messages import (
    KeyChanged,
    KeysReleased,
    Monitor,
    PointerButton,
    PointerMoved,
    WheelTurned,
)

MONITOR = Monitor(1, "right", 1280, -40, 800, 600)


@pytest.mark.parametrize(
    ("label", "data"),
    [
        (KEYS, "text"),
        (KEYS, b""),
        (KEYS, b"\xff" * 20),
        (KEYS, encode(KeyChanged("KeyA", "a", True)) + b"\0" * 600),
        (MOVES, encode(KeyChanged("KeyA", "a", True))),
        (KEYS, b"\x93\xadpointer_moved\x00\x82\xa1x\xcb\x7f\xf8\0\0\0\0\0\0\xa1y\x00"),
        (KEYS, b"\x93\xadpointer_moved\x00\x82\xa1x\x02\xa1y\x00"),
    ],
)
def test_what_is_not_a_message_for_this_channel_is_refused(label: str, data: object) -> None:
    with pytest.raises(FrameError):
        ControlChannel(Clock()).receive(label, data)


def test_too_many_moves_are_dropped_and_too_many_keys_refused() -> None:
    clock = Clock()
    channel = ControlChannel(clock)
    move, key = encode(PointerMoved(0.5, 0.5)), encode(KeyChanged("KeyA", "a", True))
    moves = [channel.receive(MOVES, move) for _ in range(MOST_PER_S + 100)]
    assert sum(message is not None for message in moves) == MOST_PER_S
    for _ in range(MOST_PER_S):
        channel.receive(KEYS, key)
    with pytest.raises(FrameError):
        channel.receive(KEYS, key)
    clock.now = 0.1
    assert channel.receive(MOVES, move) is not None


@pytest.mark.parametrize(
    ("message", "done"),
    [
        (PointerMoved(0, 0), [("move", 1280, -40)]),
        (PointerMoved(1, 1), [("move", 2079, 559)]),
        (PointerButton(0.5, 0.5, 3, True), [("move", 1680, 260), ("button", 3, True)]),
        (WheelTurned(0.5, 0.5, -1, 2), [("move", 1680, 260), ("wheel", -1, 2)]),
        (KeyChanged("KeyA", "a", True), [("key", "KeyA", "a", True)]),
        (KeysReleased(), [("release_all",)]),
    ],
)
def test_places_on_a_monitor_become_pixels_of_the_desktop(
    message: PointerMoved, done: list[object]
) -> None:
    sink = NotedHands()
    hands = RemoteHands(lambda: sink)
    hands.open()
    hands.apply(message, MONITOR)
    assert sink.done == done


def test_a_desktop_that_cannot_be_controlled_is_no_error() -> None:
    def refuse() -> InputSink:
        raise OSError("no display")

    hands = RemoteHands(refuse)
    hands.open()
    hands.block(True)
    hands.apply(KeysReleased(), MONITOR)
    hands.let_go()
    hands.close()


def test_a_desktop_that_dies_is_let_go() -> None:
    class Dying(NotedHands):
        def key(self, code: str, key: str, down: bool) -> None:
            raise OSError("gone")

    sink = Dying()
    hands = RemoteHands(lambda: sink)
    hands.open()
    hands.block(True)
    hands.apply(KeyChanged("KeyA", "a", True), MONITOR)
    assert sink.closed
    assert not sink.blocked
