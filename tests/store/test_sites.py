import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.engine import Store, StoreConflict
from store.sites import add_site, add_trust, find_trust, list_sites, new_id, readable_id

NOW_MS = 1_800_000_000_000
ID_ON_THE_WIRE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


def test_sites_are_listed_for_one_trust_or_for_all(store: Store) -> None:
    assert [site.id for site in list_sites(store, "oak")] == ["dale", "hill"]
    assert [site.trust for site in list_sites(store)] == ["oak", "elm", "oak"]
    assert list_sites(store, "ash") == []


def test_a_trust_is_found_by_its_id(store: Store) -> None:
    found = find_trust(store, "oak")
    assert found is not None
    assert found.name == "Oak"
    assert find_trust(store, "ash") is None


def test_an_id_is_taken_once_in_its_trust(store: Store) -> None:
    with pytest.raises(StoreConflict), store.writing() as session:
        add_trust(session, "oak", "Another", NOW_MS)
    with pytest.raises(StoreConflict), store.writing() as session:
        add_site(session, "oak", "hill", "Another", NOW_MS)
    with store.writing() as session:
        add_site(session, "elm", "dale", "Dale", NOW_MS)


@given(st.text(max_size=120))
def test_every_name_gives_an_id_that_fits_the_wire(name: str) -> None:
    assert ID_ON_THE_WIRE.match(readable_id(name))


def test_ids_are_readable_where_they_can_be_and_random_where_they_must_be() -> None:
    assert readable_id("St. Mary's — Élite School") == "st-mary-s-elite-school"
    assert readable_id("学校") != readable_id("学校")
    assert len({new_id() for _ in range(1_000)}) == 1_000
