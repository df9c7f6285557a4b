from __future__ import annotations

import re

from scripts.generation.schema import read_schema
from scripts.generation.typescript import render_typescript
from wire.errors import CLOSE_CODES
from wire.version import SUBPROTOCOL

SCHEMA = read_schema()
TEXT = render_typescript(SCHEMA)


def interface(name: str) -> str:
    found = re.search(rf"^export interface {name} {{\n(.*?)^}}", TEXT, re.M | re.S)
    assert found, name
    return found.group(1)


def test_every_message_and_record_has_its_type() -> None:
    found = set(re.findall(r"^export (?:interface|type) (\w+)", TEXT, re.M))
    assert set(SCHEMA.structures) <= found


def test_what_a_console_receives_has_every_field() -> None:
    assert "readonly lock: string | null;" in interface("DeviceState")
    assert "readonly monitors: readonly Monitor[];" in interface("DeviceState")


def test_what_a_console_sends_may_leave_defaults_out() -> None:
    assert "readonly lesson: string;" in interface("LockAsked")
    assert "readonly countdown_s?: number | null;" in interface("LockAsked")


def test_patches_name_their_device_and_any_other_field() -> None:
    assert 'readonly (Pick<DeviceState, "device"> & Partial<DeviceState>)[];' in interface(
        "Changed"
    )


def test_constants_agree_with_the_protocol() -> None:
    assert f'export const SUBPROTOCOL = "{SUBPROTOCOL}";' in TEXT
    for fault, code in CLOSE_CODES.items():
        assert f"  {fault.value}: {code}," in TEXT


def test_each_direction_maps_types_on_the_wire_to_interfaces() -> None:
    assert "readonly screen_signal: ScreenSignal;" in interface("ToConsole")
    assert "readonly key_changed: KeyChanged;" in interface("BetweenPeers")
