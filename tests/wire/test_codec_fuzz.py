"""The decoder against bytes that mean harm: a fault every time, and little memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import msgpack
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scripts.generation.samples import SAMPLES
from wire import messages
from wire.codec import CONTROL_LIMIT, FRAME_LIMIT, Catalogue, encode, encode_payload, split
from wire.errors import Fault, FrameError
from wire.messages import Message

CATALOGUES = tuple(Catalogue(getattr(messages, name)) for name in SAMPLES)
TYPES = sorted({name for catalogue in CATALOGUES for name in catalogue.types})
FRAMES = [encode(message, seq) for samples in SAMPLES.values() for _, seq, message in samples]
FIELDS = sorted(
    {
        field
        for samples in SAMPLES.values()
        for _, _, message in samples
        for field in message.__struct_fields__
    }
)
MEMORY_LIMIT = 4 * 1024 * 1024
"""Bytes that one frame may make this program allocate."""

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=8)),
    st.sampled_from(["wall", "online", "offer", "a", 0, 1, 0.5, b"\xff\xd8\xff\xd9"]),
)
keys = st.one_of(st.sampled_from(FIELDS), st.text(max_size=5), scalars)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    ),
    max_leaves=12,
)


def decode_all(frame: bytes) -> list[Message]:
    """What each catalogue makes of a frame; anything raised but `FrameError` fails the test."""
    found = []
    for catalogue in CATALOGUES:
        with suppress(FrameError):
            found.append(catalogue.decode(frame)[1])
    return found


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"")
@example(b"\xc1")
def test_any_bytes_give_a_message_or_a_fault(frame: bytes) -> None:
    decode_all(frame)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TYPES), st.integers(0, 2**53 - 1), values)
def test_any_payload_gives_a_message_or_a_fault(name: str, seq: int, payload: object) -> None:
    frame = b"\x93" + encode_payload(name) + encode_payload(seq) + msgpack.packb(payload)
    for message in decode_all(frame):
        assert decode_all(encode(message, seq)), "what was taken is taken again"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TYPES), st.lists(st.tuples(keys, values), max_size=8))
def test_pairs_with_repeated_and_strange_keys_give_a_message_or_a_fault(
    name: str, pairs: list[tuple[object, object]]
) -> None:
    packed = b"".join(msgpack.packb(key) + msgpack.packb(value) for key, value in pairs)
    repeated = len({repr(key) for key, _ in pairs}) < len(pairs)
    found = decode_all(
        b"\x93" + encode_payload(name) + b"\x01" + bytes([0x80 | len(pairs)]) + packed
    )
    assert not (found and repeated), "a key twice must be refused"


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FRAMES), st.data())
def test_frames_with_a_few_bytes_changed_give_a_message_or_a_fault(
    frame: bytes, data: st.DataObject
) -> None:
    changed = bytearray(frame)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    decode_all(bytes(changed))


@pytest.mark.parametrize("frame", [frame for frame in FRAMES if len(frame) < 500])
def test_every_cut_of_a_frame_is_malformed(frame: bytes) -> None:
    for length in range(len(frame)):
        with pytest.raises(FrameError) as caught:
            split(frame[:length])
        assert caught.value.fault is Fault.MALFORMED


@pytest.mark.parametrize("frame", FRAMES)
def test_anything_behind_a_frame_is_malformed(frame: bytes) -> None:
    with pytest.raises(FrameError) as caught:
        split(frame + b"\x00")
    assert caught.value.fault is Fault.MALFORMED


def _field(value: bytes, kind: str = "changed", field: str = "new") -> bytes:
    payload = b"\x83\xa6lesson\xa1l\xa6cursor\xa0" + encode_payload(field) + value
    return b"\x93" + encode_payload(kind) + b"\x01" + payload


def _state(monitors: bytes) -> bytes:
    return b"\x93\xaestate_reported\x01\x82\xa5at_ms\x01\xa8monitors" + monitors


def _many(item: bytes, size: int) -> bytes:
    count = size // len(item)
    return b"\xdd" + count.to_bytes(4, "big") + item * count


SPACE = FRAME_LIMIT - 200
BOMBS: dict[str, Callable[[], bytes]] = {
    "empty maps in an unknown field": lambda: _field(_many(b"\x80", SPACE)),
    "empty lists in an unknown field": lambda: _field(_many(b"\x90", SPACE)),
    "nested lists in an unknown field": lambda: _field(_many(b"\x91" * 200 + b"\xc0", SPACE)),
    "empty texts in an unknown field": lambda: _field(_many(b"\xa0", SPACE)),
    "empty maps for records": lambda: _state(_many(b"\x80", CONTROL_LIMIT - 200)),
    "nil for records": lambda: _state(_many(b"\xc0", CONTROL_LIMIT - 200)),
    "list of four thousand million": lambda: _state(b"\xdd\xff\xff\xff\xff"),
    "list of two thousand million devices": lambda: _field(
        b"\xdd\x7f\xff\xff\xff", field="removed"
    ),
    "map of four thousand million": lambda: _field(b"\xdf\xff\xff\xff\xff"),
    "text of four thousand million": lambda: _field(b"\xdb\xff\xff\xff\xff"),
    "bytes of four thousand million": lambda: _field(b"\xc6\xff\xff\xff\xff"),
    "extension of four thousand million": lambda: _field(b"\xc9\xff\xff\xff\xff\x01"),
    "deeper than any stack": lambda: _field(b"\x91" * SPACE + b"\xc0"),
    "maps deeper than any stack": lambda: _field(b"\x81\xa0" * (SPACE // 2) + b"\xc0"),
    "ten thousand keys": lambda: (
        b"\x93\xa9heartbeat\x01\xde\x27\x10" + b"".join(b"\xa4%04d\xc0" % i for i in range(10_000))
    ),
    "one mebibyte": lambda: _field(_many(b"\x80", 1024 * 1024)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_cost_little_memory(name: str) -> None:
    frame = BOMBS[name]()
    tracemalloc.start()
    try:
        decode_all(frame)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_LIMIT


def test_too_long_a_frame_is_not_even_looked_at() -> None:
    with pytest.raises(FrameError) as caught:
        split(b"\xc1" * (FRAME_LIMIT + 1))
    assert caught.value.fault is Fault.TOO_LARGE
