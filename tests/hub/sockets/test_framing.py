"""The short way agrees with the library's parser on every input."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import SERVER, Protocol

from hub.sockets.framing import binary_frame, owed_after, plain_messages, whole_message

_PAYLOADS = st.binary(max_size=300) | st.integers(120, 70_000).map(bytes)
_FRAMES = st.builds(
    Frame,
    st.sampled_from([Opcode.BINARY, Opcode.TEXT, Opcode.CONT]),
    _PAYLOADS,
    st.booleans(),
) | st.builds(Frame, st.just(Opcode.PING), st.binary(max_size=125))


@given(_PAYLOADS)
def test_a_plain_message_is_read_as_the_parser_reads_it(payload: bytes) -> None:
    data = Frame(Opcode.BINARY, payload).serialize(mask=True)
    assert whole_message(data) == (payload if len(payload) < 65_536 else None)


@given(_FRAMES, st.booleans())
def test_only_plain_messages_are_read(frame: Frame, mask: bool) -> None:
    plain = frame.opcode is Opcode.BINARY and frame.fin and mask and len(frame.data) < 65_536
    assert (whole_message(frame.serialize(mask=mask)) is not None) is plain


@given(_PAYLOADS, st.data())
def test_a_part_of_a_message_is_no_message(payload: bytes, data: st.DataObject) -> None:
    whole = Frame(Opcode.BINARY, payload).serialize(mask=True)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert whole_message(part) is None
    assert whole_message(whole + b"\x82") is None


@given(st.binary(max_size=64))
def test_whatever_is_read_the_parser_would_have_read(data: bytes) -> None:
    payload = whole_message(data)
    parser = Protocol(SERVER)
    parser.receive_data(data)
    events = parser.events_received()
    if payload is not None:
        assert [bytes(event.data) for event in events if isinstance(event, Frame)] == [payload]
        assert not parser.reader.buffer


@given(st.lists(_FRAMES, min_size=1, max_size=5), st.data())
def test_the_place_in_a_stream_is_known_or_said_to_be_unknown(
    frames: list[Frame], data: st.DataObject
) -> None:
    whole = [frame.serialize(mask=True) for frame in frames]
    stream = b"".join(whole)
    ends = {0}
    for frame in whole:
        ends.add(max(ends) + len(frame))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=6)) | {len(stream)})
    owed: int | None = 0
    before = 0
    for cut in cuts:
        owed = owed_after(stream[before:cut], owed)
        before = cut
        if owed is None:
            return
        assert owed == min(end for end in ends if end >= cut) - cut
    assert owed == 0


@given(st.lists(_FRAMES, max_size=6), st.integers(0, 400))
def test_messages_that_come_together_are_read_as_one_after_another(
    frames: list[Frame], cut: int
) -> None:
    stream = b"".join(frame.serialize(mask=True) for frame in frames)
    stream = stream[: max(0, len(stream) - cut)]
    messages, rest = plain_messages(stream)
    assert stream.endswith(rest)
    assert owed_after(stream[: len(stream) - len(rest)], 0) == 0
    expected = []
    at = 0
    for frame in frames:
        part = frame.serialize(mask=True)
        if at + len(part) > len(stream) or whole_message(part) is None:
            break
        expected.append(bytes(frame.data))
        at += len(part)
    assert messages == expected
    assert at + len(rest) == len(stream)


@given(_PAYLOADS)
def test_a_frame_is_written_as_the_library_writes_it(payload: bytes) -> None:
    assert binary_frame(payload) == Frame(Opcode.BINARY, payload).serialize(mask=False)
