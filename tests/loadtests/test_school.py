"""The file that describes a school, and the addresses made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.experiment import deal
from loadtests.school import (
    School,
    SchoolClass,
    Seat,
    Staff,
    read_school,
    socket_url,
    source_address,
)


def test_a_school_is_read_as_the_hub_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "school.json"
    path.write_text(
        '{"hub": "http://127.0.0.1:1", "devices": [{"trust": "t", "site": "s", "device": "d",'
        ' "private_key": "k"}], "teachers": [{"user": "u", "password": "p", "cookie": "",'
        ' "classes": [{"site": "s", "class_id": "c"}]}]}'
    )
    assert read_school(path) == School(
        "http://127.0.0.1:1",
        (Seat("t", "s", "d", "k"),),
        (Staff("u", "p", (SchoolClass("s", "c"),)),),
    )


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("[]")
    with pytest.raises(ValueError, match=r"other\.json does not describe a school"):
        read_school(path)


def test_sockets_follow_the_scheme_of_the_hub() -> None:
    assert socket_url("http://127.0.0.1:8750", "/device") == "ws://127.0.0.1:8750/device"
    assert socket_url("https://hub.example/", "/console") == "wss://hub.example/console"
    with pytest.raises(ValueError, match="http"):
        socket_url("127.0.0.1:8750", "/device")


def _staff(count: int) -> tuple[Staff, ...]:
    return tuple(Staff(f"u{at}", "p", (SchoolClass("s", f"c{at}"),)) for at in range(count))


def test_classes_are_dealt_evenly_and_none_twice() -> None:
    dealt = deal(_staff(10), classes=7, consoles=3)
    assert [len(one.classes) for one in dealt] == [3, 2, 2]
    assert {one.class_id for staff in dealt for one in staff.classes} == {
        f"c{at}" for at in range(7)
    }


def test_a_school_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="3 classes"):
        deal(_staff(3), classes=4, consoles=1)


def test_ten_thousand_devices_of_one_machine_share_an_address_of_loopback() -> None:
    used = [source_address("ws://127.0.0.1:1/device", at) for at in range(0, 30_000, 5_000)]
    assert used == [f"127.0.0.{at}" for at in (2, 2, 3, 3, 4, 4)]


def test_elsewhere_the_system_chooses_the_address() -> None:
    for hub in ("wss://hub.example/device", "ws://[::1]:1/device", "ws://10.0.0.1/device"):
        assert source_address(hub, 20_000) == ""
