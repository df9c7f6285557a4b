from __future__ import annotations

import pytest

from wire.codec import (
    CONTROL_LIMIT,
    FRAME_LIMIT,
    Catalogue,
    encode,
    encode_payload,
    split,
    type_name,
)
from wire.errors import Fault, FrameError
from wire.messages import (
    FROM_DEVICE,
    TO_CONSOLE,
    TO_DEVICE,
    Changed,
    Heartbeat,
    Message,
    Picture,
    Viewer,
    ViewersChanged,
    WindowChanged,
)

WINDOW = WindowChanged(application="firefox", title="Cells", at_ms=7)
DEVICE = Catalogue(FROM_DEVICE)


def refusal(frame: bytes, catalogue: Catalogue = DEVICE) -> FrameError:
    with pytest.raises(FrameError) as caught:
        catalogue.decode(frame)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "name"), [(Heartbeat, "heartbeat"), (WindowChanged, "window_changed")]
)
def test_type_on_the_wire_is_the_class_name_in_snake_case(kind: type[Message], name: str) -> None:
    assert type_name(kind) == name


def test_message_and_number_come_back_as_they_went() -> None:
    assert DEVICE.decode(encode(WINDOW, 41)) == (41, WINDOW)


def test_frame_can_be_split_and_its_payload_decoded_later() -> None:
    name, seq, payload = split(encode(WINDOW, 41))
    assert (name, seq) == ("window_changed", 41)
    assert DEVICE.decode_payload(name, seq, bytes(payload)) == (41, WINDOW)


def test_defaults_are_left_out() -> None:
    frame = encode(ViewersChanged(viewers=(Viewer("v", "n", "r", "wall"),), lease_s=15.0))
    assert b"pictures_ms" not in frame
    assert Catalogue(TO_DEVICE).decode(frame)[1] == ViewersChanged(
        viewers=(Viewer("v", "n", "r", "wall", 0, 0),), lease_s=15.0
    )


def test_frame_at_its_limit_is_taken_and_one_byte_more_is_not() -> None:
    frame = encode(WINDOW)
    assert split(frame, len(frame))[0] == "window_changed"
    with pytest.raises(FrameError) as caught:
        split(frame, len(frame) - 1)
    assert caught.value.fault is Fault.TOO_LARGE


def test_only_pictures_and_lesson_states_may_exceed_the_control_limit() -> None:
    picture = Picture(monitor=0, width=1, height=1, jpeg=bytes(200 * 1024), at_ms=0)
    assert DEVICE.decode(encode(picture))[1] == picture
    padded = (
        b"\x93"
        + encode_payload("heartbeat")
        + b"\x09"
        + encode_payload({"x": bytes(CONTROL_LIMIT)})
    )
    assert len(padded) < FRAME_LIMIT
    found = refusal(padded)
    assert (found.fault, found.seq) == (Fault.TOO_LARGE, 9)


def test_refusal_names_the_number_when_the_header_was_readable() -> None:
    assert refusal(encode(Heartbeat(), 5).replace(b"\x80", b"\x90")).seq == 5


def test_refusal_of_an_unreadable_header_names_no_number() -> None:
    assert refusal(b"\x93\xc0\x05\x80").seq == 0


def test_type_of_another_catalogue_is_unknown() -> None:
    assert refusal(encode(WINDOW), Catalogue(TO_DEVICE)).fault is Fault.UNKNOWN_TYPE


@pytest.mark.parametrize(
    ("patch", "accepted"),
    [
        (b"\x82\xa6device\xa1a\xa5title\xa0", True),
        (b"\x82\xa6device\xa1a\xa6device\xa1b", False),
    ],
)
def test_key_twice_is_seen_inside_lists_of_maps_too(patch: bytes, accepted: bool) -> None:
    payload = b"\x83\xa6lesson\xa1l\xa6cursor\xa0\xa7devices\x91" + patch
    frame = b"\x93\xa7changed\x00" + payload
    catalogue = Catalogue(TO_CONSOLE)
    if accepted:
        expected = Changed(lesson="l", cursor="", devices=({"device": "a", "title": ""},))
        assert catalogue.decode(frame) == (0, expected)
    else:
        assert refusal(frame, catalogue).fault is Fault.INVALID


def test_nil_where_a_record_may_be_absent_is_taken() -> None:
    frame = b"\x93\xa7changed\x00\x83\xa6lesson\xa1l\xa6cursor\xa0\xaclesson_state\xc0"
    assert Catalogue(TO_CONSOLE).decode(frame)[1] == Changed(lesson="l", cursor="")


def test_long_form_of_a_map_is_counted_rightly() -> None:
    pairs = b"\xabapplication\xa1a\xa5title\xa0\xa5at_ms\x00"
    for head in (b"\xde\x00\x03", b"\xdf\x00\x00\x00\x03"):
        frame = b"\x93\xaewindow_changed\x01" + head + pairs
        assert DEVICE.decode(frame) == (1, WindowChanged(application="a", title="", at_ms=0))


def test_catalogue_lists_its_types() -> None:
    assert set(DEVICE.types.values()) == set(FROM_DEVICE)
