"""A frame that ends the process of its shard each time: it is set aside, and the class goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from store.dead_letters import dead_letters
from store.engine import open_store
from store.events import events_of_site
from tests.hub.sockets.clients import Pc, console, eventually
from tests.hub.sockets.school import KEYS, SITE, TOKENS, TRUST, fill
from tests.integration.deadly_hub import POISON
from tests.integration.programs import Program, started
from wire.messages import Rejected, UserChanged, WindowChanged

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]


async def test_a_frame_that_ends_its_shard_is_set_aside_and_everything_else_is_kept(
    tmp_path: Path,
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'formroom.sqlite3'}")
    fill(store)
    with started(Program(tmp_path, module="tests.integration.deadly_hub")) as server:
        lesson = await asyncio.to_thread(server.lesson)
        bad, good = (Pc(server.url, TRUST, SITE, id_, KEYS[id_]) for id_ in ("pc-1", "pc-2"))
        cookie = f"formroom_session={TOKENS['khan']}"
        async with console(server.url, cookie, lesson) as teacher, good.connected():
            await teacher.follow()
            async with bad.connected():
                await bad.welcomed()
                await good.welcomed()
                await bad.say(UserChanged("eve", 1))
                number = await bad.say(WindowChanged("notes", POISON, 2))
                await bad.say(UserChanged("", 3, before="eve"))
                good.user = "amy"
                await good.say(UserChanged("amy", 4))
                await eventually(lambda: bad.last(Rejected), 90)
                rejected = bad.last(Rejected)
                assert rejected is not None
                assert rejected.seq == number
            async with bad.connected():
                await bad.type_titles(["fine"])
                await good.type_titles(["goes on"])
                await bad.acknowledged()
                await good.acknowledged()
                await eventually(
                    lambda: (
                        (teacher.shown("title")["pc-1"], teacher.shown("title")["pc-2"])
                        == ("fine", "goes on")
                    )
                )
        events = [one.event for one in events_of_site(store, TRUST, SITE)]
        assert sorted((one.device, one.kind, one.user) for one in events) == [
            ("pc-1", "signed_off", "eve"),
            ("pc-1", "signed_on", "eve"),
            ("pc-2", "signed_on", "amy"),
        ]
        await eventually(lambda: dead_letters(store))
        ((_, letter),) = dead_letters(store)
        assert (letter.trust, letter.site, letter.device, letter.kind) == (
            TRUST,
            SITE,
            "pc-1",
            "frame",
        )
        assert POISON.encode().hex() in letter.content
    store.close()
