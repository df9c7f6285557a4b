"""The synthetic school is made once, is nobody's, and never takes the place of the first person."""

from __future__ import annotations

import stat

import pytest

from hub.enrolment import only_site
from hub.passwords import Passwords
from hub.synthetic_school import FILE, TRUST, SyntheticSchoolError, synthetic_school
from store.devices import device_key
from store.engine import Store
from store.people import find_credential
from store.sites import add_site, add_trust
from tests.hub.school import CHEAP, NOW_MS, School


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(CHEAP)


async def test_the_school_is_made_once_and_its_file_is_its_owners(
    school: School, passwords: Passwords
) -> None:
    store, folder = school.context.store, school.context.settings.data_dir
    made = synthetic_school(store, passwords, folder, NOW_MS)
    assert synthetic_school(store, passwords, folder, NOW_MS) == made
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    row = device_key(store, TRUST, "probe", made.device)
    assert row is not None
    assert row.public_key == made.key.public_key().public_bytes_raw()
    found = find_credential(store, made.user)
    assert found is not None
    assert await passwords.is_right(found[1], made.password)


def test_a_lost_file_is_made_anew_with_another_key(school: School, passwords: Passwords) -> None:
    store, folder = school.context.store, school.context.settings.data_dir
    made = synthetic_school(store, passwords, folder, NOW_MS)
    (folder / FILE).unlink()
    other = synthetic_school(store, passwords, folder, NOW_MS)
    assert (other.password, other.private_key) != (made.password, made.private_key)
    row = device_key(store, TRUST, "probe", other.device)
    assert row is not None
    assert row.public_key == other.key.public_key().public_bytes_raw()


def test_nobody_is_the_first_person_but_a_real_one(
    fresh_school: School, passwords: Passwords
) -> None:
    context = fresh_school.context
    with pytest.raises(SyntheticSchoolError, match="Set the server up first"):
        synthetic_school(context.store, passwords, context.settings.data_dir, NOW_MS)
    assert not (context.settings.data_dir / FILE).exists()


def test_a_file_that_is_no_school_is_named(school: School, passwords: Passwords) -> None:
    folder = school.context.settings.data_dir
    (folder / FILE).write_text("[]")
    with pytest.raises(SyntheticSchoolError, match=r"probe\.json cannot be read"):
        synthetic_school(school.context.store, passwords, folder, NOW_MS)


def test_who_enrols_need_not_say_that_the_probe_is_not_meant(
    hub_store: Store, passwords: Passwords
) -> None:
    with hub_store.writing() as session:
        for trust in ("oak", TRUST):
            add_trust(session, trust, trust, 0)
            add_site(session, trust, "site", trust, 0)
    assert only_site(hub_store, None, None).trust == "oak"
