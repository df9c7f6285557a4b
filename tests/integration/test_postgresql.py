"""The whole server on PostgreSQL, which dies and comes back in the midst of a lesson."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from store.audit import entries, verify
from store.engine import open_store
from store.events import events_of_site
from tests.hub.sockets.clients import Pc, console, eventually
from tests.hub.sockets.school import KEYS, SITE, TOKENS, TRUST, fill
from tests.integration.programs import Program, started
from tests.postgresql import Server
from wire.errors import Fault
from wire.messages import LockAsked, Refused, UserChanged

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]


async def test_a_lesson_outlives_its_database_and_nothing_acknowledged_is_lost(
    mortal_postgresql: Server, tmp_path: Path
) -> None:
    database = mortal_postgresql
    name = database.new_database()
    store = open_store(database.url(name))
    fill(store)
    store.close()
    settings = {"FORMROOM_DATABASE_URL": database.url(name)}
    users = [f"pupil-{number}" for number in range(60)]
    with started(Program(tmp_path / "data", settings=settings)) as server:
        lesson = await asyncio.to_thread(server.lesson)
        one = Pc(server.url, TRUST, SITE, "pc-1", KEYS["pc-1"])
        cookie = f"formroom_session={TOKENS['khan']}"
        async with one.connected(), console(server.url, cookie, lesson) as teacher:
            await one.welcomed()
            await teacher.follow()
            for user in users[:20]:
                await one.say(UserChanged(user, 1))
            await one.acknowledged()
            database.kill()
            for user in users[20:40]:
                await one.say(UserChanged(user, 1))
            refused = await teacher.ask(LockAsked(lesson, message="Eyes on me"))
            assert isinstance(refused, Refused)
            assert refused.fault == Fault.UNAVAILABLE
            assert one.session.unacknowledged
            await asyncio.to_thread(database.start)
            for user in users[40:]:
                await one.say(UserChanged(user, 1))
            await one.acknowledged()
            await eventually(lambda: teacher.shown("user").get("pc-1") == users[-1])
            assert teacher.closed is None
            assert one.closed is None
        await asyncio.to_thread(server.end_lesson, lesson)
        assert server.stop() == 0
        assert "Traceback" not in server.output
    store = open_store(database.url(name))
    stored = [one.event for one in events_of_site(store, TRUST, SITE, limit=1000)]
    assert [event.user for event in stored if event.kind == "signed_on"] == users
    assert verify(store, TRUST).first_broken is None
    acts = [entry.act.act for entry in entries(store, TRUST)]
    assert acts[0] == "lesson_started"
    assert acts[-1] == "lesson_ended"
    store.close()
