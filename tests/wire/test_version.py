from __future__ import annotations

import re

from wire import version


def test_history_ends_with_the_present_version_and_is_dated_in_order() -> None:
    assert version.__doc__ is not None
    steps = re.findall(r"^(\d+)  (\d{4}-\d\d-\d\d)  \S", version.__doc__, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, version.PROTOCOL_VERSION + 1))
    assert [date for _, date in steps] == sorted(date for _, date in steps)


def test_subprotocol_names_the_version() -> None:
    assert f"formroom.{version.PROTOCOL_VERSION}" == version.SUBPROTOCOL
