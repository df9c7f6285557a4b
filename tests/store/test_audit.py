from dataclasses import replace

import pytest

from store.audit import Verified, entries, verify
from store.engine import Store, StoreConflict
from store.records import Act
from store.writing import write_records

NOW_MS = 1_800_000_000_000
ACT = Act("oak", "hill", "a1", NOW_MS, "p1", "Ada", "screens_locked", "l1", "ali", "é")


def acts(*ids: str, **changes: str) -> list[Act]:
    return [replace(ACT, id=id_, **changes) for id_ in ids]  # type: ignore[arg-type]


def change(store: Store, statement: str) -> None:
    with store.writing() as session:
        session.connection().exec_driver_sql(statement)


def test_acts_are_numbered_and_chained_in_the_order_in_which_they_were_written(
    store: Store,
) -> None:
    write_records(store, acts("b", "a"))
    write_records(store, acts("c"))
    found = entries(store, "oak")
    assert [(entry.number, entry.act) for entry in found] == [
        (1, acts("b")[0]), (2, acts("a")[0]), (3, acts("c")[0]),
    ]  # fmt: skip
    assert [entry.previous for entry in found] == ["", found[0].hash, found[1].hash]
    assert verify(store, "oak") == Verified(3, None, found[2].hash)


def test_an_act_is_entered_once_however_often_it_is_written(store: Store) -> None:
    write_records(store, acts("a", "a", "b"))
    write_records(store, acts("b", "c", "a", detail="again"))
    assert [(entry.number, entry.act.id, entry.act.detail) for entry in entries(store, "oak")] == [
        (1, "a", "é"), (2, "b", "é"), (3, "c", "again"),
    ]  # fmt: skip
    assert verify(store, "oak").first_broken is None


def test_each_trust_has_a_chain_of_its_own(store: Store) -> None:
    write_records(store, [*acts("a", "b"), *acts("a", trust="elm"), *acts("a", site="dale")])
    assert [entry.act.site for entry in entries(store, "oak")] == ["hill", "hill", "dale"]
    assert [entry.number for entry in entries(store, "elm")] == [1]
    assert verify(store, "elm").entries == 1
    assert verify(store, "ash") == Verified(0, None, "")


def test_pages_follow_one_another(store: Store) -> None:
    write_records(store, acts(*(f"a{number}" for number in range(7))))
    assert [entry.number for entry in entries(store, "oak", after=2, limit=3)] == [3, 4, 5]


def test_an_act_at_no_known_site_writes_nothing(store: Store) -> None:
    with pytest.raises(StoreConflict, match="dale"):
        write_records(store, [*acts("a"), *acts("a", trust="elm", site="dale")])
    assert entries(store, "oak") == []


@pytest.mark.parametrize(
    ("statement", "first_broken"),
    [
        ("UPDATE audit_entries SET person_name = 'Eve' WHERE number = 3", 3),
        ("UPDATE audit_entries SET at_ms = at_ms + 1 WHERE number = 1", 1),
        ("UPDATE audit_entries SET site = 'dale' WHERE number = 4", 4),
        ("DELETE FROM audit_entries WHERE number = 2", 2),
        ("DELETE FROM audit_entries WHERE number = 5", 5),
        ("DELETE FROM audit_entries WHERE number > 3", 4),
        ("DELETE FROM audit_entries", 1),
        ("DELETE FROM audit_heads", 6),
        ("UPDATE audit_entries SET hash = previous WHERE number = 2", 2),
    ],
)
def test_a_change_is_found_at_its_number(store: Store, statement: str, first_broken: int) -> None:
    write_records(store, acts("a", "b", "c", "d", "e"))
    write_records(store, acts("a", trust="elm"))
    change(store, f"{statement}{' AND' if 'WHERE' in statement else ' WHERE'} trust = 'oak'")
    assert verify(store, "oak").first_broken == first_broken
    assert verify(store, "elm").first_broken is None


def test_a_chain_made_anew_has_another_head(store: Store) -> None:
    write_records(store, acts("a", "b"))
    head = verify(store, "oak").head
    change(store, "DELETE FROM audit_entries")
    change(store, "DELETE FROM audit_heads")
    write_records(store, acts("a", "b", person="p2"))
    again = verify(store, "oak")
    assert again.first_broken is None
    assert again.head != head


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_heads WHERE trust = 'oak'",
        "DELETE FROM audit_entries WHERE trust = 'oak' AND number > 1",
        "DELETE FROM audit_entries WHERE trust = 'oak' AND number = 1",
    ],
)
def test_a_chain_that_was_changed_goes_on_without_losing_an_act(
    store: Store, statement: str
) -> None:
    write_records(store, acts("a", "b", "c"))
    change(store, statement)
    left = [entry.act.id for entry in entries(store, "oak")]
    write_records(store, acts("d", "e"))
    assert [entry.act.id for entry in entries(store, "oak")] == [*left, "d", "e"]
