"""The desk for lessons on real shards."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors.ports import ShardUnavailable
from hub.lessons import LessonRefused
from store.engine import open_store
from store.lessons import running_lesson, running_lessons
from tests.hub.sockets.clients import eventually
from tests.hub.sockets.school import SITE, TRUST, fill, principal, running_hub


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "formroom.sqlite3"
    store = open_store(f"sqlite:///{path}")
    fill(store)
    store.close()
    return path


async def test_what_the_desk_did_is_in_the_store_when_it_returns(database: Path) -> None:
    async with running_hub(database) as hub:
        desk = hub.context.lesson_desk
        lesson = await hub.lesson("pc-1")
        stored = running_lesson(hub.store, TRUST, SITE, lesson)
        assert stored is not None
        assert stored.devices == ("pc-1",)
        await desk.join(principal("bell"), SITE, lesson)
        stored = running_lesson(hub.store, TRUST, SITE, lesson)
        assert stored is not None
        assert [person for person, _ in stored.teachers] == ["khan", "bell"]
        await desk.leave(principal("khan"), SITE, lesson)
        await desk.leave(principal("bell"), SITE, lesson)
        assert running_lesson(hub.store, TRUST, SITE, lesson) is None


async def test_a_classroom_that_refuses_says_why(database: Path) -> None:
    async with running_hub(database) as hub:
        lesson = await hub.lesson("pc-1")
        with pytest.raises(LessonRefused, match="forbidden"):
            await hub.context.lesson_desk.end(principal("bell"), SITE, lesson)
        await hub.context.lesson_desk.end(principal("khan"), SITE, lesson)
        with pytest.raises(LessonRefused, match="over"):
            await hub.context.lesson_desk.join(principal("bell"), SITE, lesson)


async def test_the_directory_knows_who_is_connected(database: Path) -> None:
    async with running_hub(database) as hub:
        desk = hub.context.lesson_desk
        async with hub.pcs("pc-1"):
            (entry,) = await desk.directory(TRUST, SITE)
            assert (entry.device, entry.connected) == ("pc-1", True)
        await eventually(lambda: hub.board.devices == 0)
        (entry,) = await desk.directory(TRUST, SITE)
        assert not entry.connected


async def test_a_classroom_that_does_not_answer_is_unavailable(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.classrooms.ANSWER_S", 0.1)

    async def away(*_: object) -> None:
        raise ShardUnavailable("away")

    async with running_hub(database) as hub:
        monkeypatch.setattr("actors.local.LocalShard.deliver", away)
        with pytest.raises(ShardUnavailable):
            await hub.lesson("pc-1")
        monkeypatch.undo()
        assert await hub.lesson("pc-1")
        assert len(running_lessons(hub.store)) == 1, "what was given up is not done later"
