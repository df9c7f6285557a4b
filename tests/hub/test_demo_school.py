import json
from pathlib import Path

import pytest

from endpoint.platform.synthetic import account_of, seed_of
from hub.demo_school import CLASS, PUPILS, SITE, TRUST, DemoSchool, prepare_demo_school
from store.classes import find_class, save_class
from store.devices import list_devices
from store.people import find_credential
from tests.hub.school import NOW_MS, School

HUB = "ws://127.0.0.1:8750"


def prepare(school: School, folder: Path, hub: str = HUB) -> DemoSchool:
    context = school.context
    return prepare_demo_school(
        context.store, context.passwords, hub=hub, folder=folder, now_ms=NOW_MS
    )


async def test_the_demo_teacher_signs_in_and_sees_the_class(
    fresh_school: School, tmp_path: Path
) -> None:
    demo = prepare(fresh_school, tmp_path)
    browser = fresh_school.browser()
    body = {"user": demo.user, "password": demo.password}
    assert (await browser.post("/api/session", json=body)).status_code == 200
    (found,) = (await browser.get("/api/classes")).json()["classes"]
    assert (found["name"], found["pupils"], found["devices"]) == ("7B Computing", 12, 12)
    lesson = {"site": SITE, "class_id": CLASS, "members": "devices"}
    assert (await browser.post("/api/lessons", json=lesson)).status_code == 201


def test_a_second_start_keeps_the_school_and_renews_every_secret(
    fresh_school: School, tmp_path: Path
) -> None:
    first = prepare(fresh_school, tmp_path)
    store = fresh_school.context.store
    save_class(store, TRUST, SITE, CLASS, "Renamed", ["pc-01"], [], NOW_MS)
    keys = {row.public_key for row in list_devices(store, TRUST, SITE)}
    second = prepare(fresh_school, tmp_path, hub="ws://127.0.0.1:9000")
    kept = find_class(store, TRUST, SITE, CLASS)
    assert kept is not None
    assert (kept.name, len(kept.devices)) == ("Renamed", 1)
    assert first.password != second.password
    assert keys.isdisjoint(row.public_key for row in list_devices(store, TRUST, SITE))
    assert len(list_devices(store, TRUST, SITE)) == 12
    hubs = {json.loads(device.file.read_text())["hub"] for device in second.devices}
    assert hubs == {"ws://127.0.0.1:9000"}


def test_the_pupils_are_those_who_sit_at_the_simulated_devices(
    fresh_school: School, tmp_path: Path
) -> None:
    demo = prepare(fresh_school, tmp_path)
    seated = [account_of(seed_of(device.device)).user for device in demo.devices]
    assert seated == [user for user, _ in PUPILS]


def test_pupils_are_named_by_first_name_and_initial_only() -> None:
    for _, name in PUPILS:
        first, initial = name.split()
        assert first.istitle()
        assert len(initial) == 1


def test_the_demonstration_never_enters_a_real_school(school: School, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="data_dir of its own"):
        prepare(school, tmp_path)
    assert find_credential(school.context.store, "demo.teacher") is None
    assert list(tmp_path.glob("*.json")) == []
