"""What a message changes of what consoles see."""

from __future__ import annotations

from actors.reports import changes_of
from wire.messages import (
    DeviceState,
    Monitor,
    OrderReported,
    StateReported,
    ViewChanged,
    WindowChanged,
)


def test_every_change_is_a_field_that_consoles_know_and_every_text_is_plain() -> None:
    monitor = Monitor(0, "HDMI\x1b[1m", 0, 0, 800, 600)
    for message in (
        WindowChanged("a\n", "b\u202e", 5),
        ViewChanged((monitor,), 5, ("wayland",)),
        StateReported(5, user="amy\n", title="b\u202e", monitors=(monitor,), can_control=True),
    ):
        changes = changes_of(message)
        assert changes.keys() <= set(DeviceState.__struct_fields__)
        texts = [value for value in changes.values() if isinstance(value, str)]
        texts += [one.name for one in changes.get("monitors", ())]
        assert all(text.isprintable() for text in texts)


def test_what_is_no_report_of_the_state_changes_nothing() -> None:
    assert changes_of(OrderReported("7", "applied", 5)) == {}
