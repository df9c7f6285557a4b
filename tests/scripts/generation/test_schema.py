from __future__ import annotations

import msgspec
import pytest

from scripts.generation.schema import DIRECTIONS, Shape, limits_text, read_schema
from wire import messages
from wire.codec import Catalogue

SCHEMA = read_schema()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_catalogues_hold_the_messages_of_the_protocol_by_their_type(direction: str) -> None:
    found = {SCHEMA.structures[name].wire_name for name in SCHEMA.catalogues[direction]}
    assert found == set(Catalogue(getattr(messages, direction)).types)


def test_fields_and_defaults_are_those_of_the_classes() -> None:
    for name, structure in SCHEMA.structures.items():
        fields = msgspec.structs.fields(getattr(messages, name))
        assert [(one.name, one.default) for one in structure.fields] == [
            (one.name, one.default) for one in fields
        ]


def test_text_under_a_field_and_a_class_is_read() -> None:
    [silence] = [one for one in SCHEMA.structures["Welcome"].fields if one.name == "silence_s"]
    assert silence.text.startswith("A side that hears nothing")
    assert SCHEMA.structures["Heartbeat"].text.startswith("Sent when nothing else was")


def test_names_of_types_are_kept_with_their_limits() -> None:
    [state] = [one for one in SCHEMA.structures["OrderReport"].fields if one.name == "state"]
    assert state.shape == Shape(
        "literal", alias="OrderState", values=("applied", "refused", "released", "expired")
    )


def test_records_are_found_through_lists_and_other_records() -> None:
    assert {"LessonState", "LockState", "DeviceState", "Monitor"} < SCHEMA.reachable("TO_CONSOLE")
    assert "Viewer" not in SCHEMA.reachable("TO_CONSOLE")


def test_numbered_messages_are_marked() -> None:
    numbered = {name for name, one in SCHEMA.structures.items() if one.numbered}
    assert numbered == {kind.__name__ for kind in messages.NUMBERED}


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (Shape("str", limits=(("max_length", 8),)), "at most 8 characters"),
        (Shape("bytes", limits=(("min_length", 32), ("max_length", 32))), "exactly 32 bytes"),
        (Shape("int", limits=(("ge", 0), ("le", 15))), "0 to 15"),
        (Shape("int", limits=(("ge", 0),)), "at least 0"),
        (Shape("list", limits=(("max_length", 16),)), "at most 16 entries"),
        (Shape("bool"), ""),
    ],
)
def test_limits_read_as_words(shape: Shape, text: str) -> None:
    assert limits_text(shape) == text
