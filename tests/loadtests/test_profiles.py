"""A profile is refused when it makes no sense, and knows its classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.profiles import Act, Profile, Rates, names, read_profile


def _profile(**fields: object) -> Profile:
    return Profile(name="test", about="").with_(fields)


@pytest.mark.parametrize(
    ("devices", "class_size", "classes"), [(1, 30, 1), (30, 30, 1), (31, 30, 2), (2000, 30, 67)]
)
def test_every_device_is_in_a_class(devices: int, class_size: int, classes: int) -> None:
    assert _profile(devices=devices, class_size=class_size).classes == classes


def test_every_class_has_a_teacher_unless_fewer_are_wanted() -> None:
    assert _profile(devices=90).consoles == 3
    assert _profile(devices=90, teachers=2).consoles == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"devices": 0},
        {"rates": {"window": -1.0}},
        {"rates": {"window": 51.0}},
        {"rates": {"windows": 1.0}},
        {"seconds": 0.0},
        {"class_size": 0},
        {"arrive_within_s": -1.0},
        {"devices": 30, "teachers": 2},
        {"teachers": 0},
        {"watched": 0},
        {"watched": 301},
        {"sites": 301},
        {"curve": ()},
        {"acts": [{"do": "lock", "at_s": 30.0}]},
        {"acts": [{"do": "shout"}]},
        {"device": 30},
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"profile|must"):
        _profile(**wrong)


def test_a_class_is_watched_whole_or_not_at_all() -> None:
    profile = _profile(devices=10_000, watched=310)
    assert (profile.classes, profile.in_lessons, profile.consoles) == (11, 330, 11)
    assert _profile(devices=70).in_lessons == 70
    assert _profile(devices=70, lessons=False).classes == 0


@pytest.mark.parametrize("name", names())
def test_every_profile_of_the_catalogue_can_be_read_and_says_what_it_is(name: str) -> None:
    profile = read_profile(name)
    assert profile.name == name
    assert profile.about.endswith(".")


def test_a_profile_of_whoever_tests_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'about = "Mine."\ndevices = 5\nrates = { window = 2 }\n'
        'acts = [{ do = "break", at_s = 1, share = 0.5 }]\n'
    )
    profile = read_profile(str(path))
    assert (profile.name, profile.devices, profile.rates) == ("own", 5, Rates(window=2))
    assert profile.acts == (Act("break", 1.0, share=0.5),)


def test_a_file_that_is_no_profile_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text("devices = ")
    with pytest.raises(ValueError, match=r"odd\.toml"):
        read_profile(str(path))
    with pytest.raises(ValueError, match="'nothing' is no profile"):
        read_profile("nothing")


def test_a_profile_with_changes_is_checked_again() -> None:
    with pytest.raises(ValueError, match="watched must be"):
        read_profile("reconnect-storm").with_({"devices": 100})
