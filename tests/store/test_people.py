import pytest

from safeguarding.permissions import ALL_SITES, Grant, Role
from store.engine import Store, StoreConflict
from store.people import (
    PersonRow,
    add_person,
    find_credential,
    find_person,
    set_password,
    set_roles,
)
from store.sessions import find_session, start_session

NOW_MS = 1_800_000_000_000


def add(store: Store, trust: str = "oak", person: str = "p1", user: str = "Ada") -> None:
    with store.writing() as session:
        add_person(session, trust, person, user, "Ada L", NOW_MS)
        set_password(session, trust, person, "hash-1", NOW_MS)


def test_a_person_is_found_with_the_roles_of_now(store: Store) -> None:
    add(store)
    with store.writing() as session:
        set_roles(session, "oak", "p1", [Grant(Role.TEACHER, "hill"), Grant(Role.TEACHER, "dale")])
        set_roles(session, "oak", "p1", [Grant(Role.TRUST_ADMIN), Grant(Role.TEACHER, "hill")])
    expected = Grant(Role.TEACHER, "hill"), Grant(Role.TRUST_ADMIN, ALL_SITES)
    assert find_person(store, "oak", "p1") == PersonRow("oak", "p1", "ada", "Ada L", expected)


def test_a_person_of_one_trust_is_unknown_in_another(store: Store) -> None:
    add(store)
    assert find_person(store, "elm", "p1") is None


def test_a_user_name_is_one_person_however_it_is_typed(store: Store) -> None:
    add(store)
    for spelling in ("ada", " ADA ", "ａｄａ"):
        found = find_credential(store, spelling)
        assert found is not None
        assert (found[0].id, found[1]) == ("p1", "hash-1")
    with pytest.raises(StoreConflict):
        add(store, trust="elm", person="p2", user="ADA")


def test_a_person_without_password_has_no_credential(store: Store) -> None:
    with store.writing() as session:
        add_person(session, "oak", "p1", "ada", "Ada", NOW_MS)
    assert find_credential(store, "ada") is None
    assert find_credential(store, "nobody") is None


def test_a_new_password_ends_every_session_of_that_person_only(store: Store) -> None:
    add(store)
    add(store, person="p2", user="ben")
    start_session(store, b"1", "oak", "p1", NOW_MS)
    start_session(store, b"2", "oak", "p2", NOW_MS)
    with store.writing() as session:
        set_password(session, "oak", "p1", "hash-2", NOW_MS)
    assert find_session(store, b"1", NOW_MS) is None
    assert find_session(store, b"2", NOW_MS) is not None
