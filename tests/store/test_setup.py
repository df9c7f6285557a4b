from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from safeguarding.permissions import ALL_SITES, Grant, Role
from store.engine import Store
from store.people import find_credential
from store.setup import (
    FirstPerson,
    complete_setup,
    is_setup_code,
    is_setup_needed,
    replace_setup_code,
)
from store.sites import find_trust, list_sites

NOW_MS = 1_800_000_000_000
LATER_MS = NOW_MS + 900_000
FIRST = FirstPerson("Oak Trust", "Hill School", "Ada", "ada", "hash")


def test_the_first_person_administers_the_trust_and_teaches_at_its_site(
    empty_store: Store,
) -> None:
    assert is_setup_needed(empty_store)
    assert replace_setup_code(empty_store, b"code", LATER_MS)
    person = complete_setup(empty_store, b"code", FIRST, NOW_MS)
    assert person is not None
    assert person.grants == (
        Grant(Role.TEACHER, "hill-school"),
        Grant(Role.TRUST_ADMIN, ALL_SITES),
    )
    trust = find_trust(empty_store, person.trust)
    assert trust is not None
    assert trust.name == "Oak Trust"
    assert [site.name for site in list_sites(empty_store, person.trust)] == ["Hill School"]
    assert find_credential(empty_store, "ada") == (person, "hash")
    assert not is_setup_needed(empty_store)


def test_a_code_works_once_within_its_time_and_only_the_newest_one(empty_store: Store) -> None:
    replace_setup_code(empty_store, b"old", LATER_MS)
    replace_setup_code(empty_store, b"code", LATER_MS)
    assert not is_setup_code(empty_store, b"old", NOW_MS)
    assert is_setup_code(empty_store, b"code", LATER_MS - 1)
    assert not is_setup_code(empty_store, b"code", LATER_MS)
    assert complete_setup(empty_store, b"old", FIRST, NOW_MS) is None
    assert complete_setup(empty_store, b"code", FIRST, LATER_MS) is None
    assert complete_setup(empty_store, b"code", FIRST, NOW_MS) is not None
    assert complete_setup(empty_store, b"code", replace(FIRST, user="eve"), NOW_MS) is None


def test_of_many_who_try_at_once_one_succeeds(empty_store: Store) -> None:
    replace_setup_code(empty_store, b"code", LATER_MS)
    users = [replace(FIRST, user=f"user{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        people = list(
            pool.map(lambda first: complete_setup(empty_store, b"code", first, NOW_MS), users)
        )
    assert len([person for person in people if person is not None]) == 1


def test_no_code_is_made_once_people_exist(empty_store: Store) -> None:
    replace_setup_code(empty_store, b"code", LATER_MS)
    complete_setup(empty_store, b"code", FIRST, NOW_MS)
    assert not replace_setup_code(empty_store, b"again", LATER_MS)
    assert not is_setup_code(empty_store, b"again", NOW_MS)
