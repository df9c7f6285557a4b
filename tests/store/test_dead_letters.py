import json
from dataclasses import asdict, replace

import pytest

from store.dead_letters import DeadLetter, dead_letters, keep, letter_of
from store.engine import Store
from store.lessons import LessonEnded, LessonStarted, StoredLesson
from store.records import Act, DeviceEvent, Record

EVENT = DeviceEvent("oak", "hill", "pc1", "e1", 1, "signed_on", "ali", "l1", 1, 2)
LESSON = StoredLesson("oak", "hill", "l1", "7b", "7B", ("pc1",), (), (("khan", "Ms Khan"),), 1, ())
LETTER = DeadLetter("oak", "hill", "pc1", "frame", "too odd", "80", 7)


@pytest.mark.parametrize(
    ("record", "device"),
    [
        (EVENT, "pc1"),
        (LessonStarted(LESSON), ""),
        (LessonEnded("oak", "hill", "l1", 2), ""),
        (Act("oak", "hill", "a1", 1, "p1", "Ada", "screens_locked"), ""),
    ],
)
def test_a_record_can_be_read_again_from_its_letter(record: Record, device: str) -> None:
    letter = letter_of(record, "never", 5)
    assert (letter.trust, letter.site, letter.device) == ("oak", "hill", device)
    assert letter.kind == type(record).__name__
    assert json.loads(letter.content) == json.loads(json.dumps(asdict(record)))


def test_the_same_letter_is_kept_once(store: Store) -> None:
    keep(store, [LETTER, replace(LETTER, at_ms=8, reason="again")])
    keep(store, [replace(LETTER, at_ms=9), replace(LETTER, site="dale")])
    kept = dead_letters(store)
    assert [letter for _, letter in kept] == [LETTER, replace(LETTER, site="dale")]
    assert dead_letters(store, after=kept[0][0], limit=1) == kept[1:]


def test_text_that_no_database_takes_is_kept_escaped(store: Store) -> None:
    keep(store, [replace(LETTER, device="pc\0", content="a\0b\ud800é", reason="\udfff")])
    [(_, letter)] = dead_letters(store)
    assert letter.device == "pc\\x00"
    assert letter.content == "a\\x00b\\ud800\\xe9"
    assert letter.reason == "\\udfff"


def test_a_letter_is_kept_to_a_bounded_size(store: Store) -> None:
    keep(store, [replace(LETTER, content="x" * 1_000_000, site="s" * 1_000)])
    [(_, letter)] = dead_letters(store)
    assert len(letter.content) == 64 * 1024
    assert len(letter.site) == 256
