from actors.ports import DirectoryEntry, ShardUnavailable
from tests.hub.school import School


async def test_enrolled_devices_are_listed_with_what_the_register_knows(school: School) -> None:
    school.desk.connected = [
        DirectoryEntry("oak-pc2", "old name", True, "zoe", "Zoe", "l1"),
        DirectoryEntry("removed", "gone", True, "", "", ""),
    ]
    ada = await school.signed_in("ada.oak")
    assert (await ada.get("/api/sites/hill/devices")).json() == {
        "devices": [
            {
                "id": "oak-pc1",
                "name": "oak PC 1",
                "connected": False,
                "user": "",
                "user_name": "",
                "lesson": "",
            },
            {
                "id": "oak-pc2",
                "name": "oak PC 2",
                "connected": True,
                "user": "zoe",
                "user_name": "Zoe",
                "lesson": "l1",
            },
        ]
    }
    assert school.desk.asked == [("directory", "oak", "hill")]


async def test_a_silent_register_is_not_taken_for_unconnected_devices(school: School) -> None:
    school.desk.refusal = ShardUnavailable("restarting")
    ada = await school.signed_in("ada.oak")
    assert (await ada.get("/api/sites/hill/devices")).status_code == 503
