"""A frame or a command that ended a shard reaches the dead letters, as soon as it can."""

from __future__ import annotations

import asyncio

import pytest

from actors.ports import Item, ShardUnavailable
from hub.sockets import dead_letters
from hub.sockets.dead_letters import keep, letter_of
from store.dead_letters import DeadLetter
from tests.actors.cast import NOW_MS, attach, frame, start_lesson
from wire.messages import UserChanged


def test_a_letter_names_the_device_and_holds_what_a_human_needs() -> None:
    item = frame(UserChanged("amy", 5), 7)
    letter = letter_of(item, NOW_MS)
    assert (letter.trust, letter.site, letter.device, letter.kind) == (
        "oak",
        "hill",
        "pc-1",
        "frame",
    )
    assert letter.content == f"user_changed 7 on connection 1: {item[4].hex()}"


@pytest.mark.parametrize(("item", "where"), [(attach(), "pc-1"), (start_lesson(), "l1")])
def test_a_letter_of_a_command_says_which(item: Item, where: str) -> None:
    letter = letter_of(item, NOW_MS)
    assert (letter.device, letter.kind) == (where, "command")
    assert letter.content.startswith(type(item).__name__)


async def test_it_is_tried_until_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "RETRY_S", 0.001)

    class Runtime:
        failures = 3
        kept: list[DeadLetter] = []  # noqa: RUF012 (one instance)

        async def keep_dead_letter(self, letter: DeadLetter) -> None:
            if self.failures:
                self.failures -= 1
                raise ShardUnavailable("away")
            self.kept.append(letter)

    runtime = Runtime()
    async with asyncio.timeout(10):
        await keep(runtime, frame(UserChanged("amy", 5), 7), NOW_MS)  # type: ignore[arg-type]
    assert len(runtime.kept) == 1
