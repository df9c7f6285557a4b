import pytest

from tests.hub.school import School

DRAFT = {
    "site": "hill",
    "name": "8C Maths",
    "devices": ["oak-pc2", "oak-pc1"],
    "pupils": [{"user": "Zed", "name": "Zed Q"}, {"user": "amy", "name": "Amy P"}],
}
HOSTILE = "<script>alert(1)</script>\"'&lt; {{7*7}} ; DROP TABLE classes; --"


async def test_a_teacher_lists_the_classes_of_the_own_site(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    assert (await ada.get("/api/classes")).json() == {
        "classes": [
            {
                "id": "7b",
                "site": "hill",
                "name": "7B of oak",
                "pupils": 2,
                "devices": 2,
                "lesson": None,
            }
        ]
    }
    dot = await school.signed_in("dot.oak")
    assert (await dot.get("/api/classes")).json() == {"classes": []}
    una = await school.signed_in("una.oak")
    assert [row["id"] for row in (await una.get("/api/classes")).json()["classes"]] == ["7b"]


async def test_a_class_is_read_with_its_members(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    assert (await ada.get("/api/classes/hill/7b")).json()["class"] == {
        "id": "7b",
        "site": "hill",
        "name": "7B of oak",
        "devices": [
            {"id": "oak-pc1", "name": "oak PC 1"},
            {"id": "oak-pc2", "name": "oak PC 2"},
        ],
        "pupils": [{"user": "zoe", "name": "Zoe of oak"}, {"user": "ali", "name": "Ali of oak"}],
    }


async def test_a_class_is_made_and_changed(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    made = await ada.post("/api/classes", json=DRAFT)
    assert made.status_code == 201
    found = made.json()["class"]
    assert found["pupils"] == DRAFT["pupils"]
    assert [device["id"] for device in found["devices"]] == DRAFT["devices"]
    path = f"/api/classes/hill/{found['id']}"
    changed = await ada.put(path, json=DRAFT | {"name": "8D", "devices": []})
    assert changed.status_code == 200
    assert changed.json()["class"] == (await ada.get(path)).json()["class"]
    assert (changed.json()["class"]["name"], changed.json()["class"]["devices"]) == ("8D", [])


async def test_hostile_names_are_kept_as_the_text_that_they_are(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    draft = DRAFT | {"name": HOSTILE, "pupils": [{"user": HOSTILE, "name": HOSTILE}]}
    made = await ada.post("/api/classes", json=draft)
    found = made.json()["class"]
    assert found["name"] == HOSTILE
    assert found["pupils"] == [{"user": HOSTILE, "name": HOSTILE}]
    listed = await ada.get("/api/classes")
    assert HOSTILE in [row["name"] for row in listed.json()["classes"]]
    assert listed.headers["content-type"] == "application/json"
    assert listed.headers["x-content-type-options"] == "nosniff"


async def test_invisible_and_direction_changing_characters_are_taken_out(school: School) -> None:
    ada = await school.signed_in("ada.oak")
    name = " 7\u202eB\u2066\x00\x1b[31m\u200b \n\t Maths\u2028 "
    made = await ada.post("/api/classes", json=DRAFT | {"name": name})
    assert made.json()["class"]["name"] == "7 B [31m Maths"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"devices": ["elm-pc1"]}, "unknown_device"),
        ({"devices": ["nothing"]}, "unknown_device"),
        ({"devices": ["oak-pc1", "oak-pc1"]}, "invalid"),
        ({"devices": ["../etc"]}, "invalid"),
        ({"pupils": [{"user": "a", "name": "A"}, {"user": "a ", "name": "B"}]}, "invalid"),
        ({"pupils": [{"user": "a"}]}, "invalid"),
        ({"name": "  "}, "invalid"),
        ({"name": "x" * 101}, "invalid"),
    ],
)
async def test_a_senseless_class_is_refused_and_changes_nothing(
    school: School, changes: dict[str, object], code: str
) -> None:
    ada = await school.signed_in("ada.oak")
    before = (await ada.get("/api/classes/hill/7b")).json()
    for answer in (
        await ada.post("/api/classes", json=DRAFT | changes),
        await ada.put("/api/classes/hill/7b", json=DRAFT | changes),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert (await ada.get("/api/classes/hill/7b")).json() == before
    assert len((await ada.get("/api/classes")).json()["classes"]) == 1


async def test_a_class_cannot_move_to_another_site(school: School) -> None:
    una = await school.signed_in("una.oak")
    moved = await una.put("/api/classes/hill/7b", json=DRAFT | {"site": "dale", "devices": []})
    assert moved.status_code == 422
