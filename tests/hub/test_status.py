"""`formroom status` says in lines what is known, and in a sentence when nobody answers."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from actors.stats import HubNote, HubSeen, RuntimeStats
from hub.health_server import FILE
from hub.standing import Standing
from hub.status import NoHub, describe, read_status
from tests.hub.test_standing import archivist, shard


def write(folder: Path, **facts: object) -> None:
    (folder / FILE).write_text(json.dumps(facts))


def test_every_part_has_its_line() -> None:
    standing = Standing(hub="hub-a", database="sqlite", degraded="")
    standing.certificate_warning = lambda: "It ends in 3 days."
    note = HubNote("hub-a", "node-1", 7, "http://127.0.0.1:8750", 30, 2, 0, "")
    standing.take(
        RuntimeStats(
            {"pool-0": shard(), "pool-1": None}, archivist(20, HubSeen(note, 1.0))
        ),
        1_800_000_000_000,
    )  # fmt: skip
    standing.note_restart("pool-1", 1_800_000_000_000, "Its process 9 ended; 12 is its next one.")
    text = describe(standing.facts(1_800_000_000_000))
    for line in (
        "state      ok",
        "warning    It ends in 3 days.",
        "hub        hub-a (this one)  process 7 on node-1  http://127.0.0.1:8750  30 devices",
        "2 records waiting, the oldest 0.5 s",
        "0 set aside",
        "pool-1  DOES NOT ANSWER",
        "last commit 1.5 s ago",
        "restart    2027-01-15T08:00:00+00:00  pool-1: Its process 9 ended",
    ):
        assert line in text


def test_before_the_first_answer_the_lines_say_so() -> None:
    text = describe(Standing().facts(0))
    assert "degraded: The server is starting." in text
    assert "archivist  DOES NOT ANSWER" in text


def test_a_hub_that_ended_without_saying_goodbye_is_named(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        write(tmp_path, pid=4711, port=free.getsockname()[1], token="x")
    with pytest.raises(NoHub, match=r"process 4711.*without saying goodbye"):
        read_status(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": 1}', "\0"])
def test_a_file_that_says_nothing_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(NoHub, match=r"hub\.json cannot be read"):
        read_status(tmp_path)
