from __future__ import annotations

import msgspec
import pytest

from scripts.generation.schema import read_schema
from wire import messages
from wire.codec import type_name
from wire.messages import FROM_DEVICE, NUMBERED, Heartbeat, Hello, Message, Record

SCHEMA = read_schema()
CATALOGUES = [
    messages.FROM_DEVICE,
    messages.TO_DEVICE,
    messages.FROM_CONSOLE,
    messages.TO_CONSOLE,
    messages.BETWEEN_PEERS,
]
DEFINED = [
    kind
    for kind in vars(messages).values()
    if isinstance(kind, type)
    and issubclass(kind, Message | Record)
    and kind not in (Message, Record)
]


@pytest.mark.parametrize("kind", DEFINED)
def test_every_message_and_record_is_frozen_leaves_out_defaults_and_says_what_it_is(
    kind: type[msgspec.Struct],
) -> None:
    config = kind.__struct_config__
    assert (config.frozen, config.omit_defaults) == (True, True)
    assert kind.__doc__


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_no_two_messages_of_a_catalogue_have_the_same_type(
    catalogue: tuple[type[Message], ...],
) -> None:
    assert len({type_name(kind) for kind in catalogue}) == len(catalogue)


def test_every_message_is_in_a_catalogue_and_no_record_is() -> None:
    listed = {kind for catalogue in CATALOGUES for kind in catalogue}
    assert listed == {kind for kind in DEFINED if issubclass(kind, Message)}


def test_numbered_messages_come_from_devices() -> None:
    assert set(FROM_DEVICE) > NUMBERED
    assert not NUMBERED & {Hello, Heartbeat}


@pytest.mark.parametrize("direction", ["FROM_DEVICE", "TO_DEVICE", "FROM_CONSOLE", "BETWEEN_PEERS"])
def test_every_text_list_and_number_that_comes_from_outside_is_bounded(direction: str) -> None:
    for name in SCHEMA.reachable(direction):
        for field in SCHEMA.structures[name].fields:
            limits = dict(field.shape.limits)
            if field.shape.kind in ("str", "bytes", "list"):
                assert "max_length" in limits, f"{name}.{field.name}"
            elif field.shape.kind in ("int", "float"):
                assert {"ge", "le"} <= set(limits), f"{name}.{field.name}"
