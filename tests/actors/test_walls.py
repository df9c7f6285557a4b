"""A wall that is opened is recorded once, whoever of the site's shards hears of it."""

from __future__ import annotations

from actors.walls import Walls
from store.records import Act
from tests.actors.cast import NOW_MS, screen, watch


def test_a_wall_is_recorded_when_it_is_opened_and_not_when_it_is_renewed() -> None:
    walls = Walls()
    (kept,) = walls.open(watch(screen()), NOW_MS)
    assert isinstance(kept.record, Act)
    assert (kept.record.act, kept.record.person, kept.record.subject) == (
        "wall_watched",
        "khan",
        "l1",
    )
    assert walls.open(watch(screen("pc-2")), NOW_MS + 5_000) == []
    assert len(walls.open(watch(screen(), lesson="l2"), NOW_MS)) == 1


def test_two_shards_make_the_same_entry_and_two_consoles_do_not() -> None:
    ids = [
        walls.open(watch(screen(), viewer=viewer), at_ms)[0].record.id  # type: ignore[union-attr]
        for walls, viewer, at_ms in ((Walls(), "v1", 1), (Walls(), "v1", 2), (Walls(), "v2", 1))
    ]
    assert ids[0] == ids[1] != ids[2]


def test_a_wall_that_was_closed_is_opened_anew() -> None:
    walls = Walls()
    walls.open(watch(screen()), NOW_MS)
    walls.close("hub-1", "v1")
    assert len(walls.open(watch(screen()), NOW_MS)) == 1
